"""The rows of the rule's editor: a condition, an act. What can be asked or given depends on what was chosen, so a row
is made for what stands in it now."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.records import Field, RecordType

from ..conditions.operators import DAY, DAYS, MANY, NOTHING, operator, operators_of
from ..conditions.tree import PERSON, RECORD
from ..registry import Verb
from ..values import LONGEST, choices_of

# What stands after it is made anew when it changes; without script a button does so. Until it has come nothing can be
# written, for it would be written over.
AGAIN = {
    "hx-disabled-elt": "#editor fieldset",
    "hx-post": "",
    "hx-trigger": "change",
    "hx-target": "#editor",
    "hx-swap": "outerHTML show:none",
    "hx-vals": '{"again": "1"}',
}


class Row(forms.Form):
    """A row's fields are small and stand beside each other."""

    @property
    def again(self) -> dict[str, str]:
        """Only the row is made anew: what is being written elsewhere on the page stays."""
        return {**AGAIN, "hx-target": "closest .ru-row", "hx-select": f"#row-{self.prefix}"}

    @property
    def is_blank(self) -> bool:
        raise NotImplementedError


class ConditionRow(Row):
    """`asks`: by "record.priority" or "person.state" the fields that can be asked, with what they are called."""

    def __init__(
        self,
        *args: Any,
        owner: User,
        asks: Mapping[str, Field],
        listens: bool,
        chosen: str,
        op: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.one = asks.get(chosen)
        self.on = chosen.partition(".")[0] or RECORD
        self.fields["field"] = forms.ChoiceField(
            label=_("Field"), required=False, choices=_grouped(asks), widget=forms.Select(attrs=self.again)
        )
        self.operator = None
        if self.one is None:
            return
        asked = operators_of(self.one, changes=listens and self.on != PERSON)
        self.fields["op"] = forms.ChoiceField(
            label=_("What is asked of it"),
            choices=[(each.name, each.label) for each in asked],
            widget=forms.Select(attrs=self.again),
        )
        self.operator = operator(op) if op in {each.name for each in asked} else asked[0]
        if self.operator and self.operator.needs != NOTHING:
            self.fields["value"] = _value_field(self.one, owner, self.operator.needs)

    @property
    def is_blank(self) -> bool:
        return self.one is None

    def told(self) -> dict[str, Any]:
        """The condition as it is kept."""
        assert self.one is not None  # blank rows are not asked
        value = self.cleaned_data.get("value", "")
        if self.operator and self.operator.needs == MANY and isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        told = {"field": self.one.name, "is": self.cleaned_data["op"]}
        if value not in ("", []):
            told["value"] = value
        if self.on != RECORD:
            told["on"] = self.on
        return told


def _grouped(asks: Mapping[str, Field]) -> Sequence[Any]:
    own = [(key, str(one.label)) for key, one in asks.items() if key.startswith(f"{RECORD}.")]
    person = [(key, str(one.label)) for key, one in asks.items() if key.startswith(f"{PERSON}.")]
    if not person:
        return [("", _("Choose a field")), *own]
    return [("", _("Choose a field")), (_("The record"), own), (_("The person"), person)]


def _value_field(one: Field, owner: User, needs: str) -> forms.Field:
    label = _("Value")
    if needs == DAYS:
        widget = forms.NumberInput(attrs={"min": 0, "max": 3660, "inputmode": "numeric"})
        return forms.CharField(label=_("How many days"), max_length=4, widget=widget)
    if needs == DAY:
        return forms.CharField(label=_("Day"), max_length=10, widget=forms.DateInput(attrs={"type": "date"}))
    choices = choices_of(one, owner)
    if needs == MANY and choices:
        return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)
    if needs == MANY:
        return forms.CharField(label=_("Values, parted by commas"), max_length=LONGEST)
    if choices:
        return forms.ChoiceField(label=label, choices=choices)
    mode = {"inputmode": "decimal"} if one.kind in (records.NUMBER, records.MONEY) else {}
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.TextInput(attrs=mode))


class ActRow(Row):
    """`verbs`: what can be done with such records by this owner."""

    GIVEN = "v_"

    def __init__(
        self, *args: Any, owner: User, record_type: RecordType, verbs: Sequence[Verb], chosen: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.verb = next((one for one in verbs if one.name == chosen), None)
        self.fields["verb"] = forms.ChoiceField(
            label=_("What it does"), required=False, choices=_by_group(verbs), widget=forms.Select(attrs=self.again)
        )
        if self.verb is not None:
            for name, each in self.verb.fields(owner, record_type).items():
                self.fields[f"{self.GIVEN}{name}"] = each

    @property
    def is_blank(self) -> bool:
        return self.verb is None

    @property
    def given(self) -> list[forms.BoundField]:
        """The verb's own fields."""
        return [bound for bound in self if bound.name != "verb"]

    def told(self) -> dict[str, Any]:
        """The act as it is kept."""
        assert self.verb is not None  # blank rows are not asked
        given = {
            name.removeprefix(self.GIVEN): value
            for name, value in self.cleaned_data.items()
            if name.startswith(self.GIVEN)
        }
        return {"verb": self.verb.name, "values": given}


def _by_group(verbs: Sequence[Verb]) -> list[Any]:
    found: list[Any] = [("", _("Choose what it does"))]
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in verbs:
        if one.group:
            groups.setdefault(str(one.group), []).append((one.name, str(one.label)))
        else:
            found.append((one.name, str(one.label)))
    return [*found, *groups.items()]
