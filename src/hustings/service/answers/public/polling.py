"""Where do I vote? From the whole address and an official source, or whom to ask. What was typed is kept nowhere."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hustings.constituents.insight.actions.noting import noting
from hustings.foundation.core import limits
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.networks import network_of
from hustings.foundation.geography.queries import state_name, states

from ..engine.streets import NoHouse, Residence, residence
from ..queries.polling import offices_for, polling_place
from .addresses import absolute, address, languages
from .answering import page
from .visitors import chosen_state

MOST, WINDOW = 30, timedelta(minutes=10)  # look-ups of one network in ten minutes


class Home(forms.Form):
    """The whole residential address."""

    street = forms.CharField(
        label=gettext_lazy("House number and street"),
        help_text=gettext_lazy("With the apartment, as on your registration: 412 S Parsons Ave, Apt 3"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write your house number and street")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    city = forms.CharField(
        label=gettext_lazy("City"),
        max_length=80,
        error_messages={"required": gettext_lazy("Write your city")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Your state"), error_messages={"required": gettext_lazy("Choose your state")}
    )
    zip = forms.RegexField(
        r"^\d{5}(-\d{4})?$",
        label=gettext_lazy("ZIP code"),
        error_messages={
            "required": gettext_lazy("Write your ZIP code"),
            "invalid": gettext_lazy("A ZIP code has five digits"),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("Choose")), *states()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                data["home"] = residence(
                    data["street"], city=data["city"], state_code=data["state"], zip_code=data["zip"]
                )
            except NoHouse:
                self.add_error("street", _("A house number and a street are needed: a ZIP does not say where you vote"))
        return data

    def line(self) -> str:
        """In one line, for a source elsewhere."""
        return "{street}, {city}, {state} {zip}".format(**self.cleaned_data)


@login_not_required
@csrf_exempt  # a question without an account: it changes nothing, and the page sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest, language: str) -> HttpResponse:
    """The form; with an address, the place and who says so, or the election offices to ask."""
    with translation.override(language):
        state = chosen_state(request.GET.get("state", ""))
        form = Home(request.POST) if request.method == "POST" else Home(initial={"state": state})
        context: dict[str, Any] = {**_frame(language, state), "form": form}
        if not form.is_bound:
            return page(request, "answers/public/polling.html", context, language=language)
        if not form.is_valid():
            return page(request, "answers/public/polling.html", context, language=language, status=422)
        home: Residence = form.cleaned_data["home"]
        now = read_clock()
        if not limits.allow(
            f"polling:{network_of(request.META.get('REMOTE_ADDR', ''))}", most=MOST, per=WINDOW, now=now
        ):
            noting.refused(subject="polling", now=now)
            context["too_many"] = True
            return page(request, "answers/public/polling.html", context, language=language, status=429)
        context |= {
            "asked": form.line(),
            "place": polling_place(home, form.line(), now),
            "offices": offices_for(home.state_code, home.zip),
            "home_state": state_name(home.state_code),
        }
        return page(request, "answers/public/polling.html", context, language=language)


def _frame(language: str, state: str) -> dict[str, Any]:
    there = [(code, absolute(address("polling", code)), address("polling", code)) for code in languages()]
    return {"state": state, "canonical": absolute(address("polling", language)), "other_languages": there}
