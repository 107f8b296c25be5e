"""What happens to tasks by itself: somebody leaves, a day comes."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.automation.actions.notices import give_notice
from hustings.foundation.core.clock import zone_of
from hustings.foundation.core.guard import Level, action

from ..models import Status, Task
from ..rules import RECORD, may_see
from .giving import tell, tell_receiver

AT_ONCE = 500
EIGHT = timedelta(hours=8)
STALE = timedelta(days=30)  # what was due longer ago is not spoken of any more


@action
def give_back(*, user_id: int, now: datetime) -> int:
    """Somebody works here no more: what they had to do is their team's again, else it goes to who gave it; how much
    that was. What nobody is left for stays open, for those who see everything."""
    rows = Task.objects.filter(assignee_id=user_id, status=Status.OPEN).select_related("made_by")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for row in found:
        maker = row.made_by
        takes = row.team_id is None and maker is not None and maker.pk != user_id and maker.is_active and may_see(maker)
        row.assignee = maker if takes else None
        row.save(update_fields=["assignee"])
        tell(row, {"assignee_id": user_id}, actor=None, now=now)
        if row.assignee_id is not None or row.team_id is not None:
            tell_receiver(row, actor=None, now=now)
    return len(found)


@action
def remind(*, now: datetime) -> int:
    """A word to whoever has something to do today (their own day, from its eighth hour on), once for each day it is
    due; how many tasks that was. At most some hundred at once: called until it gives 0."""
    zones = User.objects.filter(is_active=True).order_by().values_list("time_zone", flat=True).distinct()
    there = Q(pk__in=[])
    for zone in zones:
        day = (now - EIGHT).astimezone(zone_of(zone)).date()
        there |= Q(assignee__time_zone=zone, due_on__lte=day, due_on__gt=day - STALE)
    untold = Q(told_due_on=None) | ~Q(told_due_on=F("due_on"))
    rows = Task.objects.filter(there, untold, status=Status.OPEN).order_by("due_on", "pk")
    ready = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    people = User.objects.in_bulk({row.assignee_id for row in ready})
    for row in ready:
        row.told_due_on = row.due_on
        user = people[row.assignee_id or 0]  # asked for by their zone: there is one
        if grants_of(user).level(RECORD, "due_on") >= Level.READ:
            give_notice(
                users=[user], text=_("This is due today."), record=RECORD, record_id=row.pk,
                matter=f"task-due:{row.pk}", now=now,
            )  # fmt: skip
    Task.objects.bulk_update(ready, ["told_due_on"])
    return len(ready)
