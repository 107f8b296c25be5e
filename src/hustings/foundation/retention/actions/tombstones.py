"""The list of erasures outside the database, so that a restored backup is erased again of whom it brings back.

One line of JSON an erasure, appended and forced to the disk before anything goes: uids, numbers and keyed hashes, no
names. The same erasure may stand there twice. `settings.HUSTINGS_ERASURES` is where.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.dateparse import parse_datetime

from ..models import Tombstone


@dataclass(frozen=True, slots=True)
class Line:
    erasure: UUID
    people: tuple[UUID, ...]
    marks: tuple[str, ...]
    at: datetime
    by: int | None


class BadList(Exception):
    """A line of the list cannot be read; its text names the line."""


def list_path() -> Path:
    """Where the list is kept."""
    return Path(settings.HUSTINGS_ERASURES)


def append(tombstone: Tombstone) -> None:
    """Write its line and force it to the disk. Raises OSError; nothing may be erased then."""
    told = {
        "erasure": str(tombstone.erasure.uid),
        "people": [str(uid) for uid in tombstone.person_uids],
        "marks": tombstone.marks,
        "at": tombstone.at.isoformat(),
        "by": tombstone.by_id,
    }
    path = list_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # A line that a dead machine cut short ends here, and does not swallow the next one.
        os.write(descriptor, b"\n" + json.dumps(told, sort_keys=True).encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> Iterator[Line]:
    """Every erasure of a list once. Raises BadList; a last line cut short was never acted on and is left out."""
    seen: set[UUID] = set()
    texts = path.read_text().split("\n")
    filled = [number for number, text in enumerate(texts) if text.strip()]
    for number in filled:
        try:
            line = _line(json.loads(texts[number]))
        except (ValueError, KeyError, TypeError) as problem:
            if number == filled[-1]:
                return
            raise BadList(f"{path}, line {number + 1} is no erasure: {problem}") from None
        if line.erasure not in seen:
            seen.add(line.erasure)
            yield line


def _line(told: dict[str, Any]) -> Line:
    at = parse_datetime(told["at"])
    if at is None:
        raise ValueError("no time")
    return Line(UUID(told["erasure"]), tuple(map(UUID, told["people"])), tuple(told["marks"]), at, told["by"])
