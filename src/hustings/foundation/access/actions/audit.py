"""Lines of the audit trail, in the caller's transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ..models import AuditEntry, User


def record_audit(
    *,
    actor: User | None,
    action: str,
    record_type: str = "",
    record_uid: UUID | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write a line into the audit trail, in the caller's transaction. `detail` holds ids and codes, no content."""
    AuditEntry.objects.create(
        at=now,
        actor_id=actor.pk if actor else None,
        action=action,
        record_type=record_type,
        record_uid=record_uid,
        detail=detail or {},
    )


def record_reading(*, user_id: int, notes: frozenset[tuple[str, str, int | None]], now: datetime) -> None:
    """A line for each record of which sensitive fields were read, with their names. `notes` are record type, field
    and the record's id, None for a list that was asked by the field."""
    fields: dict[tuple[str, int | None], list[str]] = {}
    for record, field, record_id in sorted(notes, key=lambda note: (note[0], note[2] or 0, note[1])):
        fields.setdefault((record, record_id), []).append(field)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now,
            actor_id=user_id,
            action="read",
            record_type=record,
            record_id=record_id,
            detail={"fields": names},
        )
        for (record, record_id), names in fields.items()
    )
