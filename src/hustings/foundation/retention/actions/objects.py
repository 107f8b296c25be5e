"""Stored bytes that rows let go of. The removal is a row of the same transaction, so it is neither lost nor done for a
row that came back; removing twice does nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from hustings.foundation.core import jobs, storage
from hustings.foundation.core.guard import action

from ..models import ObjectRemoval
from ..registry import is_named

AT_ONCE = 200
# Bytes are stored before the row that names them is committed: what was stored so shortly ago may be about to be named,
# also when another row with the same bytes goes. No transaction lasts as long.
UNNAMED_FOR = timedelta(hours=6)


@action
def let_go(sha256s: Iterable[str], *, now: datetime) -> None:
    """Have these bytes removed once nothing names them any more."""
    wanted = {one for one in sha256s if one}
    if not wanted:
        return
    # Updated where they wait already: that waits for a removal at work on the same, which may have found them named.
    ObjectRemoval.objects.bulk_create(
        [ObjectRemoval(sha256=one, due_at=now) for one in sorted(wanted)],
        update_conflicts=True, unique_fields=["sha256"], update_fields=["due_at"],
    )  # fmt: skip
    jobs.enqueue("retention.remove_objects", once="retention.remove_objects", timestamp=0)


@action
def _watch(sha256s: Sequence[str], *, now: datetime) -> None:
    """Look whether anything names them when whoever stored them is through."""
    ObjectRemoval.objects.bulk_create(
        [ObjectRemoval(sha256=one, due_at=now + UNNAMED_FOR) for one in sorted(sha256s)],
        ignore_conflicts=True,
    )  # fmt: skip


def watch_what_is_new(*, now: datetime) -> int:
    """Bytes that were stored and that no row ever came to name, because it was refused or its writer died, go as those
    go whose row let go of them. How many were stored since the last time."""
    seen = 0
    while lately := storage.stored_lately(AT_ONCE):
        _watch(lately, now=now)
        storage.settled(lately)
        seen += len(lately)
    return seen


def remove_due(*, now: datetime) -> None:
    """Remove all that is due. What was stored a short while ago waits; the hourly job comes back to it."""
    while remove_some(now=now):
        pass


def remove_some(*, now: datetime) -> int:
    """Remove what is due, some at a time; how many were looked at. What another row still names stays."""
    with transaction.atomic():
        due = ObjectRemoval.objects.filter(due_at__lte=now)
        rows = list(due.select_for_update(skip_locked=True).order_by("id")[:AT_ONCE])
        for row in rows:
            stored_at = None if is_named(row.sha256) else storage.remove_untouched(row.sha256, since=now - UNNAMED_FOR)
            if stored_at is None:
                row.delete()
            else:
                row.due_at = stored_at + UNNAMED_FOR
                row.save(update_fields=["due_at"])
    return len(rows)
