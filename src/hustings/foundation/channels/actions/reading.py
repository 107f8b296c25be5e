"""For whoever reads the mail: claiming what waits, saying what became of it, and keeping many at once.

A reader holds a delivery by an advisory lock of its own connection, so that its count of tries can be committed before
the reading begins, and a reader that dies lets go by dying. A delivery that was tried before is claimed alone: if it
ends its reader again, nobody else is counted with it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from hustings.foundation.core import bulk, live, partitions
from hustings.foundation.core.ids import new_uid

from ..compression import compress, expand
from ..models import Delivery
from ..queries import archived_of

LOCK_SPACE = 0x4874
MOST_BYTES = 24 * 1024 * 1024  # of raw mail held in memory at once, compressed

_DELIVERY = bulk.Table(
    "channels_delivery",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    source=bulk.word,
    origin=bulk.word,
    envelope_from=bulk.word,
    envelope_to=bulk.texts,
    sha256=bulk.binary,
    size=bulk.integer,
    received_at=bulk.moment,
    outcome=bulk.word,
    tries=bulk.smallint,
)
_RAW = bulk.Table("channels_rawmail", delivery_id=bulk.bigint, received_at=bulk.moment, raw=bulk.binary)
# The inner question is evaluated row by row, so that no more locks are taken than rows are wanted.
_CLAIM = """
select id, tries, size from (
    select id, tries, size from channels_delivery where outcome = '' {narrowed} order by tries > 0, id limit 4000
) waiting where pg_try_advisory_lock(%s, (id %% 2147483647)::int) limit %s
"""


@dataclass(slots=True)
class Arrival:
    """A message in its bytes, before anything is understood; `is_kept` when its delivery lies in the database."""

    source: str
    raw: bytes = field(repr=False)
    received_at: datetime
    envelope_from: str = ""
    envelope_to: Sequence[str] = ()
    origin: str = ""
    delivery_id: int | None = None
    uid: UUID = field(default_factory=new_uid)
    tries: int = 0
    is_kept: bool = False


def claim(*, most: int, ids: Sequence[int] | None = None) -> list[int]:
    """Hold up to `most` waiting deliveries (of these `ids`, where given), oldest first; counted as tried, committed.
    Whoever gets one must `let_go` of it. One that was tried before comes alone."""
    narrowed = "" if ids is None else "and id = any(%s)"
    values: list[Any] = [*([] if ids is None else [list(ids)]), LOCK_SPACE, most]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(narrowed=narrowed), values)
        rows = cursor.fetchall()
        wanted = _portion(rows)
        let_go([row[0] for row in rows if row[0] not in wanted])
        # Between our look and our lock another may have read it.
        cursor.execute(
            "update channels_delivery set tries = tries + 1 where id = any(%s) and outcome = '' returning id",
            [sorted(wanted)],
        )
        held = {row[0] for row in cursor.fetchall()}
        let_go(sorted(wanted - held))
    return sorted(held)


def _portion(rows: Sequence[tuple[int, int, int]]) -> set[int]:
    """The fresh ones together as far as memory allows, or one that was tried before alone."""
    if rows and rows[0][1] > 0:
        return {rows[0][0]}
    taken: set[int] = set()
    size = 0
    for number, tries, bytes_ in rows:
        size += bytes_
        if tries > 0 or (taken and size > MOST_BYTES):
            break
        taken.add(number)
    return taken


def let_go(ids: Iterable[int]) -> None:
    """End the hold on these deliveries."""
    numbers = list(ids)
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_advisory_unlock(%s, (id %% 2147483647)::int) from unnest(%s::bigint[]) as u (id)",
                [LOCK_SPACE, numbers],
            )


def uncount(ids: Iterable[int]) -> None:
    """Take back one try: reading failed for a reason that was not theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update channels_delivery set tries = tries - 1 where id = any(%s) and outcome = '' and tries > 0",
            [list(ids)],
        )


def arrivals(ids: Sequence[int], *, waiting: bool = True) -> list[Arrival]:
    """These deliveries with their bytes, oldest first; with `waiting` only those that are still to be read, locked
    until the transaction ends."""
    rows = Delivery.objects.filter(pk__in=ids).order_by("pk")
    if waiting:
        rows = rows.filter(outcome="").select_for_update(of=("self",))
    deliveries = list(rows)
    if not deliveries:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select delivery_id, raw from channels_rawmail where delivery_id = any(%s) and received_at = any(%s)",
            [[row.pk for row in deliveries], list({row.received_at for row in deliveries})],
        )
        raw = {number: expand(packed) for number, packed in cursor.fetchall()}
    if missing := [row.pk for row in deliveries if row.pk not in raw]:
        raw.update({number: expand(packed) for number, packed in archived_of(missing).items()})
    return [
        Arrival(
            source=row.source,
            raw=raw[row.pk],
            received_at=row.received_at,
            envelope_from=row.envelope_from,
            envelope_to=row.envelope_to,
            origin=row.origin,
            delivery_id=row.pk,
            uid=row.uid,
            tries=row.tries,
            is_kept=True,
        )
        for row in deliveries
        if row.pk in raw
    ]


def keep_many(arrivals: Sequence[Arrival], outcomes: Sequence[str], *, now: datetime) -> None:
    """Write deliveries with their bytes by COPY, in the caller's transaction, each with what became of it (empty: it
    waits). Gives them their `delivery_id`."""
    (ids,) = bulk.take_ids(channels_delivery=len(arrivals))
    for arrival, number in zip(arrivals, ids, strict=True):
        arrival.delivery_id = number
    bulk.copy(
        _DELIVERY,
        [
            (
                *(arrival.delivery_id, arrival.uid, now, arrival.source, arrival.origin, arrival.envelope_from),
                *(arrival.envelope_to, hashlib.sha256(arrival.raw).digest(), len(arrival.raw), arrival.received_at),
                *(outcome, 0),
            )
            for arrival, outcome in zip(arrivals, outcomes, strict=True)
        ],
    )
    bulk.copy(_RAW, [(a.delivery_id, a.received_at, compress(a.raw)) for a in arrivals])


def ensure_months(moments: Iterable[datetime], *, now: datetime) -> None:
    """Partitions for raw mail of these moments; before the transaction that keeps it."""
    partitions.ensure_around("channels_rawmail", moments, now=now)


def set_outcomes(outcomes: Mapping[int, str]) -> None:
    """Say what became of these deliveries, in the transaction that made it true."""
    if not outcomes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update channels_delivery d set outcome = u.outcome"
            " from unnest(%s::bigint[], %s::text[]) as u (id, outcome) where d.id = u.id",
            [list(outcomes), list(outcomes.values())],
        )


def put_back_in_line(ids: Iterable[int]) -> int:
    """Deliveries to be read once more, as if they had just come; how many. Readers are woken when this commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update channels_delivery set outcome = '', tries = 0 where id = any(%s) and outcome <> ''", [list(ids)]
        )
        put = int(cursor.rowcount)
    live.publish("mail-in")
    return put
