"""The log does not grow for ever."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from hustings.foundation.core.guard import action

from ..models import Happening, Notice, Run, Work, WorkState

AT_ONCE = 1000
OPEN = (WorkState.ACTING, WorkState.LIMIT, WorkState.RETRY)


@action
def forget_old(*, before: datetime, empty_before: datetime) -> int:
    """Delete what was settled before: of looks that found nothing to do, before `empty_before`. What waits stays.
    Returns how much went; call again until nothing does. Dates that were done stay known for as long as the log."""
    runs = Run.objects.filter(at__lt=before).exclude(Exists(Work.objects.filter(run=OuterRef("pk"), state__in=OPEN)))
    empty = Run.objects.filter(at__lt=empty_before, matched=0, stopped=False)
    ids = [*runs.values_list("pk", flat=True)[:AT_ONCE], *empty.values_list("pk", flat=True)[:AT_ONCE]]
    gone = Run.objects.filter(pk__in=set(ids)).delete()[0]
    bare = Happening.objects.filter(settled_at__lt=empty_before).exclude(
        Exists(Run.objects.filter(happening=OuterRef("pk")))
    )
    gone += Happening.objects.filter(pk__in=list(bare.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]
    gone += Notice.objects.filter(
        pk__in=list(Notice.objects.filter(seen_at__lt=before).values_list("pk", flat=True)[:AT_ONCE])
    ).delete()[0]
    return gone
