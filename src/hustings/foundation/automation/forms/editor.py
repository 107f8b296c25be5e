"""The rule's editor: one page that works without script. What is posted with `again`, `add` or `drop` is shown anew and
not checked; else it is checked as a whole."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.core.records import Field, RecordType

from ..conditions.tree import PERSON, RECORD
from ..models.rules import USUAL_LIMIT, Rule
from ..queries.asking import person_type_of, readable_fields
from ..registry import registry, verbs_for
from ..triggers import ANNOUNCED, CHANGED, DATE, DAY, EITHER, HOUR, MADE, TIME, WEEK
from .rows import AGAIN, ActRow, ConditionRow, Row

Data = MultiValueDict[str, str]
ALL, ANY, ACTS = "c", "d", "a"  # the prefixes of the rows: all of these, one of these, what it does
MOST_ROWS = 20


class HeadForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    record = forms.ChoiceField(label=gettext_lazy("About"), widget=forms.Select(attrs=AGAIN))
    when = forms.ChoiceField(label=gettext_lazy("When"), widget=forms.Select(attrs=AGAIN))

    def __init__(self, *args: Any, types: list[RecordType], record: str, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [one for one in types if is_new or one.name == record]
        self.fields["record"].choices = [(one.name, str(one.plural)) for one in chosen]  # type: ignore[attr-defined]
        told = [
            (f"{ANNOUNCED}:{one.name}", str(one.label))
            for one in registry.heard.values()
            if one.record in (None, record)
        ]
        self.fields["when"].choices = [  # type: ignore[attr-defined]
            (MADE, _("one is made")),
            (CHANGED, _("one changes")),
            (EITHER, _("one is made or changes")),
            (DATE, _("a date of it comes near, or has passed")),
            (TIME, _("the clock says so")),
            *told,
        ]


class ChangedForm(forms.Form):
    fields_heard = forms.MultipleChoiceField(
        label=gettext_lazy("Only when one of these changes"),
        help_text=gettext_lazy("None of them: whatever changes."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, readable: Mapping[str, Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_heard"].choices = [(n, str(one.label)) for n, one in readable.items()]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        return {"fields": self.cleaned_data["fields_heard"]}


class ClockForm(forms.Form):
    every = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=(
            (HOUR, gettext_lazy("Each hour")),
            (DAY, gettext_lazy("Each day")),
            (WEEK, gettext_lazy("On some days of the week")),
        ),
        widget=forms.Select(attrs=AGAIN),
        initial=DAY,
    )
    at = forms.TimeField(
        label=gettext_lazy("At"),
        help_text=gettext_lazy("In your time zone; of an hour only the minutes count."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="09:00",
    )
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days"),
        choices=[(str(day), name) for day, name in WEEKDAYS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, every: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if every != WEEK:
            del self.fields["days"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("every") == WEEK and "days" in self.fields and not given.get("days"):
            self.add_error("days", _("Choose at least one day."))
        return given

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        days = [int(day) for day in given.get("days", ())]
        return {"every": given["every"], "days": days, "at": given["at"].strftime("%H:%M")}


class DateForm(forms.Form):
    field = forms.ChoiceField(label=gettext_lazy("Which date"))
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=0, max_value=366, initial=1)
    side = forms.ChoiceField(
        label=gettext_lazy("Before or after"),
        choices=((-1, gettext_lazy("before it")), (1, gettext_lazy("after it"))),
    )
    at = forms.TimeField(
        label=gettext_lazy("At"),
        help_text=gettext_lazy("In your time zone."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="09:00",
    )

    def __init__(self, *args: Any, readable: Mapping[str, Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dates = [one for one in readable.values() if one.kind in (records.DATE, records.MOMENT) and one.path]
        self.fields["field"].choices = [(one.name, str(one.label)) for one in dates]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        days = given["days"] * int(given["side"])
        return {"field": given["field"], "days_after": days, "at": given["at"].strftime("%H:%M")}


class LastForm(forms.Form):
    most_an_hour = forms.IntegerField(
        label=gettext_lazy("At most, records an hour"),
        help_text=gettext_lazy("What is beyond waits for the next hour, and the list of rules says so."),
        min_value=1,
        max_value=100_000,
        initial=USUAL_LIMIT,
    )
    is_last = forms.BooleanField(
        label=gettext_lazy("When it has acted on a record, the rules after it are not asked about it"), required=False
    )


class Editor:
    """All of the page's forms, made for what stands in them now. `check`: with errors where something is wrong."""

    def __init__(self, owner: User, data: Data, *, rule: Rule | None = None, check: bool = False) -> None:
        self.owner, self.rule, self.check = owner, rule, check
        self.data = data = _turned(data)
        grants = grants_of(owner)
        self.types = [one for one in records.all_types() if grants.may(one.name, "see")]
        names = [one.name for one in self.types]
        record = rule.record if rule else data.get("record", "")
        self.record = record if record in names else ("inquiry" if "inquiry" in names else next(iter(names), ""))
        self.record_type = records.get(self.record)
        data["record"] = self.record
        self.head = self._made(HeadForm, "", types=self.types, record=self.record, is_new=rule is None)
        self.last = self._made(LastForm, "")
        self.when = data.get("when", "") or MADE
        self.conditions: dict[str, list[ConditionRow]] = {ALL: [], ANY: []}
        self.acts: list[ActRow] = []
        self.trigger: Any = None
        if self.record_type is not None:
            self._make_rows(self.record_type)

    def _made(self, kind: type[Any], prefix: str, **given: Any) -> Any:
        """A form of what stands in it: checked, or only shown."""
        if self.check:
            return kind(self.data, prefix=prefix or None, **given)
        blank = kind(prefix=prefix or None, **given)
        there = {}
        for name, one in blank.fields.items():
            if not one.widget.value_omitted_from_data(self.data, {}, blank.add_prefix(name)) or (
                "shown" in self.data and isinstance(one, forms.BooleanField | forms.MultipleChoiceField)
            ):
                there[name] = one.widget.value_from_datadict(self.data, {}, blank.add_prefix(name))
        return kind(prefix=prefix or None, initial=there, **given)

    def _make_rows(self, record_type: RecordType) -> None:
        readable = readable_fields(grants_of(self.owner), record_type)
        asks = {f"{RECORD}.{name}": one for name, one in readable.items()}
        if person_type := person_type_of(record_type):
            found = readable_fields(grants_of(self.owner), person_type)
            asks |= {f"{PERSON}.{name}": one for name, one in found.items()}
        kind = self.when.partition(":")[0]
        if kind in (CHANGED, EITHER):
            self.trigger = self._made(ChangedForm, "t", readable=readable)
        elif kind == TIME:
            self.trigger = self._made(ClockForm, "t", every=self.data.get("t-every", DAY))
        elif kind == DATE:
            self.trigger = self._made(DateForm, "t", readable=readable)
        for which, rows in self.conditions.items():
            for number in rows_in(self.data, which):
                prefix = f"{which}-{number}"
                chosen, op = self.data.get(f"{prefix}-field", ""), self.data.get(f"{prefix}-op", "")
                listens = kind in (CHANGED, EITHER)
                more = {"owner": self.owner, "asks": asks, "listens": listens, "chosen": chosen, "op": op}
                rows.append(self._made(ConditionRow, prefix, **more))
        verbs = verbs_for(record_type, self.owner)
        for number in rows_in(self.data, ACTS):
            prefix = f"{ACTS}-{number}"
            chosen = self.data.get(f"{prefix}-verb", "")
            more = {"owner": self.owner, "record_type": record_type, "verbs": verbs, "chosen": chosen}
            self.acts.append(self._made(ActRow, prefix, **more))

    @property
    def all_rows(self) -> str:
        return self.data[f"{ALL}-rows"]

    @property
    def any_rows(self) -> str:
        return self.data[f"{ANY}-rows"]

    @property
    def act_rows(self) -> str:
        return self.data[f"{ACTS}-rows"]

    @property
    def alls(self) -> list[ConditionRow]:
        return self.conditions[ALL]

    @property
    def anys(self) -> list[ConditionRow]:
        return self.conditions[ANY]

    @property
    def forms(self) -> list[forms.Form]:
        rows: list[Row] = [*self.alls, *self.anys, *self.acts]
        filled = [row for row in rows if not row.is_blank]
        return [self.head, *([self.trigger] if self.trigger else []), *filled, self.last]

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms]  # each is asked, so that every error is shown at once
        return all(valid)

    def errors(self) -> list[tuple[str, str]]:
        """(id of the control, words) of everything that is wrong."""
        found = []
        for form in self.forms:
            for bound in form:
                found += [(str(bound.id_for_label or bound.auto_id), f"{bound.label}: {text}") for text in bound.errors]
        return found

    def facts(self) -> dict[str, Any]:
        """What `actions.writing.save_rule` and the dry run are given."""
        kind, _colon, name = self.when.partition(":")
        trigger = {"kind": kind, **({"name": name} if name else {}), **(self.trigger.told() if self.trigger else {})}
        told = [row.told() for row in self.alls if not row.is_blank]
        if some := [row.told() for row in self.anys if not row.is_blank]:
            told.append({"any": some})
        return {
            "name": self.head.cleaned_data["name"],
            "record": self.record,
            "trigger": trigger,
            "conditions": {"all": told} if told else {},
            "actions": [row.told() for row in self.acts if not row.is_blank],
            **self.last.cleaned_data,
        }


