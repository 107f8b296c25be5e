"""The log does not grow for ever."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from hustings.foundation.core.guard import action
from hustings.foundation.retention.queries.holding import free, held_rows, in_force, wait_for_holds
from hustings.foundation.retention.registry import registry

from ..models import CallState, Happening, HookCall, Notice, Run, Work, WorkState
from ..rules import CALLS, CHANGES, NOTICES

AT_ONCE = 1000
OPEN = (WorkState.ACTING, WorkState.LIMIT, WorkState.RETRY)


@action
def forget_old(*, before: datetime, empty_before: datetime) -> int:
    """Delete what was settled before: of looks that found nothing to do, before `empty_before`. What waits stays.
    Returns how much went; call again until nothing does. Dates that were done stay known for as long as the log. What a
    legal hold keeps stays; of a call whose line goes the words go too, since nothing says then whom they are about."""
    wait_for_holds()
    terms = in_force()
    calls = HookCall.objects.filter(deed__work__run=OuterRef("pk"))
    held = calls.filter(pk__in=held_rows(registry.parts[CALLS], terms).values("pk"))
    runs = Run.objects.filter(at__lt=before).exclude(Exists(Work.objects.filter(run=OuterRef("pk"), state__in=OPEN)))
    runs = runs.exclude(Exists(calls.filter(state=CallState.WAITING))).exclude(Exists(held))
    empty = Run.objects.filter(at__lt=empty_before, matched=0, stopped=False)
    ids = [*runs.values_list("pk", flat=True)[:AT_ONCE], *empty.values_list("pk", flat=True)[:AT_ONCE]]
    HookCall.objects.filter(deed__work__run__in=ids).update(body="", said="")
    gone = Run.objects.filter(pk__in=set(ids)).delete()[0]
    bare = Happening.objects.filter(settled_at__lt=empty_before).exclude(
        Exists(Run.objects.filter(happening=OuterRef("pk")))
    )
    bare = free(registry.parts[CHANGES], bare, terms)
    gone += Happening.objects.filter(pk__in=list(bare.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]
    seen = free(registry.parts[NOTICES], Notice.objects.filter(seen_at__lt=before), terms)
    gone += Notice.objects.filter(pk__in=list(seen.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]
    return gone
