"""Mail that was delivered and waits: read in batches by whoever is free, each delivery exactly once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.foundation.channels.actions import reading
from hustings.foundation.channels.actions.reading import Arrival
from hustings.foundation.channels.models import Delivery
from hustings.foundation.core import partitions
from hustings.service.desk.actions.intake import ensure_default_queue

from .intake_batch import take, whole
from .intake_grouping import group_waiting
from .intake_letter import Letter
from .intake_reading import Reader

BATCH = 200
MOST_TRIES = 3


def take_in(*, now: datetime, ids: Sequence[int] | None = None) -> Counter[str] | None:
    """One batch of waiting deliveries (of these `ids`, where given): read, stored, routed, acknowledged. None when
    nothing waits, or others are at it.

    Each is counted as tried before it is read. What ended its reader is read alone the next time, and quarantined when
    it ended three.
    """
    claimed = reading.claim(most=BATCH, ids=ids)
    if not claimed:
        group_waiting(now=now)  # what somebody who died left
        return None
    try:
        counts = _read(claimed, now)
    except Exception:
        reading.uncount(claimed)  # they were not what failed: the database was, or we were told to stop
        raise
    finally:
        reading.let_go(claimed)
    group_waiting(now=now)
    return counts


def _read(claimed: Sequence[int], now: datetime) -> Counter[str]:
    ensure_default_queue(now=now)
    ensure_taxonomy(now=now)
    ensure_months(Delivery.objects.filter(pk__in=claimed).values_list("received_at", flat=True), now=now)

    def store() -> Counter[str]:
        arrivals = reading.arrivals(claimed)
        reader = Reader()
        letters = [_letter(reader, arrival) for arrival in arrivals]
        return take(letters, now=now)

    return whole(store)


def _letter(reader: Reader, arrival: Arrival) -> Letter:
    if arrival.tries > MOST_TRIES:
        return reader.unread(arrival, f"reading it ended the reader {MOST_TRIES} times")
    return reader.read(arrival)


def ensure_months(moments: Iterable[datetime], *, now: datetime) -> None:
    """Partitions for letters that came at these moments; outside the transaction that stores them."""
    moments = list(moments)
    reading.ensure_months(moments, now=now)
    for table in ("correspondence_messagebody", "timeline_entry"):
        partitions.ensure_around(table, moments, now=now)
