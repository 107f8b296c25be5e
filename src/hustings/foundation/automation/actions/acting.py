"""Doing what rules have to do. Each act is marked done in the transaction that did it, so that it is done once, however
often the worker is cut short."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_reading
from hustings.foundation.core import records
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import RecordType

from ..cause import caused_by
from ..conditions.evaluate import holds
from ..models import Deed, DeedState, Rule, Work, WorkState
from ..queries.asking import reading_for, record_for, subject_of
from ..queries.problems import problems_of
from ..registry import REFUSALS, Deeds, verb_named
from .looking import tree_of
from .stopping import stop_rule, tell_owner

log = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
MOST_REPEATS = 20  # on one record within an hour
FIRST_PAUSE, LONGEST_PAUSE, MOST_TRIES = timedelta(seconds=30), timedelta(hours=2), 8


@action
def act_once(now: datetime) -> bool:
    """Begin or go on with the oldest piece of work, by one act; False when nothing is due."""
    work = _next(now)
    if work is None:
        return False
    record_type = records.get(work.record)
    if work.begun_at is None and not _begins(work, record_type, now):
        return True
    deed = work.deeds.filter(state=DeedState.WAITING).order_by("position").first()
    if deed is None:
        _end(work, WorkState.DONE, "", now)
        return True
    work.state = WorkState.ACTING
    _act(work, deed, record_type, now)
    if work.state == WorkState.ACTING and not work.deeds.filter(state=DeedState.WAITING).exists():
        _end(work, WorkState.DONE, "", now)
    return True


def _next(now: datetime) -> Work | None:
    rows = Work.objects.select_related("rule__owner", "version__rule", "happening")
    rows = rows.select_for_update(skip_locked=True, of=("self",)).order_by("id")
    later = rows.filter(state__in=[WorkState.LIMIT, WorkState.RETRY], not_before__lte=now)
    return rows.filter(state=WorkState.ACTING).first() or later.first()


def _begins(work: Work, record_type: RecordType | None, now: datetime) -> bool:
    """Whether it is to be done now; else it is left, waits, or is stopped, with the reason."""
    rule, version = work.rule, work.version
    if rule.removed_at is not None or not rule.is_on:
        return _end(work, WorkState.LEFT, _("The rule was off when its turn came."), now)
    why = problems_of(rule.owner, rule.record, version.trigger, version.conditions, version.actions)
    if why or record_type is None:
        stop_rule(rule=rule, why=" ".join(why), now=now)
        return _end(work, WorkState.STOPPED, " ".join(why), now)
    if not work.is_free and (until := limit_reached_until(rule, now)):
        return _waits(work, until)
    if _repeats(work, now):
        text = _("“%(name)s” has run %(n)d times on one record within an hour. It was stopped there.")
        text %= {"name": rule.name, "n": MOST_REPEATS}
        tell_owner(rule=rule, text=text, matter=f"loop:{rule.pk}", now=now)
        return _end(work, WorkState.STOPPED, text, now)
    if not _still_holds(work, record_type, now):
        return _end(work, WorkState.LEFT, _("Its conditions held no more when its turn came."), now)
    work.begun_at, work.state, work.not_before = now, WorkState.ACTING, None
    work.save(update_fields=["begun_at", "state", "not_before"])
    return True


def limit_reached_until(rule: Rule, now: datetime) -> datetime | None:
    """When the rule may go on, where it has acted on as many records within the hour as it may; else None."""
    if rule.most_an_hour == 0:
        return now + HOUR
    begun = Work.objects.filter(rule=rule, begun_at__gt=now - HOUR).order_by("-begun_at")
    last = begun.values_list("begun_at", flat=True)[rule.most_an_hour - 1 : rule.most_an_hour].first()
    return last + HOUR if last is not None else None


def _waits(work: Work, until: datetime) -> bool:
    """All that the rule has not begun waits with it, so that nobody asks for each of them."""
    states = [WorkState.ACTING, WorkState.LIMIT]
    others = Work.objects.filter(rule=work.rule, state__in=states, begun_at=None, is_free=False)
    ids = list(others.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Work.objects.filter(pk__in=ids).update(state=WorkState.LIMIT, not_before=until)
    return False


def _repeats(work: Work, now: datetime) -> bool:
    same = Work.objects.filter(record=work.record, record_id=work.record_id, begun_at__gt=now - HOUR, rule=work.rule)
    return same.count() >= MOST_REPEATS


def _still_holds(work: Work, record_type: RecordType, now: datetime) -> bool:
    owner = work.rule.owner
    with reading_for(owner) as reading:
        record = record_for(owner, record_type, work.record_id)
        changes = work.happening.changes
        tree = tree_of(work.happening, work.version)
        held = record is not None and holds(tree, subject_of(owner, record_type, record, now, changes=changes))
    if reading.notes:
        record_reading(user_id=owner.pk, notes=frozenset(reading.notes), now=now)
    return held


def _act(work: Work, deed: Deed, record_type: RecordType | None, now: datetime) -> None:
    try:
        # A savepoint of its own: an act that fails half-way leaves nothing.
        with transaction.atomic(), caused_by([*work.happening.cause, work.rule_id]):
            deed.said = _done(work, deed, record_type, now)
        deed.state, deed.at = DeedState.DONE, now
        deed.save(update_fields=["state", "at", "said"])
    except REFUSALS as refusal:
        _fails(work, deed, _words(refusal), now)
    except Exception as problem:
        log.exception("the rule %s could not act", work.rule_id)
        deed.tries += 1
        if deed.tries >= MOST_TRIES:
            _fails(work, deed, _("It failed %(n)d times: %(why)s") % {"n": deed.tries, "why": _kind(problem)}, now)
        else:
            deed.save(update_fields=["tries"])
            work.state = WorkState.RETRY
            work.not_before = now + min(FIRST_PAUSE * 2 ** (deed.tries - 1), LONGEST_PAUSE)
            work.why = _kind(problem)
            work.save(update_fields=["state", "not_before", "why"])
    else:
        if work.not_before is not None or work.why:
            work.not_before, work.why = None, ""
            work.save(update_fields=["state", "not_before", "why"])


def _done(work: Work, deed: Deed, record_type: RecordType | None, now: datetime) -> str:
    """The act itself; the line of the log."""
    rule, owner = work.rule, work.rule.owner
    told: dict[str, Any] = work.version.actions[deed.position]
    if record_type is None or not owner.is_active:
        raise ValidationError(_("The rule's owner may not do that any more."))
    verb = verb_named(deed.verb, record_type, owner)
    if verb is None:
        raise ValidationError(_("This cannot be done any more."))
    if why := verb.may(owner, record_type, told.get("values", {})):
        raise ValidationError(why)
    given = Deeds(deed.uid, rule.name, rule.pk, _happening(work))
    with reading_for(owner) as reading:
        record = record_for(owner, record_type, work.record_id)
        if record is None:
            raise ValidationError(_("The record is gone, or out of the sight of the rule's owner."))
        said = verb.run(actor=owner, record=record, values=told.get("values", {}), deed=given, now=now)
    if reading.notes:
        record_reading(user_id=owner.pk, notes=frozenset(reading.notes), now=now)
    return str(said)[:1000]


def _happening(work: Work) -> dict[str, Any]:
    happening = work.happening
    return {"kind": happening.kind, "name": happening.name, "at": happening.at, "fields": sorted(happening.changes)}


def _fails(work: Work, deed: Deed, why: str, now: datetime) -> None:
    deed.state, deed.at, deed.said = DeedState.FAILED, now, why[:1000]
    deed.save(update_fields=["state", "at", "said", "tries"])
    work.deeds.filter(state=DeedState.WAITING).update(
        state=DeedState.LEFT, at=now, said=_("Left out, since what came before it could not be done.")
    )
    _end(work, WorkState.FAILED, why[:1000], now)
    text = _("“%(name)s” could not do something: %(why)s") % {"name": work.rule.name, "why": why}
    tell_owner(rule=work.rule, text=text, matter=f"failed:{work.rule_id}", now=now)


def _end(work: Work, state: WorkState, why: str, now: datetime) -> bool:
    work.state, work.why, work.done_at, work.not_before = state, why, now, None
    work.save(update_fields=["state", "why", "done_at", "not_before"])
    return False


def _words(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal) or _("The rule's owner may not do that.")


def _kind(problem: Exception) -> str:
    """What went wrong, without what the record holds: an error of the database quotes values."""
    return type(problem).__name__
