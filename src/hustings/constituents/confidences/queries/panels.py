"""Counsel's notes beside a record."""

from collections.abc import Sequence
from typing import Any

from hustings.foundation.access.models import User

from ..rules import may_delete_notes, reads_notes, writes_notes
from .notes import notes_on


def panel_for(user: User, record: str, about: Any, ids: Sequence[int]) -> dict[str, Any] | None:
    """What "confidences/notes.html" draws; None for everybody whose role does not name privileged notes."""
    if not reads_notes(user):
        return None
    return {
        "record": record,
        "uid": about.uid,
        "notes": notes_on(user, record, ids),
        "writes": writes_notes(user),
        "deletes": may_delete_notes(user),
    }
