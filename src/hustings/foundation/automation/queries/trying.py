"""The dry run: what a rule would have done with the records of the last week. Read as its owner, and as one who can
change nothing, so that nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet

from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard import reading_as
from hustings.foundation.core.records import RecordType

from ..conditions.evaluate import holds
from ..conditions.filters import filter_of, question
from ..conditions.operators import is_change
from ..conditions.tree import Group, Leaf, leaves, tree_from
from ..registry import verb_named
from ..triggers import CHANGED, DATE, EITHER, TIME, Trigger, trigger_from
from .asking import frame_of, rows_for, subject_of

WEEK = timedelta(days=7)
MOST_LOOKED = 2000  # one by one, where the database alone cannot tell
A_PAGE = 50
CHANGED_COLUMNS = ("changed_at", "updated_at", "last_message_at")


@dataclass(frozen=True, slots=True)
class Tried:
    """One record it would have acted on, and what it would have done."""

    title: str
    url: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Trial:
    """`matched` of `looked`; `beyond` were not looked at; `supposes` names fields of which it is not known whether they
    had just changed."""

    looked: int = 0
    matched: int = 0
    beyond: int = 0
    page: int = 1
    pages: int = 1
    shown: list[Tried] = field(default_factory=list)
    supposes: list[str] = field(default_factory=list)
    at_once: bool = False  # a rule by the clock: of all records as they are now, not of the last week
    waits: int = 0
    notes: frozenset[tuple[str, str, int | None]] = frozenset()


def try_rule(
    *,
    owner: User,
    record: str,
    trigger: Mapping[str, Any],
    conditions: Mapping[str, Any],
    actions: Sequence[Mapping[str, Any]],
    most_an_hour: int,
    page: int = 1,
    now: datetime,
) -> Trial:
    """The rule, which must have no problems (`problems.problems_of`), on the last week's records. `notes` are the
    sensitive fields that were read: whoever asks writes them into the audit."""
    record_type = records.get(record)
    assert record_type is not None  # problems_of says so
    reading = Reading(grants_of(owner), user_id=owner.pk, read_only=True)
    with reading_as(reading):
        trial = _tried(owner, record_type, trigger_from(trigger), tree_from(conditions), actions, page, now)
    trial.waits = max(0, trial.matched - most_an_hour)
    trial.notes = frozenset(reading.notes)
    return trial


def _tried(
    owner: User,
    record_type: RecordType,
    trigger: Trigger,
    tree: Group,
    actions: Sequence[Mapping[str, Any]],
    page: int,
    now: datetime,
) -> Trial:
    labels = {one.name: str(one.label) for one in records.fields_of(record_type)}
    changes = [leaf for leaf in leaves(tree) if is_change(leaf.op)]
    trial = Trial(supposes=sorted({labels.get(leaf.field, leaf.field) for leaf in changes}))
    tree = supposed(tree)
    rows = _recent(owner, record_type, trigger, now)
    trial.at_once = trigger.kind == TIME
    asked = filter_of(tree, frame_of(owner, record_type, now))
    trial.looked = rows.count()
    found = rows.filter(asked.q) if asked.q else rows
    if asked.whole:
        trial.matched = found.count()
        matched: Any = found.order_by("-pk")
    else:
        some = list(found.order_by("-pk")[: MOST_LOOKED + 1])
        trial.beyond = found.count() - MOST_LOOKED if len(some) > MOST_LOOKED else 0
        matched = [one for one in some[:MOST_LOOKED] if holds(tree, subject_of(owner, record_type, one, now))]
        trial.matched = len(matched)
    trial.pages = max(1, -(-trial.matched // A_PAGE))
    trial.page = min(max(1, page), trial.pages)
    part = matched[(trial.page - 1) * A_PAGE : trial.page * A_PAGE]
    trial.shown = [_shown(owner, record_type, record, actions) for record in part]
    return trial


def supposed(part: Group) -> Group:
    """The conditions, supposing of each change that is asked for that it had just happened."""
    found: list[Leaf | Group] = []
    for each in part.parts:
        if isinstance(each, Group):
            found.append(supposed(each))
        elif each.op == "changed_to":
            found.append(Leaf(each.field, "is", each.value, each.on))
        elif is_change(each.op):
            found.append(Group())
        else:
            found.append(each)
    return Group(tuple(found), part.every)


def _recent(owner: User, record_type: RecordType, trigger: Trigger, now: datetime) -> QuerySet[Any]:
    """Made within the week, or changed where the rule is about changes and the record remembers when."""
    rows = rows_for(owner, record_type)
    if trigger.kind == TIME:
        return rows
    if trigger.kind == DATE:
        return rows.filter(_dates(owner, record_type, trigger, now))
    names = ["created_at", *(CHANGED_COLUMNS if trigger.kind in (CHANGED, EITHER) else ())]
    since = Q()
    for name in names:
        try:
            record_type.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        since |= Q(**{f"{name}__gte": now - WEEK, f"{name}__lte": now})
    return rows.filter(since)


def _dates(owner: User, record_type: RecordType, trigger: Trigger, now: datetime) -> Q:
    """Records whose day came within the last seven."""
    frame = frame_of(owner, record_type, now)
    one, q = frame.fields[trigger.field], Q(pk__in=[])
    today = now.astimezone(frame.zone).date()
    for back in range(7):
        day = today - timedelta(days=back + trigger.days)
        asked = question(
            Leaf(trigger.field, "on_day", day.isoformat()), one, frame.model, now, frame.zone, frame.aliases
        )
        if asked is None:
            return Q(created_at__gte=now - WEEK)
        q |= asked
    return q


def _shown(owner: User, record_type: RecordType, record: Any, actions: Sequence[Mapping[str, Any]]) -> Tried:
    lines = []
    for one in actions:
        values = one.get("values", {})
        verb = verb_named(str(one["verb"]), record_type, owner)
        if verb is not None:
            line = verb.would(record, values) if verb.would else verb.describe(values, record_type)
            lines.append(str(line))
    return Tried(str(record_type.title(record)), record_type.url(record), tuple(lines))
