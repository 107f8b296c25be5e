"""Input in, clean values out."""

import re
import zoneinfo
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from hustings.foundation.ui.models import Campaign

from .models import Role, Team
from .queries import role_choices

LIFETIMES = [("1", _("One day")), ("7", _("One week")), ("30", _("A month"))]


class SignIn(forms.Form):
    email = forms.EmailField(label=_("Email address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class Join(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Colleagues and the people you answer see it."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("Ten characters or more. A short sentence is easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class Invite(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial=Role.VOLUNTEER)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    most_uses = forms.IntegerField(label=_("How many people may use it"), min_value=1, max_value=500, initial=1)
    days = forms.ChoiceField(label=_("Works for"), choices=LIFETIMES, initial="7")
    needs_release = forms.BooleanField(label=_("Their replies wait for a lead"), required=False, initial=True)

    def expires_at(self, now: datetime) -> datetime:
        """When the link stops working."""
        return now + timedelta(days=int(self.cleaned_data["days"]))


class ChangeUser(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("What they grant adds up; a never of one holds against all."),
        choices=role_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    states = forms.CharField(
        label=_("Their states"),
        help_text=_("Two letters each, as OH MI. Needed by roles that see “my states”."),
        required=False,
    )
    counties = forms.CharField(label=_("Their counties"), help_text=_("County codes, as 39095."), required=False)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    needs_release = forms.BooleanField(label=_("Replies wait for a lead"), required=False)
    is_crisis_trained = forms.BooleanField(label=_("Trained for people in crisis"), required=False)
    is_security_lead = forms.BooleanField(label=_("Security lead: sees what is sealed"), required=False)
    access_ends_at = forms.DateTimeField(
        label=_("Access ends"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def clean_states(self) -> list[str]:
        """Codes of states that there are."""
        codes = [code.upper() for code in re.split(r"[\s,;]+", self.cleaned_data["states"]) if code]
        if wrong := [code for code in codes if not re.fullmatch(r"[A-Z]{2}", code)]:
            raise forms.ValidationError(_("%(code)s is no state's code."), params={"code": wrong[0]})
        return codes

    def clean_counties(self) -> list[str]:
        """County codes of five digits."""
        codes = [code for code in re.split(r"[\s,;]+", self.cleaned_data["counties"]) if code]
        if wrong := [code for code in codes if not re.fullmatch(r"[0-9]{5}", code)]:
            raise forms.ValidationError(_("%(code)s is no county's code (five digits)."), params={"code": wrong[0]})
        return codes


class NewTeam(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    colour = forms.TypedChoiceField(
        label=_("Colour"), coerce=int, choices=[(n, str(n)) for n in range(1, 9)], initial=1
    )


class Preferences(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("es", "Español")])
    single_keys = forms.BooleanField(
        label=_("Single keys"), help_text=_("J and K move, R replies, and so on; never in a field."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(z for z in zoneinfo.available_timezones() if z.startswith(("America/", "Pacific/", "US/")))
        zone = cast(forms.ChoiceField, self.fields["time_zone"])
        zone.choices = [(z, z.replace("_", " ")) for z in [*zones, "UTC"]]


class CampaignForm(forms.ModelForm):
    """The campaign's own facts, as every page and letter says them."""

    class Meta:
        model = Campaign
        fields = ("name", "candidate", "domain", "paid_for_by", "postal_address", "help_phone", "help_hours", "hue")
        widgets = {"postal_address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "paid_for_by": _("Stands at the foot of every public page."),
            "hue": _("0 to 359, the colour of the brand: 168 is pine."),
        }


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from the app, or one of your recovery codes."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ConfirmForm(forms.Form):
    """Either of them is enough."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Or a code"),
        help_text=_("Six digits from the app, or one of your recovery codes."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, has_password: bool, has_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["password"]
        if not has_code:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """One of them is given."""
        given = super().clean() or {}
        if not any(given.values()):
            raise forms.ValidationError(_("Show in one of these ways that it is you."))
        return given


class NewPassword(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        help_text=_("Ten characters or more. A short sentence is easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


TOKEN_LIVES = [("7", _("One week")), ("30", _("A month")), ("90", _("Three months")), ("365", _("A year"))]


class NewToken(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    days = forms.ChoiceField(label=_("Works for"), choices=TOKEN_LIVES, initial="30")
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("Never more than you may do yourself at that moment."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = scopes


class NewProvider(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("The sign-in page says “Sign in with …”."), max_length=40)
    issuer = forms.URLField(
        label=_("Issuer"), help_text=_("Its address, as https://login.example.org"), assume_scheme="https"
    )
    client_id = forms.CharField(label=_("Client id"), max_length=200)
    client_secret = forms.CharField(
        label=_("Client secret"),
        help_text=_("Kept encrypted and never shown again."),
        strip=True,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
