"""Looking at the numbers every quarter of a minute: the rule, what gives way, calling in, what rises."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hustings.constituents.insight.queries import letters
from hustings.foundation.access.models import Team
from hustings.foundation.core.guard import action
from hustings.service.desk.queries.presence import people_on

from ..engine.latch import Latch, look
from ..models import CallIn, Plan, Rising, Sample, Surge
from ..queries.numbers import outlook
from ..queries.rising import rising
from ..queries.standing import plan, surge_now
from ..rules import Refused
from .calling import call_in
from .switching import begin_surge, end_surge, set_steps

ARRIVALS_OVER = 10  # minutes over which arrivals are averaged
CALLS_APART = timedelta(minutes=20)
KEPT = timedelta(days=16)


@action
def watch(*, now: datetime) -> None:
    """One look. Everything here can be done again without harm."""
    waiting = letters.waiting(now).total
    minute = now.replace(second=0, microsecond=0)
    Sample.objects.update_or_create(minute=minute, defaults={"waiting": waiting, "people": len(people_on(now))})
    Sample.objects.filter(minute__lt=now - KEPT).delete()
    apply_rule(waiting=waiting, arrivals=arrivals_a_minute(minute), now=now)
    set_steps(waiting=waiting, now=now)
    call_by_rule(now=now)


def arrivals_a_minute(minute: datetime) -> float:
    """Of the last ten whole minutes."""
    flow = letters.flow_by_minute(minute - timedelta(minutes=ARRIVALS_OVER), minute)
    return sum(came for _minute, came, _went in flow) / ARRIVALS_OVER


@action
def apply_rule(*, waiting: int, arrivals: float, now: datetime) -> Surge | None:
    """Switch by the plan's rule, if it is to; the surge that is on afterwards."""
    Plan.objects.get_or_create(pk=1)
    kept = Plan.objects.select_for_update().get(pk=1)
    running = surge_now()
    if not kept.by_rule:
        return running
    over = arrivals >= kept.arrivals_on or waiting >= kept.waiting_on
    under = arrivals < kept.arrivals_off and waiting < kept.waiting_off
    latch = Latch(kept.over_since, kept.under_since, kept.waits_to_fall)
    latch, should = look(
        latch, is_on=running is not None, over=over, under=under, begin=kept.minutes_on, end=kept.minutes_off, now=now
    )
    kept.over_since, kept.under_since, kept.waits_to_fall = latch.over_since, latch.under_since, latch.waits_to_fall
    kept.save(update_fields=["over_since", "under_since", "waits_to_fall"])
    if should and running is None:
        return begin_surge(actor=None, because=_why(kept, arrivals), now=now)
    if not should and running is not None:
        end_surge(actor=None, because=_("by the rule: it is calm again"), now=now)
        return None
    return running


def _why(kept: Plan, arrivals: float) -> str:
    if arrivals >= kept.arrivals_on:
        return _("by the rule over %(n)d a minute") % {"n": kept.arrivals_on}
    return _("by the rule over %(n)d waiting") % {"n": kept.waiting_on}


@action
def call_by_rule(*, now: datetime) -> CallIn | None:
    """The next team of the plan is called in while, with the people now on, the backlog does not clear in time."""
    kept, surge = plan(), surge_now()
    if surge is None or not kept.calls_by_rule:
        return None
    calls = CallIn.objects.filter(surge=surge)
    if calls.filter(at__gt=now - CALLS_APART).exists():
        return None
    clears = outlook(now).forecast.clears
    if clears is not None and clears <= kept.clear_within * 60:
        return None
    asked = set(calls.values_list("team_id", flat=True))
    for team_id in kept.teams:
        team = None if team_id in asked else Team.objects.filter(pk=team_id).first()
        if team is not None:
            try:
                return call_in(actor=None, team=team, because=_("by the rule"), now=now)
            except Refused:  # a person called them a while ago
                continue
    return None


@action
def refresh_rising(*, now: datetime) -> int:
    """Work out anew what rises; how many."""
    found = rising(now)
    Rising.objects.update_or_create(pk=1, defaults={"at": now, "cells": found})
    return len(found)
