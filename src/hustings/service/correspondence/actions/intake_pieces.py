"""One piece of a file after the other: claimed, read, stored and marked done in one transaction."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection, transaction

from hustings.foundation.channels.actions import reading
from hustings.foundation.channels.actions.reading import Arrival
from hustings.foundation.channels.models import Delivery
from hustings.foundation.channels.models import Source as Channel
from hustings.foundation.geography.queries import place_of_zip

from ..models import IntakeChunk
from .intake_batch import take, whole
from .intake_grouping import group_waiting
from .intake_reading import Reader, filed_at_of
from .intake_sources import PIECE_FILES, Source
from .intake_taking import ensure_months, take_in

__all__ = ["PIECE_FILES", "is_left", "origins", "take_run"]

LOCK_SPACE = 0x4843
_CLAIM = """
select id from (
    select id from correspondence_intakechunk where run_id = %s and done_at is null
    order by tries > 0, position limit 1000
) waiting where pg_try_advisory_lock(%s, (id %% 2147483647)::int) limit 1
"""
# A letter whose language only the model of languages tells, so that it is loaded too.
SAMPLE = b"From: A <a@example.com>\r\nSubject: A letter\r\n\r\nYou said Tuesday. It's past Monday. I'm only saying.\r\n"
Done = Callable[[int, int], None]  # letters, pieces


def origins(run_id: int) -> tuple[str, str]:
    """Between which names the deliveries lie that this run put in line (from the first, below the second)."""
    return f"file:{run_id}:", f"file:{run_id};"


def is_left(run_ids: Sequence[int]) -> bool:
    """Whether anything of these runs is still to be done."""
    if IntakeChunk.objects.filter(run_id__in=run_ids, done_at=None).exists():
        return True
    return any(_in_line(run_id) for run_id in run_ids)


def load_all() -> None:
    """Whatever reading loads when it is first asked, before workers are forked: a letter of ours is read. Arithmetic
    starts no threads of its own here, for they could not be forked, and two workers keep two processors busy."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    reader = Reader()
    reader.read_filed(SAMPLE, now=datetime.now(UTC))
    place_of_zip("00000")


def take_run(run_id: int, source: Source, *, now: datetime, done: Done) -> None:
    """Take pieces until none is free, then what was put in line. Others may be doing the same."""
    reader = Reader()
    while True:
        with _claimed(run_id) as chunk:
            if chunk is None:
                break
            counts = _take_piece(chunk, source, reader, now)
            done(sum(counts.values()), 1)
    while waiting := _in_line(run_id):
        counted = take_in(now=now, ids=waiting)
        if counted is None:
            time.sleep(0.05)  # others are at them
            continue
        done(sum(counted.values()), 0)


@contextmanager
def _claimed(run_id: int) -> Iterator[IntakeChunk | None]:
    """A piece that is ours until we let go of it, or die; its try is counted before it is read."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [run_id, LOCK_SPACE])
        row = cursor.fetchone()
        if row is None:
            yield None
            return
        try:
            cursor.execute(
                "update correspondence_intakechunk set tries = tries + 1 where id = %s and done_at is null", [row[0]]
            )
            yield IntakeChunk.objects.get(pk=row[0])
        finally:
            cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCK_SPACE, row[0] % 2147483647])


def _take_piece(chunk: IntakeChunk, source: Source, reader: Reader, now: datetime) -> Counter[str]:
    """All of it, or nothing. One that ended its reader before is put in line instead, to be read one by one."""
    if chunk.done_at is not None:
        return Counter()
    raws = source.letters(chunk.position, chunk.until)
    if chunk.tries > 1:
        return _put_in_line(chunk, raws, now)
    letters = [reader.read_filed(raw, now=now) for raw in raws]
    ensure_months([letter.at for letter in letters], now=now)

    def store() -> Counter[str]:
        if not _mark(chunk, now):
            return Counter()
        counts = take(letters, now=now)
        IntakeChunk.objects.filter(pk=chunk.pk).update(counts=counts)
        return counts

    counts = whole(store)
    group_waiting(now=now)
    return counts


def _put_in_line(chunk: IntakeChunk, raws: Iterator[bytes], now: datetime) -> Counter[str]:
    arrivals = [
        Arrival(
            source=Channel.FILE.value,
            raw=raw,
            received_at=filed_at_of(raw, now),
            origin=f"file:{chunk.run_id}:{chunk.position}:{number}",
        )
        for number, raw in enumerate(raws)
    ]
    ensure_months([arrival.received_at for arrival in arrivals], now=now)
    with transaction.atomic():
        if _mark(chunk, now):
            reading.keep_many(arrivals, [""] * len(arrivals), now=now)
    return Counter()


def _mark(chunk: IntakeChunk, now: datetime) -> bool:
    return bool(IntakeChunk.objects.filter(pk=chunk.pk, done_at=None).update(done_at=now))


def _in_line(run_id: int) -> list[int]:
    first, last = origins(run_id)
    rows = Delivery.objects.filter(origin__gte=first, origin__lt=last, outcome="")
    return list(rows.order_by("pk").values_list("pk", flat=True)[:2000])