def rows_in(data: Data, which: str) -> list[int]:
    """The numbers of the rows that are there: a row that is taken out leaves a gap."""
    told = (whole_number(part.strip(), None) for part in data.get(f"{which}-rows", "0").split(","))
    numbers = [number for number in told if number is not None]
    return numbers[:MOST_ROWS] if numbers or which == ANY else [0]


def _turned(data: Data) -> Data:
    """What was posted, with a row more (`add`) or less (`drop`)."""
    data = data.copy()
    add, drop = data.get("add", ""), data.get("drop", "")
    if add in (ALL, ANY, ACTS):
        rows = rows_in(data, add)
        data[f"{add}-rows"] = ",".join(map(str, [*rows, max(rows, default=-1) + 1]))
    which, _dash, number = drop.partition("-")
    if which in (ALL, ANY, ACTS) and number.isdecimal():
        left = [row for row in rows_in(data, which) if row != int(number)]
        if not left and which != ANY:  # one blank row is always there
            left = [int(number) + 1]
        data[f"{which}-rows"] = ",".join(map(str, left))
    for name in (ALL, ANY, ACTS):
        data.setdefault(f"{name}-rows", "" if name == ANY else "0")
        data[f"{name}-rows"] = ",".join(map(str, rows_in(data, name)))
    return data


