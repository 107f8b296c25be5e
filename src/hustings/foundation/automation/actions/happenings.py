"""Writing down that something happened."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from hustings.foundation.core import live

from .. import cause
from ..models import Happening, Kind

WAKE = "rules"  # the live topic that wakes the worker's loop


def note_happening(
    *,
    kind: Kind,
    record: str,
    ids: Sequence[int],
    versions: Sequence[int],
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    actor_id: int | None = None,
    name: str = "",
    due: date | None = None,
    said: str = "",
) -> Happening:
    """In the caller's transaction: what is undone was never heard of."""
    happening = Happening.objects.create(
        kind=kind,
        record=record,
        record_ids=sorted(set(ids)),
        changes=dict(changes or {}),
        at=at,
        actor_id=actor_id,
        name=name,
        due=due,
        said=said,
        cause=list(cause.current()),
        versions=list(versions),
    )
    live.publish(WAKE)
    return happening
