"""A rule as a sentence has it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.records import Field, RecordType

from .conditions.operators import DAY, DAYS, NOTHING, operator
from .conditions.tree import PERSON, BadCondition, Group, Leaf, tree_from
from .registry import registry, verb_named
from .triggers import ANNOUNCED, CHANGED, DATE, EITHER, HOUR, MADE, WEEK, BadTrigger, trigger_from
from .values import said


def when_words(told: Any, record_type: RecordType) -> str:
    """ "A conversation changes its queue"."""
    try:
        trigger = trigger_from(told)
    except BadTrigger:
        return _("never")
    names = {one.name: str(one.label) for one in records.fields_of(record_type)}
    label, at = str(record_type.label), trigger.at.strftime("%H:%M")
    if trigger.kind == MADE:
        return _("%(record)s: made") % {"record": label}
    if trigger.kind in (CHANGED, EITHER):
        what = ", ".join(names.get(name, name) for name in trigger.fields) or _("anything")
        text = _("%(record)s: %(fields)s changes")
        if trigger.kind == EITHER:
            text = _("%(record)s: made, or %(fields)s changes")
        return text % {"record": label, "fields": what}
    if trigger.kind == ANNOUNCED:
        heard = registry.heard.get(trigger.name)
        return _("%(record)s: %(what)s") % {"record": label, "what": heard.label if heard else trigger.name}
    if trigger.kind == DATE:
        return _("%(record)s: %(when)s, at %(at)s") % {
            "record": label, "when": _days_words(trigger.days, names.get(trigger.field, trigger.field)), "at": at,
        }  # fmt: skip
    if trigger.every == HOUR:
        return _("each hour, %(n)d minutes past") % {"n": trigger.at.minute}
    if trigger.every == WEEK and trigger.weekdays:
        days = ", ".join(str(WEEKDAYS[day]) for day in trigger.weekdays)
        return _("each %(days)s at %(at)s") % {"days": days, "at": at}
    return _("each day at %(at)s") % {"at": at}


def _days_words(days: int, field: str) -> str:
    if days == 0:
        return _("on the day of “%(field)s”") % {"field": field}
    if days < 0:
        text = ngettext("%(n)d day before “%(field)s”", "%(n)d days before “%(field)s”", -days)
        return text % {"n": -days, "field": field}
    text = ngettext("%(n)d day after “%(field)s”", "%(n)d days after “%(field)s”", days)
    return text % {"n": days, "field": field}


def if_words(told: Any, record_type: RecordType, owner: User) -> str:
    """ "Priority is High and Tags contains ballot"; "" where everything is meant."""
    try:
        tree = tree_from(told)
    except BadCondition:
        return _("something that cannot be read")
    return _group(tree, record_type, owner, outermost=True)


def _group(group: Group, record_type: RecordType, owner: User, *, outermost: bool = False) -> str:
    parts = [
        _leaf(part, record_type, owner) if isinstance(part, Leaf) else _group(part, record_type, owner)
        for part in group.parts
    ]
    parts = [part for part in parts if part]
    text = (_(" and ") if group.every else _(" or ")).join(parts)
    return f"({text})" if len(parts) > 1 and not outermost else text


def _leaf(leaf: Leaf, record_type: RecordType, owner: User) -> str:
    on_person = leaf.on == PERSON
    of = records.get("person") if on_person else record_type
    field = next((one for one in records.fields_of(of) if one.name == leaf.field), None) if of else None
    asked = operator(leaf.op)
    name = str(field.label) if field else leaf.field
    name = _("the person's %(field)s") % {"field": name} if on_person else name
    words = f"{name} {asked.label if asked else leaf.op}"
    if asked is None or asked.needs == NOTHING:
        return words
    return f"{words} {_value(leaf, field, owner, asked.needs)}"


def _value(leaf: Leaf, field: Field | None, owner: User, needs: str) -> str:
    if field is None or needs == DAY:
        return str(leaf.value)
    if isinstance(leaf.value, list):
        return ", ".join(said(field, each, owner) for each in leaf.value)
    return said(field, leaf.value, owner) if needs != DAYS else str(leaf.value)


def then_words(actions: Sequence[Mapping[str, Any]], record_type: RecordType, owner: User) -> list[str]:
    """What it does, in order."""
    lines = []
    for one in actions:
        verb = verb_named(str(one.get("verb", "")), record_type, owner)
        described = verb.describe(one.get("values", {}), record_type) if verb else None
        lines.append(str(described or _("something that cannot be done any more")))
    return lines
