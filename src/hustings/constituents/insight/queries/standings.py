"""What is popular, rising and read together, as it was worked out within the last minute."""

import threading
import time
from dataclasses import dataclass, field

from ..models import Kin, Standing

KEPT_SECONDS = 20.0


@dataclass(frozen=True)
class Standings:
    """All of it, by subject."""

    of: dict[str, Standing] = field(default_factory=dict)
    kin: dict[str, list[Kin]] = field(default_factory=dict)


_kept: tuple[float, Standings] | None = None
_loading = threading.Lock()


def standings() -> Standings:
    """Kept in the process for some seconds: every public page asks. While one thread reads them anew the others go on
    with those there were; whether an article may be shown is asked elsewhere."""
    global _kept
    kept = _kept
    if kept is not None and (_is_fresh(kept) or not _loading.acquire(blocking=False)):
        return kept[1]
    if kept is None:
        _loading.acquire()
    try:
        kept = _kept
        if kept is not None and _is_fresh(kept):  # whoever held the lock read them
            return kept[1]
        found = Standings({row.subject: row for row in Standing.objects.all()}, _all_kin())
        _kept = (time.monotonic(), found)
        return found
    finally:
        _loading.release()


def _is_fresh(kept: tuple[float, Standings]) -> bool:
    return time.monotonic() - kept[0] < KEPT_SECONDS


def _all_kin() -> dict[str, list[Kin]]:
    kin: dict[str, list[Kin]] = {}
    for row in Kin.objects.order_by("subject", "id"):
        kin.setdefault(row.subject, []).append(row)
    return kin


def popular(most: int) -> list[Standing]:
    """What solves most, best first."""
    rows = [row for row in standings().of.values() if row.score > 0]
    return sorted(rows, key=lambda row: (-row.score, row.subject))[:most]


def rising(most: int) -> list[Standing]:
    rows = [row for row in standings().of.values() if row.rising]
    return sorted(rows, key=lambda row: (-row.rising, row.subject))[:most]


def read_with(subject: str) -> list[Kin]:
    """What those who read it also read, the most shared first."""
    return standings().kin.get(subject, [])


def standing_of(subject: str) -> Standing | None:
    return standings().of.get(subject)


def forget() -> None:
    """Read anew at the next call."""
    global _kept
    with _loading:
        _kept = None
