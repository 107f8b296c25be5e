"""Writing lines: what happened to a person, for every room above."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hustings.foundation.core import bulk, partitions

_ENTRY = bulk.Table(
    "timeline_entry",
    id=bulk.bigint,
    at=bulk.moment,
    person_id=bulk.bigint,
    kind=bulk.word,
    ref=bulk.uid,
    actor_id=bulk.optional(bulk.bigint),
    detail=bulk.json,
)


@dataclass(slots=True)  # not frozen: that would treble the time to make one
class Line:
    """One fact about a person. `kind` is "room.noun", `ref` the uid of the record it speaks of, `detail` ids and
    small codes, never content."""

    at: datetime
    person_id: int
    kind: str
    ref: UUID | None = None
    actor_id: int | None = None
    detail: dict[str, Any] | None = None


_gathered: ContextVar[list[Line] | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[None]:
    """Lines written inside are appended together at its end, whoever writes them; nothing when it ends by an error.
    Inside one transaction, and around nothing that undoes a part of it."""
    lines: list[Line] = []
    token = _gathered.set(lines)
    try:
        yield
    finally:
        _gathered.reset(token)
    write_lines(lines)


def write_lines(lines: Sequence[Line]) -> None:
    """Append the lines, by COPY, in the caller's transaction."""
    if not lines:
        return
    if (gathered := _gathered.get()) is not None:
        gathered.extend(lines)
        return
    # The newest line stands for now: no partition is wanted ahead of what is written.
    partitions.ensure_around("timeline_entry", (line.at for line in lines), now=max(line.at for line in lines))
    (ids,) = bulk.take_ids(timeline_entry=len(lines))
    bulk.copy(
        _ENTRY,
        (
            (number, line.at, line.person_id, line.kind, line.ref, line.actor_id, line.detail)
            for number, line in zip(ids, lines, strict=True)
        ),
    )
