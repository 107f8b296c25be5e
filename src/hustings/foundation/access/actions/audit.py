"""Lines of the audit trail, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import RecordChanged

from ..models import AuditEntry, AuditValues, User
from ..registry import ask_gates
from .watching import watch_reading


def record_audit(
    *,
    actor: User | None,
    action: str,
    record_type: str = "",
    record_uid: UUID | str | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write a line into the audit trail, in the caller's transaction. `detail` holds ids and codes, no content. Raises
    PermissionDenied where a gate (registry.gate) refuses what was done."""
    ask_gates(action, actor_id=actor.pk if actor else None, detail=detail or {}, now=now)
    AuditEntry.objects.create(
        at=now,
        actor_id=actor.pk if actor else None,
        action=action,
        record_type=record_type,
        record_uid=record_uid,
        detail=detail or {},
    )


def record_reading(
    *, user_id: int, notes: frozenset[tuple[str, str, int | None]], looking_as: Sequence[str] = (), now: datetime
) -> None:
    """A line for each record of which sensitive fields were read, with their names. `notes` are record type, field
    and the record's id, None for a list that was asked by the field. Unusual reading raises an alert."""
    as_whom = {"looking_as": list(looking_as)} if looking_as else {}
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
            detail={"fields": names} | as_whom,
        )
        for (record, record_id), names in fields.items()
    )
    if seen := [(record, record_id) for record, record_id in fields if record_id is not None]:
        watch_reading(user_id=user_id, seen=seen, now=now)


def record_change(event: RecordChanged) -> None:
    """Inside the transaction that changed it: which fields, by whom, and from what to what."""
    what = "record.made" if event.is_new else "record.deleted" if event.is_deleted else "record.changed"
    if not event.changes and what == "record.changed":
        return
    with unveiled():
        entry = AuditEntry.objects.create(
            at=event.at,
            actor_id=event.actor_id,
            action=what,
            record_type=event.record,
            record_uid=event.uid,
            record_id=event.id,
            detail={"fields": sorted(event.changes)},
        )
        if event.changes:
            AuditValues.objects.create(entry=entry, changes={name: list(pair) for name, pair in event.changes.items()})


def let_go_of_readings(ids: Sequence[int]) -> int:
    """Lines about who read what go, as far as they are older than a year and no legal hold names them: the database's
    own function sees to that, since the application may delete no line of the trail. How many went."""
    with connection.cursor() as cursor:
        cursor.execute("select access_let_go_of_readings(%s)", [list(ids)])
        return int(cursor.fetchone()[0])
