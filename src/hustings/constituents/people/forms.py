"""What comes in by the person page's forms. Rules that need the record are the actions'; they answer by field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.geography.queries import states

from .models import Consent, IdentifierKind
from .rules import CHANNELS, LANGUAGES, clean_email, clean_phone, may_edit_field

CHANNEL_NAMES = {"email": _("Email"), "phone": _("Phone"), "text": _("Text"), "post": _("Post")}


def only_editable(form: forms.Form, user: User) -> forms.Form:
    """The form without what the user's role may not edit: what is not on it is neither shown nor changed."""
    if isinstance(form, ConsentForm | NoteForm):
        kept = may_edit_field(user, "consent" if isinstance(form, ConsentForm) else "notes")
        return form if kept else _emptied(form)
    if isinstance(form, ReachForm):
        kinds = form.fields["kind"]
        allowed = [(kind, label) for kind, label in kinds.choices if may_edit_field(user, kind)]  # type: ignore[attr-defined]
        kinds.choices = allowed  # type: ignore[attr-defined]
        kinds.initial = allowed[-1][0] if allowed else None
        return form if allowed else _emptied(form)
    if isinstance(form, HouseholdForm):
        return form if all(may_edit_field(user, name) for name in ("street", "household")) else _emptied(form)
    for name in list(form.fields):
        if not may_edit_field(user, name):
            del form.fields[name]
    return form


def _emptied(form: forms.Form) -> forms.Form:
    form.fields.clear()
    return form


class DetailsForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(LANGUAGES.items())
        now = self.initial.get("language", "")
        extra = [(now, now)] if now and now not in LANGUAGES else []
        self.fields["language"].choices = [("", _("Not known")), *known, *extra]  # type: ignore[attr-defined]


class CareForm(forms.Form):
    care_note = forms.CharField(
        label=_("How to take care"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown beside every letter of theirs: “Call after 10. Hard of hearing on the left side.”"),
    )


class PlaceForm(forms.Form):
    street = forms.CharField(label=_("Street and number"), required=False, max_length=200)
    city = forms.CharField(label=_("City"), required=False, max_length=200)
    state_code = forms.ChoiceField(label=_("State"), required=False)
    zip = forms.CharField(label=_("ZIP"), required=False, max_length=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state_code"].choices = [("", _("Not known")), *states()]  # type: ignore[attr-defined]
        self.fields["zip"].widget.attrs.update({"inputmode": "numeric", "class": "short"})

    def clean_zip(self) -> str:
        # ZIP+4 is kept by its first five.
        return str(self.cleaned_data["zip"]).strip().partition("-")[0]


class ReachForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What"),
        choices=[(IdentifierKind.EMAIL, _("Email")), (IdentifierKind.PHONE, _("Phone"))],
        initial=IdentifierKind.PHONE,
        widget=forms.RadioSelect,
    )
    value = forms.CharField(label=_("Address or number"), max_length=254)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "kind" in data and "value" in data:
            check = clean_phone if data["kind"] == IdentifierKind.PHONE else clean_email
            try:
                data["value"] = check(data["value"])
            except forms.ValidationError as error:
                self.add_error("value", error)
        return data


class ConsentForm(forms.Form):
    channel = forms.ChoiceField(label=_("For what"), choices=[(c, CHANNEL_NAMES[c]) for c in CHANNELS])
    state = forms.ChoiceField(
        label=_("What they said"),
        choices=[
            (Consent.State.AGREED, _("They agreed to hear from us")),
            (Consent.State.REFUSED, _("They want none of it")),
        ],
        widget=forms.RadioSelect,
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note for the team"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )


class HouseholdForm(PlaceForm):
    pass


class SameForm(forms.Form):
    """What was decided about two records: one person (and whose page it stays), or two."""

    decision = forms.ChoiceField(choices=[("keep", ""), ("other", ""), ("apart", "")])
    reason = forms.CharField(required=False, max_length=300)
