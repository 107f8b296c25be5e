"""Asked of one record at hand. Fields are read as the current reader sees them: set the reader first."""

import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hustings.foundation.core import records
from hustings.foundation.core.records import Field

from .tree import PERSON, Group, Leaf
from .values import (
    BadValue,
    after,
    day_of,
    moment_of,
    number_of,
    texts_of,
    upper,
    word_of,
    written_day,
    written_days,
    written_number,
)

Changes = Mapping[str, Any]  # a field's name: [old, new], as JSON


@dataclass(slots=True)
class Subject:
    """A record, the fields that can be asked, and what of it has just changed. `person` finds the person it is about,
    None where the reader sees none; asked for once."""

    record: Any
    fields: Mapping[str, Field]
    now: datetime
    zone: zoneinfo.ZoneInfo
    changes: Changes = field(default_factory=dict)
    person: Callable[[], Any] = lambda: None
    person_fields: Mapping[str, Field] = field(default_factory=dict)
    _person: Any = None
    _looked: bool = False

    def the_person(self) -> Any:
        if not self._looked:
            self._person, self._looked = self.person(), True
        return self._person


def holds(part: Group | Leaf, subject: Subject) -> bool:
    """Whether it holds. What asks about a field or a person that is not there does not hold, whatever it asks."""
    if isinstance(part, Group):
        if not part.parts:
            return True
        return (all if part.every else any)(holds(each, subject) for each in part.parts)
    on_person = part.on == PERSON
    one = (subject.person_fields if on_person else subject.fields).get(part.field)
    record = subject.the_person() if on_person else subject.record
    if one is None or record is None:
        return False
    if part.op in ("changed", "changed_to", "changed_from"):
        return not on_person and _changed(part, subject.changes)
    try:
        return _ASKED[part.op](one.value_of(record), part, one, subject) if part.op in _ASKED else False
    except BadValue:
        return False


def _changed(leaf: Leaf, changes: Changes) -> bool:
    if leaf.field not in changes:
        return False
    if leaf.op == "changed":
        return True
    old, new = changes[leaf.field]
    value = new if leaf.op == "changed_to" else old
    wanted = upper(_text(leaf.value))
    return any(upper(each) == wanted for each in texts_of(value)) or upper(word_of(value)) == wanted


def _text(value: Any) -> str:
    if isinstance(value, Mapping):  # a place
        return ", ".join(str(each) for each in value.values() if each)
    return value if isinstance(value, str) else word_of(value)


def _same(value: Any, written: Any, one: Field) -> bool:
    if one.kind in (records.NUMBER, records.MONEY):
        number = number_of(value)
        return number is not None and number == written_number(_text(written), one)
    if one.kind in (records.CHOICE, records.USER, records.LINK):
        return word_of(value) == _text(written)
    return upper(_text(value)) == upper(_text(written))


def _contains(value: Any, leaf: Leaf, one: Field, _subject: Subject) -> bool:
    if one.kind == records.CHOICES:
        return _text(leaf.value) in texts_of(value)
    return upper(_text(leaf.value)) in upper(_text(value))


def _one_of(value: Any, leaf: Leaf, one: Field, _subject: Subject) -> bool:
    return any(_same(value, each, one) for each in texts_of(leaf.value))


def _empty(value: Any, _leaf: Leaf, _one: Field, _subject: Subject) -> bool:
    return value is None or value == "" or (hasattr(value, "__len__") and len(value) == 0)


def _more(value: Any, leaf: Leaf, one: Field, _subject: Subject) -> bool:
    number = number_of(value)
    return number is not None and number > written_number(_text(leaf.value), one)


def _less(value: Any, leaf: Leaf, one: Field, _subject: Subject) -> bool:
    number = number_of(value)
    return number is not None and number < written_number(_text(leaf.value), one)


def _days(value: Any, leaf: Leaf, _one: Field, subject: Subject) -> bool:
    moment = moment_of(value)
    if moment is None:
        return False
    day, today = day_of(moment, subject.zone), subject.now.astimezone(subject.zone).date()
    if leaf.op in ("on_day", "before", "after"):
        written = written_day(_text(leaf.value))
        return {"on_day": day == written, "before": day < written, "after": day > written}[leaf.op]
    days = written_days(_text(leaf.value))
    if leaf.op == "last_days":
        return after(today, -days) <= day <= today
    if leaf.op == "next_days":
        return today <= day <= after(today, days)
    return day < after(today, -days)


def _is(value: Any, leaf: Leaf, one: Field, _subject: Subject) -> bool:
    return _same(value, leaf.value, one)


def _not(asked: "_Asked") -> "_Asked":
    return lambda value, leaf, one, subject: not asked(value, leaf, one, subject)


def _yes(value: Any, _leaf: Leaf, _one: Field, _subject: Subject) -> bool:
    return value is True or word_of(value) in ("yes", "true", "1")


_Asked = Callable[[Any, Leaf, Field, Subject], bool]
_ASKED: dict[str, _Asked] = {
    "is": _is,
    "is_not": _not(_is),
    "contains": _contains,
    "lacks": _not(_contains),
    "one_of": _one_of,
    "none_of": _not(_one_of),
    "empty": _empty,
    "filled": _not(_empty),
    "more": _more,
    "less": _less,
    "yes": _yes,
    "no": _not(_yes),
    **dict.fromkeys(("on_day", "before", "after", "last_days", "next_days", "older_days"), _days),
}
