"""Someone's access ended: what they had is the queue's again."""

from datetime import datetime

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Inquiry, Presence, Status
from .changing import change, lock

AT_ONCE = 500


@action
def give_back_all(*, user_id: int, actor_id: int | None, now: datetime) -> int:
    """Everything open or asleep that is theirs is nobody's, unread, with a line in its thread; how many. What is
    closed stays as it was: who comes back to it finds it unassigned (`life.reopened_fields`). They are no longer
    shown as reading or writing anywhere."""
    user = User.objects.get(pk=user_id)
    actor = User.objects.filter(pk=actor_id).first() if actor_id else None
    held = Inquiry.objects.filter(assignee_id=user_id, status__in=[Status.OPEN, Status.SNOOZED])
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    given = {"assignee_id": None, "unread": True}
    count = 0
    for start in range(0, len(ids), AT_ONCE):
        rows = [row for row in lock(None, ids[start : start + AT_ONCE]) if row.assignee_id == user_id]
        count += len(
            change(
                rows, actor=actor, now=now, kind="given_back", detail={"from": user.name}, undoable=False,
                became=lambda _row: given,
            )
        )  # fmt: skip
    _be_gone(user)
    return count


def _be_gone(user: User) -> None:
    lines = Presence.objects.filter(user=user)
    topics = [f"here:{uid}" for uid in lines.values_list("inquiry__uid", flat=True)]
    lines.delete()
    live.publish(topics, kind="presence")
