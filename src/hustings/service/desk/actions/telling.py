"""What the house is told of an inquiry's fields: rules, feeds and histories listen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.records import RecordChanged, RecordsMade

from ..models import Inquiry, Queue

# Columns, by the field that each carries (`records`).
FIELDS = {
    "status": "status",
    "queue_id": "queue",
    "priority": "priority",
    "assignee_id": "assignee",
    "tags": "tags",
    "topics": "topic",
    "nature": "nature",
    "urgency": "urgency",
    "stance": "stance",
    "due_at": "due_at",
}


def tell_changes(changed: Sequence[tuple[Inquiry, dict[str, Any]]], *, actor: User | None, now: datetime) -> None:
    """Announce what these rows were before (`was`, by column) against what they are, in the caller's transaction."""
    slugs = _slugs(changed)
    for row, was in changed:
        changes = {
            field: (_plain(column, was[column], slugs), _plain(column, getattr(row, column), slugs))
            for column, field in FIELDS.items()
            if column in was
        }
        if changes:
            bus.announce(RecordChanged("inquiry", row.pk, row.uid, changes, actor.pk if actor else None, now))


def tell_made(inquiry: Inquiry, *, actor: User | None, now: datetime) -> None:
    """Announce one that a person began."""
    changes = {"subject": (None, inquiry.subject), "queue": (None, inquiry.queue.slug)}
    actor_id = actor.pk if actor else None
    bus.announce(RecordChanged("inquiry", inquiry.pk, inquiry.uid, changes, actor_id, now, is_new=True))


def tell_many_made(ids: Sequence[int], *, now: datetime) -> None:
    """Announce those of a batch as one: intake is too hot for a line about each."""
    if ids:
        bus.announce(RecordsMade("inquiry", ids, now))


def _slugs(changed: Sequence[tuple[Inquiry, dict[str, Any]]]) -> dict[int, str]:
    """Of the queues that something was moved from and to; asked for only where something was."""
    ids = {pk for row, was in changed if "queue_id" in was for pk in (was["queue_id"], row.queue_id)}
    return dict(Queue.objects.filter(pk__in=ids).values_list("pk", "slug")) if ids else {}


def _plain(column: str, value: Any, slugs: dict[int, str]) -> Any:
    if column == "queue_id":
        return slugs.get(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if column in ("status", "priority", "urgency") and value is not None:
        return str(getattr(value, "value", value))
    return list(value) if isinstance(value, list | tuple) else value
