"""Surge mode on and off. What it changes is kept with it, and goes back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hustings.constituents.insight.queries import letters
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.desk.actions.queues import send_on, set_open
from hustings.service.desk.models import Queue
from hustings.service.desk.rules import Refused as DeskRefused

from ..models import Plan, Surge
from ..queries.standing import order, plan, steps_at, surge_now
from ..rules import Refused, may_switch

TOPIC = "surge"


@action
def begin_surge(*, actor: User | None, because: str, now: datetime) -> Surge:
    """Switch it on; None is the rule. What was on already is given back. Extra queues are opened now; acknowledgements,
    the answers before the form and the order of what gives way are read from the plan while it lasts."""
    if actor is not None and not may_switch(actor):
        raise Refused(_("Those who lead switch surge mode. Nothing was changed."))
    kept = _lock()
    running = Surge.objects.select_for_update().filter(ended_at=None).first()
    if running is not None:
        return running
    opened = [queue.pk for queue in Queue.objects.filter(pk__in=kept.queues) if set_open(queue=queue, is_open=True)]
    waiting = letters.waiting(now).total
    surge = Surge.objects.create(
        began_at=now, began_by=actor, because=because[:500], changed={"queues": opened},
        steps=steps_at(order(), waiting, 0),
    )  # fmt: skip
    detail = {
        "queues": opened,
        "articles": kept.articles,
        "acknowledgements": sorted(kept.acknowledgements),
        "steps": surge.steps,
        "by_rule": actor is None,
    }
    _told("surge.begun", surge, actor, detail, now)
    return surge


@action
def end_surge(*, actor: User | None, because: str, now: datetime) -> Surge | None:
    """Switch it off: everything it changed goes back. Queues it opened are closed (but for one that is needed at all
    times by now), and what waits in them goes where the rules send it. By a person, the rule does not switch it on
    again before the numbers have once been low. None when it was off."""
    if actor is not None and not may_switch(actor):
        raise Refused(_("Those who lead switch surge mode. Nothing was changed."))
    kept = _lock()
    surge = Surge.objects.select_for_update().filter(ended_at=None).first()
    if surge is None:
        return None
    moved, left_open = 0, []
    for queue in Queue.objects.filter(pk__in=surge.changed.get("queues", [])):
        try:
            closed = set_open(queue=queue, is_open=False)
        except DeskRefused:  # meanwhile it was made the default, or the one for people in crisis
            left_open.append(queue.pk)
            continue
        if closed:
            moved += send_on(queue=queue, now=now)
    surge.ended_at, surge.ended_by, surge.ended_because = now, actor, because[:500]
    surge.save(update_fields=["ended_at", "ended_by", "ended_because"])
    kept.waits_to_fall = actor is not None
    kept.over_since = kept.under_since = None
    kept.save(update_fields=["waits_to_fall", "over_since", "under_since"])
    detail = {
        "queues": surge.changed.get("queues", []),
        "left_open": left_open,
        "sent_on": moved,
        "by_rule": actor is None,
    }
    _told("surge.ended", surge, actor, detail, now)
    return surge


@action
def set_steps(*, waiting: int, now: datetime) -> int:
    """How much gives way follows how much waits; the number of steps now. Changes are in the trail."""
    surge = surge_now()
    if surge is None:
        return 0
    steps = steps_at(order(), waiting, surge.steps)
    if steps != surge.steps:
        was, surge.steps = surge.steps, steps
        surge.save(update_fields=["steps"])
        _told("surge.gave_way", surge, None, {"was": was, "became": steps, "waiting": waiting}, now)
    return steps


def _lock() -> Plan:
    """The plan's row, which whoever switches holds."""
    Plan.objects.get_or_create(pk=plan().pk)
    return Plan.objects.select_for_update().get(pk=1)


def _told(what: str, surge: Surge, actor: User | None, detail: dict[str, Any], now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type="surge", record_uid=surge.uid, detail=detail, now=now)
    live.publish(TOPIC)