def data_of(rule: Rule) -> Data:
    """A rule as its page would post it."""
    version = rule.version
    assert version is not None  # rules are made with one
    trigger = version.trigger
    flat: dict[str, list[str]] = {
        "name": [rule.name],
        "record": [rule.record],
        "when": [f"{ANNOUNCED}:{trigger['name']}" if trigger["kind"] == ANNOUNCED else trigger["kind"]],
        "most_an_hour": [str(rule.most_an_hour)],
        "t-fields_heard": list(trigger.get("fields", ())),
        "t-every": [trigger.get("every", DAY)],
        "t-days": [str(day) for day in trigger.get("days", ())],
        "t-at": [trigger.get("at", "09:00")],
        "shown": ["1"],
    }
    if version.is_last:
        flat["is_last"] = ["on"]
    if trigger["kind"] == DATE:
        after = int(trigger.get("days_after", 0))
        flat |= {"t-field": [trigger["field"]], "t-days": [str(abs(after))], "t-side": ["1" if after > 0 else "-1"]}
    told = version.conditions.get("all", [])
    _put(flat, ALL, [_row(one) for one in told if "any" not in one])
    _put(flat, ANY, [_row(each) for one in told for each in one.get("any", ())])
    _put(flat, ACTS, [_act(one) for one in version.actions])
    return MultiValueDict(flat)


def _put(flat: dict[str, list[str]], which: str, rows: list[dict[str, list[str]]]) -> None:
    flat[f"{which}-rows"] = [",".join(map(str, range(len(rows))))]
    for number, row in enumerate(rows):
        flat |= {f"{which}-{number}-{name}": value for name, value in row.items()}


def _row(told: Mapping[str, Any]) -> dict[str, list[str]]:
    value = told.get("value", "")
    field = f"{told.get('on', RECORD)}.{told['field']}"
    # Of what is written freely several values stand in one field.
    values = [*value, ",".join(value)] if isinstance(value, list) else [value]
    return {"field": [field], "op": [told["is"]], "value": values}


def _act(told: Mapping[str, Any]) -> dict[str, list[str]]:
    row = {"verb": [told["verb"]]}
    for name, value in told.get("values", {}).items():
        values = [str(each) for each in value] if isinstance(value, list) else [_posted(value)]
        row[f"{ActRow.GIVEN}{name}"] = values
    return row


def _posted(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)
