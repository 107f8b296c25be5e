"""What would go, before it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from hustings.foundation.core.guard import may_read, unveiled

from ..models import Expiry, Schedule
from ..registry import Part, Subject, expiring, ordered, registry
from .holding import free, in_force

LOG = 60


@dataclass(frozen=True)
class Count:
    part: Part
    n: int
    held: int = 0


@dataclass(frozen=True)
class Line:
    """One kind on the page: how long it is kept, and what stands under holds."""

    part: Part
    schedule: Schedule | None


@dataclass(frozen=True)
class Night:
    """One line of the log."""

    run: Expiry
    label: str


def due_rows(part: Part, upto: datetime) -> "QuerySet[Any]":
    """Rows of the part that are older, held or not."""
    return part.rows().filter(part.only, **{f"{part.at}__lt": upto})


def would_expire(days: Mapping[str, int | None], now: datetime) -> list[Count]:
    """How much of each kind would go in the next night under these schedules, and how much holds keep."""
    found = []
    with unveiled():
        terms = in_force()
        for part in expiring():
            if (wanted := days.get(part.name)) is None:
                continue
            due = due_rows(part, now - timedelta(days=wanted))
            total = due.count()
            going = free(part, due, terms).count() if terms else total
            found.append(Count(part, going, total - going))
    return found


def would_erase(subject: Subject) -> list[Count]:
    """How much of each kind goes with this person; nothing is told of private kinds, nor of records of which the reader
    may not know whose they are."""
    untold = {record for record, name in registry.told_by.items() if not may_read(record, name)}
    records = {record: ids for record, ids in subject.records.items() if record not in untold}
    subject = replace(subject, records=records)
    with unveiled():
        counts = [
            Count(part, part.rows().filter(part.of(subject)).count())
            for part in ordered()
            if part.of is not None and not part.private and not part.stays
        ]
    return [one for one in counts if one.n]


def lines() -> list[Line]:
    """Every kind that a schedule can be set for."""
    known = {row.part: row for row in Schedule.objects.select_related("set_by")}
    return [Line(part, known.get(part.name)) for part in expiring()]


def nights() -> list[Night]:
    """The last lines of the log, newest first."""
    return [
        Night(run, str(registry.parts[run.part].label) if run.part in registry.parts else run.part)
        for run in Expiry.objects.order_by("-at", "-id")[:LOG]
    ]
