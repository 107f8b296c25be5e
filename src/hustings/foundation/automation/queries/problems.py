"""Why a rule cannot be, or cannot go on: asked when it is kept, and each time it is about to act."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.records import RecordType

from ..conditions.operators import DAY, DAYS, MANY, ONE, is_change, operator, operators_of
from ..conditions.tree import PERSON, BadCondition, Leaf, leaves, tree_from
from ..conditions.values import BadValue, texts_of, written_day, written_days, written_number
from ..registry import registry, verb_named
from ..triggers import ANNOUNCED, CHANGED, DATE, EITHER, TIME, BadTrigger, Trigger, trigger_from
from .asking import person_type_of, readable_fields


def problems_of(
    owner: User, record: str, trigger: Any, conditions: Any, actions: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Everything that keeps this owner from having such a rule, in words; empty when nothing does."""
    record_type = records.get(record)
    if record_type is None:
        return [_("There are no such records any more.")]
    if not owner.is_active:
        return [_("%(name)s does not work here any more.") % {"name": owner.name}]
    grants = grants_of(owner)
    if not grants.can("write_rules"):
        return [_("%(name)s may not have rules any more.") % {"name": owner.name}]
    if not grants.may(record, "see"):
        return [_("%(name)s may not see %(records)s.") % {"name": owner.name, "records": record_type.plural}]
    try:
        parsed, tree = trigger_from(trigger), tree_from(conditions)
    except (BadTrigger, BadCondition) as problem:
        return [str(problem)]
    found = _of_trigger(owner, record_type, parsed)
    listens = parsed.kind in (CHANGED, EITHER)
    for leaf in leaves(tree):
        found += _of_leaf(owner, record_type, leaf, listens)
    if parsed.kind == TIME and not tree.parts:
        found.append(_("A rule that goes by the clock needs a condition: which records it is for."))
    if not actions:
        found.append(_("Say what the rule does."))
    for one in actions:
        found += _of_action(owner, record_type, one)
    return list(dict.fromkeys(found))


def _of_trigger(owner: User, record_type: RecordType, trigger: Trigger) -> list[str]:
    readable = readable_fields(grants_of(owner), record_type)
    hidden = [name for name in trigger.fields if name not in readable]
    if trigger.kind == DATE:
        one = readable.get(trigger.field)
        if one is None:
            hidden.append(trigger.field)
        elif one.kind not in (records.DATE, records.MOMENT):
            return [_("“%(field)s” is no date.") % {"field": one.label}]
        elif not one.path:
            return [_("Records cannot be found by “%(field)s”, so no rule can go by it.") % {"field": one.label}]
    if trigger.kind == ANNOUNCED:
        heard = registry.heard.get(trigger.name)
        if heard is None or heard.record not in (None, record_type.name):
            return [_("Nothing like that is announced of such records.")]
        hidden += [name for name in heard.fields if name not in readable]
    return [_hidden(record_type, name) for name in hidden]


def _of_leaf(owner: User, record_type: RecordType, leaf: Leaf, listens: bool) -> list[str]:
    of = person_type_of(record_type) if leaf.on == PERSON else record_type
    if of is None:
        return [_("%(records)s are about nobody, so nothing can be asked about the person.") % {
            "records": record_type.plural}]  # fmt: skip
    one = readable_fields(grants_of(owner), of).get(leaf.field)
    if one is None:
        return [_hidden(of, leaf.field)]
    asked = operator(leaf.op)
    if asked is None or asked not in operators_of(one, changes=leaf.on != PERSON):
        return [_("“%(field)s” cannot be asked that.") % {"field": one.label}]
    if is_change(leaf.op) and not listens:
        return [_("Whether “%(field)s” has just changed can only be asked when a record changes.") % {
            "field": one.label}]  # fmt: skip
    try:
        _read_value(leaf, one, asked.needs)
    except BadValue:
        return [_("What is asked of “%(field)s” lacks a value, or has one that cannot be read.") % {
            "field": one.label}]  # fmt: skip
    return []


def _read_value(leaf: Leaf, one: records.Field, needs: str) -> None:
    value = leaf.value if isinstance(leaf.value, str) else ""
    if needs == MANY:
        if not texts_of(leaf.value):
            raise BadValue("")
    elif needs == DAYS:
        written_days(value)
    elif needs == DAY:
        written_day(value)
    elif needs == ONE and one.kind in (records.NUMBER, records.MONEY):
        written_number(value, one)
    elif needs == ONE and value == "":
        raise BadValue("")


def _of_action(owner: User, record_type: RecordType, one: Mapping[str, Any]) -> list[str]:
    verb = verb_named(str(one.get("verb", "")), record_type, owner)
    if verb is None:
        return [_("Something the rule is to do cannot be done with %(records)s by %(name)s.") % {
            "records": record_type.plural, "name": owner.name}]  # fmt: skip
    why = verb.may(owner, record_type, one.get("values", {}))
    return [why] if why else []


def _hidden(record_type: RecordType, name: str) -> str:
    """Says no more than the field's name, which is no secret."""
    label = next((str(one.label) for one in records.fields_of(record_type) if one.name == name), name)
    return _("“%(field)s” of %(records)s cannot be asked by the rule's owner.") % {
        "field": label, "records": record_type.plural}  # fmt: skip
