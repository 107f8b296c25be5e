"""Stored bytes that rows let go of. The removal is a row of the same transaction, so it is neither lost nor done for a
row that came back; removing twice does nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hustings.foundation.core import jobs, storage
from hustings.foundation.core.guard import action

from ..models import ObjectRemoval
from ..registry import is_named

AT_ONCE = 200


@action
def let_go(sha256s: Iterable[str], *, now: datetime) -> None:
    """Have these bytes removed once nothing names them any more."""
    wanted = {one for one in sha256s if one}
    if not wanted:
        return
    ObjectRemoval.objects.bulk_create(
        [ObjectRemoval(sha256=one, asked_at=now) for one in sorted(wanted)], ignore_conflicts=True
    )
    jobs.enqueue("retention.remove_objects", once="retention.remove_objects", timestamp=0)


def remove_some() -> int:
    """Remove what waits, some at a time; how many were looked at. What another row still names stays."""
    with transaction.atomic():
        rows = list(ObjectRemoval.objects.select_for_update(skip_locked=True).order_by("id")[:AT_ONCE])
        for row in rows:
            if not is_named(row.sha256):
                storage.remove(row.sha256)
        ObjectRemoval.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
