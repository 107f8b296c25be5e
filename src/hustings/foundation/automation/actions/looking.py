"""Asking rules about what happened: one rule at a time, in their order, and the next one only when what the one before
had to do is done. A step is a transaction; one that is cut short leaves nothing behind and is taken up again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_reading
from hustings.foundation.core import records
from hustings.foundation.core.guard import FieldHidden, action
from hustings.foundation.core.records import RecordType

from ..conditions.evaluate import holds
from ..conditions.filters import filter_of
from ..conditions.tree import Group, Leaf, tree_from
from ..models import Deed, Happening, Kind, RuleVersion, Run, Work, WorkState
from ..queries.asking import frame_of, reading_for, rows_for, subject_of
from ..queries.problems import problems_of
from ..triggers import trigger_from
from .stopping import stop_rule, tell_owner

AT_ONCE = 500  # records looked at in one transaction
DEEPEST = 10  # rules that led to each other


@action
def look_once(now: datetime) -> bool:
    """Ask the next rule about the oldest thing that waits; False when nothing does."""
    open_works = Work.objects.filter(happening=OuterRef("pk"), state=WorkState.ACTING)
    waiting = Happening.objects.filter(~Exists(open_works), settled_at=None).order_by("id")
    happening = waiting.select_for_update(skip_locked=True).first()
    if happening is None:
        return False
    if happening.place >= len(happening.versions):
        happening.settled_at = now
        happening.save(update_fields=["settled_at"])
        return True
    versions = RuleVersion.objects.select_related("rule__owner")
    version = versions.filter(pk=happening.versions[happening.place]).first()
    more = _ask(happening, version, now) if version is not None else False
    if not more:
        happening.place, happening.after_id = happening.place + 1, 0
        if happening.place >= len(happening.versions) and not _has_open_work(happening):
            happening.settled_at = now
    happening.save(update_fields=["place", "after_id", "record_ids", "settled_at"])
    return True


def _has_open_work(happening: Happening) -> bool:
    return Work.objects.filter(happening=happening, state=WorkState.ACTING).exists()


def _ask(happening: Happening, version: RuleVersion, now: datetime) -> bool:
    """One rule about at most AT_ONCE records; whether there are more."""
    rule = version.rule
    run, _made = Run.objects.get_or_create(
        happening=happening, version=version, defaults={"rule": rule, "at": now, "why": happening.said}
    )
    if rule.removed_at is not None or not rule.is_on:
        return _no_more(run, _("The rule was off when its turn came."))
    if why := problems_of(rule.owner, rule.record, version.trigger, version.conditions, version.actions):
        stop_rule(rule=rule, why=" ".join(why), now=now)
        return _no_more(run, " ".join(why), stopped=True)
    record_type = records.get(rule.record)
    assert record_type is not None  # problems_of says so
    try:
        looked, matched, last_id = _find(happening, version, record_type, now)
    except FieldHidden as hidden:  # a field guarded by more than its own name
        stop_rule(rule=rule, why=str(hidden), now=now)
        return _no_more(run, str(hidden), stopped=True)
    run.looked += looked
    if matched and (why_not := _goes_round(happening, version)):
        tell_owner(rule=rule, text=why_not, matter=f"loop:{rule.pk}", now=now)
        return _no_more(run, why_not, stopped=True)
    run.matched += _write(happening, run, version, matched, now)
    run.save(update_fields=["looked", "matched"])
    if version.is_last and matched:
        happening.record_ids = sorted(set(happening.record_ids) - set(matched))
    happening.after_id = last_id
    return looked == AT_ONCE


def _no_more(run: Run, why: str, *, stopped: bool = False) -> bool:
    run.why, run.stopped = why, stopped
    run.save(update_fields=["why", "stopped", "looked", "matched"])
    return False


def _goes_round(happening: Happening, version: RuleVersion) -> str:
    """Why the rule must not act on what its own acts brought about; "" where it may."""
    name = version.rule.name
    if version.rule_id in happening.cause:
        others = len(happening.cause) - happening.cause.index(version.rule_id) - 1
        if others:
            text = _("“%(name)s” would have run itself again, by way of %(n)d other rules. It was stopped there.")
            return text % {"name": name, "n": others}
        return _("“%(name)s” would have run itself again. It was stopped there.") % {"name": name}
    if len(happening.cause) >= DEEPEST:
        text = _("“%(name)s” came after %(n)d other rules that each led to the next. It was stopped there.")
        return text % {"name": name, "n": len(happening.cause)}
    return ""


def tree_of(happening: Happening, version: RuleVersion) -> Group:
    """The rule's conditions, and for a date that it is still that date."""
    tree = tree_from(version.conditions)
    if happening.kind != Kind.DATE or happening.due is None:
        return tree
    trigger = trigger_from(version.trigger)
    return Group((Leaf(trigger.field, "on_day", happening.due.isoformat()), tree))


def _find(
    happening: Happening, version: RuleVersion, record_type: RecordType, now: datetime
) -> tuple[int, list[int], int]:
    """How many were looked at, the ids of those it holds for, and the last id looked at; read as the owner."""
    owner, tree = version.rule.owner, tree_of(happening, version)
    with reading_for(owner) as reading:
        rows = rows_for(owner, record_type).filter(pk__gt=happening.after_id)
        if listed := happening.kind not in (Kind.TIME, Kind.DATE):
            part = [each for each in happening.record_ids if each > happening.after_id][:AT_ONCE]
            rows, looked, last = rows.filter(pk__in=part), len(part), part[-1] if part else happening.after_id
        asked = filter_of(tree, frame_of(owner, record_type, now))
        if not listed or len(part) > 1:
            rows = rows.filter(asked.q) if asked.q else rows
            found: Sequence[Any] = list(rows.order_by("pk")[:AT_ONCE])
            whole = asked.whole
        else:
            found, whole = list(rows), False
        if not listed:
            looked, last = len(found), found[-1].pk if found else happening.after_id
        matched = [
            record.pk
            for record in found
            if whole or holds(tree, subject_of(owner, record_type, record, now, changes=happening.changes))
        ]
    if reading.notes:
        record_reading(user_id=owner.pk, notes=frozenset(reading.notes), now=now)
    return looked, matched, last


def _write(happening: Happening, run: Run, version: RuleVersion, matched: Sequence[int], now: datetime) -> int:
    """What is to be done, once for each record; how many are new."""
    keys = {record_id: _key(happening, record_id) for record_id in matched}
    known = set(Work.objects.filter(rule=version.rule, key__in=keys.values()).values_list("key", flat=True))
    works = Work.objects.bulk_create(
        Work(
            run=run,
            happening=happening,
            rule=version.rule,
            version=version,
            record=version.rule.record,
            record_id=record_id,
            key=key,
            at=now,
        )
        for record_id, key in keys.items()
        if key not in known
    )
    Deed.objects.bulk_create(
        Deed(work=work, position=place, verb=str(one["verb"]))
        for work in works
        for place, one in enumerate(version.actions)
    )
    return len(works)


def _key(happening: Happening, record_id: int) -> str:
    if happening.kind == Kind.DATE:
        return f"date:{happening.due}:{record_id}"
    if happening.kind == Kind.TIME:
        return f"time:{happening.at.isoformat()}:{record_id}"
    return f"happening:{happening.pk}:{record_id}"
