"""Forms about VIPs: input in, clean values out."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .queries.marked import vip_kinds


class _Kinded(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(vip_kinds().items())  # type: ignore[attr-defined]


class PersonVipForm(_Kinded):
    """The kind alone: the person is known."""

    note = forms.CharField(required=False, max_length=500)


class VipForm(_Kinded):
    """An address or a domain."""

    who = forms.CharField(
        label=gettext_lazy("Email address or domain"),
        help_text=gettext_lazy("mayor@example.org, or example.org for everyone who writes from there."),
        max_length=320,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)
    field_order = ("who", "kind", "note")

    def facts(self) -> dict[str, Any]:
        """What actions.vips.mark_vip is told."""
        given = self.cleaned_data
        who = given["who"].strip()
        is_domain = "@" not in who.lstrip("@")
        return {
            "kind": given["kind"],
            "note": given["note"],
            "domain" if is_domain else "address": who,
        }

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"].strip()
        if " " in who:
            raise forms.ValidationError(_("One address or one domain."))
        return who


class KindForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("A kind of your own"), max_length=60)
