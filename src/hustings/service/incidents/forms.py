"""What is written of an incident: clean values out."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import Level, level_of
from hustings.foundation.geography.queries import states

from .actions.reporting import LONGEST
from .models import Incident, Kind
from .rules import RECORD

# Of the form, by the record type's field that each is.
FIELDS = {
    "kind": "kind",
    "state_code": "place",
    "precinct": "precinct",
    "place": "where",
    "at": "at",
    "what": "what",
    "done": "done",
}
MOMENT = "%Y-%m-%dT%H:%M"


class IncidentForm(forms.Form):
    """Reported by hand, or filled in further."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=Kind.choices)
    state_code = forms.ChoiceField(label=gettext_lazy("State"))
    precinct = forms.CharField(label=gettext_lazy("Precinct"), required=False, max_length=40)
    place = forms.CharField(
        label=gettext_lazy("Polling place"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Its name or address, as far as you know it."),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When did it happen?"),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    what = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    done = forms.CharField(
        label=gettext_lazy("What was done?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, incident: Incident | None = None, **kwargs: Any) -> None:
        if incident is not None:
            kwargs["initial"] = {name: getattr(incident, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        choose: Any = [("", _("Choose")), *states()]
        self.fields["state_code"].choices = choose  # type: ignore[attr-defined]
        if incident is None:
            self.fields["at"].initial = now
        elif not incident.what:  # found by the rules in what has no words any more
            self.fields["what"].required = False
        if incident is not None and not incident.state_code:
            self.fields["state_code"].required = False
        for name, field in FIELDS.items():  # what its reader may not edit is not asked, and so not written
            if level_of(RECORD, field) < Level.EDIT:
                del self.fields[name]
