"""Reading privileged notes."""

from collections.abc import Sequence

from django.db.models import QuerySet

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User

from ..models import PrivilegedNote
from ..rules import NOTE

SHOWN = 50


def visible_to(user: User) -> QuerySet[PrivilegedNote]:
    """All for whose role names them, none for anybody else."""
    rows = PrivilegedNote.objects.select_related("by")
    return rows if "all" in grants_of(user).rows(NOTE) else rows.none()


def notes_on(user: User, record: str, ids: Sequence[int]) -> list[PrivilegedNote]:
    """Those on these records, the newest first."""
    return list(visible_to(user).filter(record=record, record_id__in=ids).order_by("-at", "-id")[:SHOWN])
