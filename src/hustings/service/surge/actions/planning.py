"""The plan and the order of what gives way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import GiveWay, Plan
from ..rules import Refused, may_plan
from .switching import TOPIC

FIELDS = (
    *("by_rule", "arrivals_on", "arrivals_off", "waiting_on", "waiting_off", "minutes_on", "minutes_off", "queues"),
    *("articles", "acknowledgements", "teams", "calls_by_rule", "clear_within"),
)


@action
def save_plan(*, actor: User, now: datetime, **facts: Any) -> Plan:
    """Write the plan. Refused whole where a threshold to end does not lie under the one to begin."""
    if not may_plan(actor):
        raise Refused(_("An administrator makes the plan. Nothing was changed."))
    Plan.objects.get_or_create(pk=1)
    row = Plan.objects.select_for_update().get(pk=1)
    was = {name: getattr(row, name) for name in FIELDS}
    for name in FIELDS:
        if name in facts:
            setattr(row, name, facts[name])
    for name in ("arrivals", "waiting"):
        if getattr(row, f"{name}_off") >= getattr(row, f"{name}_on"):
            raise Refused(
                _("What ends a surge must lie under what begins it, or it would flutter. Nothing was changed.")
            )
    row.save()
    changed = sorted(name for name in FIELDS if was[name] != getattr(row, name))
    _told(actor, "surge.planned", {"fields": changed}, now)
    return row


@action
def save_order(*, actor: User, steps: Sequence[dict[str, Any]], now: datetime) -> list[GiveWay]:
    """Write the whole order: each step with name, natures, topics, from_waiting and never. Refused whole for a step
    that names nothing."""
    if not may_plan(actor):
        raise Refused(_("An administrator sets the order. Nothing was changed."))
    for number, step in enumerate(steps, start=1):
        if not str(step.get("name", "")).strip() or not (step.get("natures") or step.get("topics")):
            raise Refused(
                _("Step %(n)d needs a name and at least one nature or topic. Nothing was changed.") % {"n": number}
            )
    GiveWay.objects.all().delete()
    rows = GiveWay.objects.bulk_create(_step(number, step) for number, step in enumerate(steps, start=1))
    _told(actor, "surge.ordered", {"steps": len(rows)}, now)
    return rows


def _step(number: int, step: dict[str, Any]) -> GiveWay:
    return GiveWay(
        position=number, name=" ".join(str(step["name"]).split())[:120], natures=list(step.get("natures") or ()),
        topics=list(step.get("topics") or ()), from_waiting=step.get("from_waiting") or 0,
        never=bool(step.get("never")),
    )  # fmt: skip


def _told(actor: User, what: str, detail: dict[str, Any], now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type="surge_plan", detail=detail, now=now)
    live.publish(TOPIC)
