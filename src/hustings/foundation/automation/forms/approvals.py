"""How things are approved, deciding, and standing in for someone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.access.queries import colleagues, role_choices
from hustings.foundation.core import records
from hustings.foundation.core.numbers import whole_number

from ..models import Process
from .rows import AGAIN

Data = MultiValueDict[str, str]
STEPS = "s"
MOST_STEPS = 8


class ProcessForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    record = forms.ChoiceField(label=gettext_lazy("Of what"), widget=forms.Select(attrs=AGAIN))
    about = forms.CharField(
        label=gettext_lazy("What approvers should look at"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    remind_after = forms.IntegerField(
        label=gettext_lazy("Remind after, hours"), min_value=1, max_value=24 * 30, initial=24
    )
    is_on = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, process: Process | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = [one for one in records.all_types() if process is None or one.name == process.record]
        self.fields["record"].choices = [(one.name, str(one.plural)) for one in types]  # type: ignore[attr-defined]


class StepForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What the step is called"), required=False, max_length=80)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Whoever has one of these roles"), required=False, widget=forms.CheckboxSelectMultiple
    )
    users = forms.MultipleChoiceField(
        label=gettext_lazy("These people"), required=False, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    field = forms.ChoiceField(label=gettext_lazy("Whoever a field of the record says"), required=False)
    quorum = forms.IntegerField(
        label=gettext_lazy("How many must approve"), min_value=1, max_value=50, initial=1, required=False
    )

    def __init__(self, *args: Any, record: str, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_type = records.get(record)
        fields = [one for one in records.fields_of(record_type) if one.kind == records.USER] if record_type else []
        choices: Mapping[str, Any] = {
            "roles": role_choices(),
            "users": [(str(user.pk), user.name) for user in colleagues(actor)],
            "field": [("", _("None")), *((one.name, str(one.label)) for one in fields)],
        }
        for name, each in choices.items():
            self.fields[name].choices = each  # type: ignore[attr-defined]

    @property
    def is_blank(self) -> bool:
        given = getattr(self, "cleaned_data", {})
        return not any(given.get(name) for name in ("name", "roles", "users", "field"))

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {**given, "users": [int(pk) for pk in given["users"]], "quorum": given["quorum"] or 1}


class ProcessEditor:
    """The page's forms, as `forms.editor.Editor` has them."""

    def __init__(self, actor: User, data: Data, *, process: Process | None = None, check: bool = False) -> None:
        self.data = data = data.copy()
        told = (whole_number(part, None) for part in data.get(f"{STEPS}-rows", "0").split(","))
        rows = [number for number in told if number is not None][:MOST_STEPS]
        if data.get("add") == STEPS:
            rows.append(max(rows, default=-1) + 1)
        dropped = data.get("drop", "").removeprefix(f"{STEPS}-")
        rows = [row for row in rows if str(row) != dropped] or [0]
        data[f"{STEPS}-rows"] = ",".join(map(str, rows))
        types = records.all_types()
        record = process.record if process else data.get("record", "") or (types[0].name if types else "")
        self.rows = data[f"{STEPS}-rows"]
        self.check = check
        self.head = self._made(ProcessForm, None, process=process)
        self.steps = [self._made(StepForm, f"{STEPS}-{row}", record=record, actor=actor) for row in rows]

    def _made(self, kind: type[Any], prefix: str | None, **given: Any) -> Any:
        if self.check:
            return kind(self.data, prefix=prefix, **given)
        blank = kind(prefix=prefix, **given)
        there = {
            name: one.widget.value_from_datadict(self.data, {}, blank.add_prefix(name))
            for name, one in blank.fields.items()
            if not one.widget.value_omitted_from_data(self.data, {}, blank.add_prefix(name)) and "shown" in self.data
        }
        return kind(prefix=prefix, initial=there, **given)

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in (self.head, *self.steps)]
        return all(valid)

    def errors(self) -> list[tuple[str, str]]:
        """(id of the control, words) of everything that is wrong."""
        found = []
        for form in (self.head, *self.steps):
            for bound in form:
                found += [(str(bound.id_for_label or bound.auto_id), f"{bound.label}: {text}") for text in bound.errors]
        return found

    def facts(self) -> dict[str, Any]:
        """What `actions.processes.save_process` is given."""
        return {**self.head.cleaned_data, "steps": [step.told() for step in self.steps if not step.is_blank]}


def data_of(process: Process) -> Data:
    """A process as its page would post it."""
    flat: dict[str, list[str]] = {
        "name": [process.name],
        "record": [process.record],
        "about": [process.about],
        "remind_after": [str(process.remind_after)],
        "is_on": ["on"] if process.is_on else [""],
        "shown": ["1"],
        f"{STEPS}-rows": [",".join(map(str, range(len(process.steps))))],
    }
    for number, step in enumerate(process.steps):
        flat |= {
            f"{STEPS}-{number}-name": [step["name"]],
            f"{STEPS}-{number}-roles": list(step["roles"]),
            f"{STEPS}-{number}-users": [str(pk) for pk in step["users"]],
            f"{STEPS}-{number}-field": [step["field"]],
            f"{STEPS}-{number}-quorum": [str(step["quorum"])],
        }
    return MultiValueDict(flat)


class DecideForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("A word about it"),
        help_text=gettext_lazy("Whoever asked reads it. To refuse, it is needed."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AwayForm(forms.Form):
    to = forms.ChoiceField(label=gettext_lazy("Who decides for you"))
    first_day = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("To, that day included"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {str(one.uid): one for one in colleagues(user) if one.pk != user.pk}
        self._people = people
        self.fields["to"].choices = [(uid, one.name) for uid, one in people.items()]  # type: ignore[attr-defined]

    def clean_to(self) -> User:
        return self._people[self.cleaned_data["to"]]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("first_day") and given.get("last_day") and given["last_day"] < given["first_day"]:
            self.add_error("last_day", _("The last day comes before the first."))
        return given


class HookForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Begins with https:// and lies outside your own network."),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
