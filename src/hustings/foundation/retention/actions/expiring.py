"""Schedules, and the night's work: what is older than its schedule goes, some rows at a time.

A run is one row a kind: it remembers up to when, and goes on where it was cut short. What is held is passed over and
counted; it goes in a later night, once it is released.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action, unveiled

from ..models import Expiry, Schedule
from ..queries.due import due_rows
from ..queries.holding import free, held_rows, in_force, wait_for_holds
from ..registry import registry
from ..rules import LONGEST_DAYS, sets_schedules
from . import objects


@action
def set_schedules(*, actor: User, days: Mapping[str, int | None], now: datetime) -> list[str]:
    """How many days these kinds are kept; None for ever. The kinds that changed. Raises PermissionDenied and
    ValidationError by kind; nothing is changed then."""
    if not sets_schedules(actor):
        raise PermissionDenied(_("Your role may not say how long things are kept. Nothing was changed."))
    _check(days)
    known = {row.part: row for row in Schedule.objects.select_for_update()}
    changed = []
    for name, wanted in days.items():
        row = known.get(name)
        before = row.days if row else None
        if wanted == before:
            continue
        if wanted is None:
            Schedule.objects.filter(part=name).delete()
        else:
            Schedule.objects.update_or_create(
                part=name, defaults={"days": wanted, "set_by": actor, "set_at": now}
            )  # fmt: skip
        changed.append(name)
        record_audit(
            actor=actor, action="schedule.set", detail={"part": name, "was": before, "became": wanted}, now=now
        )
    return changed


def _check(days: Mapping[str, int | None]) -> None:
    problems = {}
    for name, wanted in days.items():
        part = registry.parts.get(name)
        if part is None or not part.expires:
            raise ValidationError(_("There is no such kind of data."))
        if wanted is not None and not part.least_days <= wanted <= LONGEST_DAYS:
            problems[name] = _("Between %(least)d and %(most)d days, or nothing for ever.") % {
                "least": part.least_days,
                "most": LONGEST_DAYS,
            }
    if problems:
        raise ValidationError(problems)


def expire_due(*, now: datetime) -> int:
    """Everything that is due, to its end; how many rows went."""
    gone = 0
    with unveiled():
        for schedule in Schedule.objects.order_by("part"):
            if schedule.part in registry.parts:
                while (step := expire_some(name=schedule.part, days=schedule.days, now=now)) is not None:
                    gone += step
    objects.remove_due(now=now)
    return gone


@transaction.atomic
def expire_some(*, name: str, days: int, now: datetime) -> int | None:
    """One step of one kind: how many went, None when there was nothing more and its run has ended."""
    part = registry.parts[name]
    run = Expiry.objects.select_for_update().filter(part=name, ended_at=None).first()
    if run is None:
        run = Expiry.objects.create(part=name, upto=now - timedelta(days=days), at=now)
    # A schedule that was lengthened meanwhile holds at once.
    upto = min(run.upto, now - timedelta(days=days))
    wait_for_holds()
    terms = in_force()
    due = due_rows(part, upto)
    if run.after is not None:
        due = due.filter(pk__gt=run.after)
    ids = list(free(part, due, terms).order_by("pk").values_list("pk", flat=True)[: part.at_once])
    if ids:
        objects.let_go(part.erase(ids, now), now=now)
        run.gone, run.after = run.gone + len(ids), ids[-1]
        run.save(update_fields=["gone", "after"])
        return len(ids)
    run.held = due_rows(part, upto).filter(pk__in=held_rows(part, terms).values("pk")).count() if terms else 0
    run.ended_at = now
    if not run.gone and not run.held:
        run.delete()  # a night without anything to do is no line
        return None
    run.save(update_fields=["held", "ended_at"])
    record_audit(
        actor=None, action="expired", detail={"part": name, "gone": run.gone, "held": run.held}, now=now
    )  # fmt: skip
    return None
