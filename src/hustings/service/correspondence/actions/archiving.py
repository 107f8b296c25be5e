"""Raw mail of old months out of the database, but for what counsel holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from hustings.foundation.channels.actions.archiving import CannotMove, months_before, move_out
from hustings.foundation.core import partitions
from hustings.foundation.core.guard import unveiled
from hustings.foundation.retention.queries.holding import held_rows, in_force
from hustings.foundation.retention.registry import registry

from ..rules import RAW


@dataclass
class Moved:
    """By month: how many letters left the database, or why none did."""

    letters: dict[date, int] = field(default_factory=dict)
    kept: dict[date, str] = field(default_factory=dict)


def archive_before(before: date, *, now: datetime, progress: Callable[[int], None] = lambda _letters: None) -> Moved:
    """Move the raw mail of every month earlier than `before` out. A month of which a legal hold reaches anything stays
    as it is, where counsel knows it to be; and so does one with mail that is still to be read. What was moved stays
    moved whatever becomes of the others. Outside a transaction."""
    done = Moved()
    for month in months_before(min(before, partitions.month_of(now))):
        if held := _held(month):
            done.kept[month] = f"a legal hold keeps {held} letters of this month"
            continue
        try:
            if moved := move_out(month, now=now, progress=progress):  # an empty month is no news
                done.letters[month] = moved
        except CannotMove as why:
            done.kept[month] = str(why)
    return done


def _held(month: date) -> int:
    span = {
        "received_at__gte": partitions.begin_of(month),
        "received_at__lt": partitions.begin_of(partitions.after(month)),
    }
    with unveiled():
        terms = in_force()
        return held_rows(registry.parts[RAW], terms).filter(**span).count() if terms else 0
