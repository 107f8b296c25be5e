"""A word to people, on their page and in passing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Notice, Rule

LONGEST = 500
STALE = timedelta(minutes=30)  # what is older is not shown in passing any more


@action
def give_notice(
    *,
    users: Iterable[User],
    text: str,
    record: str = "",
    record_id: int | None = None,
    url: str = "",
    rule: Rule | None = None,
    matter: str = "",
    now: datetime,
) -> int:
    """Tell these people; how many are told. Of one matter each has one unseen notice, which then counts on."""
    told = [user for user in {user.pk: user for user in users}.values() if user.is_active]
    for user in told:
        facts = {"text": text[:LONGEST], "record": record, "record_id": record_id, "url": url, "rule": rule}
        if not (matter and _counted_on(user, matter, facts["text"], now)):
            try:
                with transaction.atomic():
                    Notice.objects.create(user=user, at=now, matter=matter, **facts)
            except IntegrityError:  # another told them of it at this moment
                _counted_on(user, matter, facts["text"], now)
    live.publish([f"notices:{user.pk}" for user in told] + [f"user:{user.pk}" for user in told])
    return len(told)


def _counted_on(user: User, matter: str, text: object, now: datetime) -> int:
    unseen = Notice.objects.filter(user=user, matter=matter, seen_at=None)
    return unseen.update(times=F("times") + 1, at=now, text=text)


@action
def see_notices(*, actor: User, notice: Notice | None = None, now: datetime) -> int:
    """They are seen: this one, or all of the actor's. How many were new."""
    mine = Notice.objects.filter(user=actor, seen_at=None)
    if notice is not None:
        mine = mine.filter(pk=notice.pk)
    seen = mine.update(seen_at=now)
    if seen:
        live.publish(f"user:{actor.pk}")
    return seen


@action
def take_untold(*, actor: User, now: datetime) -> list[Notice]:
    """The notices to be shown in passing, newest first; each is given out once, whichever tab asks first."""
    fresh = Notice.objects.filter(user=actor, told_at=None, seen_at=None, at__gt=now - STALE)
    rows = list(fresh.order_by("-at").select_for_update(skip_locked=True)[:3])
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return rows
