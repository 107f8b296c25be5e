"""What a digest tells: unread posts of the stream since the last one, each person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from hustings.foundation.access.models import User

from ..models import Digest, Standing
from .seen import seen
from .showing import Shown, show
from .stream import unread

MOST_TOLD = 40
MOST_LOOKED_AT = 500
# What was written in a transaction that ended after the last digest is still found; what that one told is left out.
OVERLAP = timedelta(minutes=15)
FIRST = {"day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True)
class News:
    shown: Sequence[Shown]
    more: int  # that are not among `shown`
    since: datetime


def news_for(user: User, standing: Standing, *, now: datetime) -> News:
    """The newest first. To be called while the user reads (`guard.reading_as`)."""
    last = Digest.objects.filter(user=user).aggregate(Max("at"))["at__max"]
    since = last or now - FIRST.get(standing.digest, timedelta(days=1))
    told = {key for digest in Digest.objects.filter(user=user, at__gte=since - OVERLAP) for key in digest.posts}
    rows = unread(user, standing).filter(at__gte=since - OVERLAP, at__lte=now).exclude(pk__in=told)
    found = list(rows.select_related("author", "parent").order_by("-id")[:MOST_LOOKED_AT])
    records = seen(user, {(row.record_type, row.record_id) for row in found})
    visible = [row for row in found if (row.record_type, row.record_id) in records]
    return News(show(user, visible[:MOST_TOLD], of=records, comments=0), len(visible[MOST_TOLD:]), since)
