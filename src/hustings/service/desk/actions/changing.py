"""The one way an inquiry's row is changed by people: locked, written, told, and kept so that it can be undone.

States are nouns: an Assignment, Closure and Snooze row follows from the change here and nowhere else, so that undoing
keeps them true as well.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hustings.foundation.access import rules as access_rules
from hustings.foundation.access.models import User
from hustings.foundation.core import bus, live

from ..announcements import InquiryChanged
from ..models import Assignment, BulkRun, Closure, Event, Inquiry, Snooze, Status
from ..queries.inquiries import visible_to
from ..rules import Refused
from .counting import count_changed
from .telling import tell_changes

Became = Callable[[Inquiry], Mapping[str, Any] | None]


def lock(actor: User | None, ids: Iterable[int]) -> list[Inquiry]:
    """Lock, in the order of their ids, those of the inquiries that the actor may see; None is the campaign itself."""
    rows = Inquiry.objects.all() if actor is None else visible_to(actor)
    wanted = sorted(set(ids))
    return list(rows.filter(pk__in=wanted).select_related("queue").order_by("pk").select_for_update(of=("self",)))


def lock_one(actor: User | None, inquiry: Inquiry) -> Inquiry:
    """The inquiry as it is now, locked. Refused when the actor may not see it, or it went into another."""
    rows = lock(actor, [inquiry.pk])
    if not rows:
        raise Refused(_("You do not see this inquiry any more. Nothing was changed."))
    if rows[0].status == Status.MERGED:
        raise Refused(_("This inquiry was merged into another. Go on there; nothing was changed."))
    return rows[0]


def lock_own(actor: User, ids: Iterable[int]) -> list[Inquiry]:
    """Lock inquiries the actor has changed, to change them back: also those their own act took out of their sight, but
    nothing that was sealed, or marked as someone in crisis, without them."""
    crisis, sealed = access_rules.may_see_crisis(actor), access_rules.is_security_lead(actor)
    return [row for row in lock(None, ids) if (crisis or not row.is_crisis) and (sealed or not row.is_sealed)]


def change(
    rows: Sequence[Inquiry],
    *,
    actor: User | None,
    now: datetime,
    kind: str,
    became: Became,
    detail: Mapping[str, Any] | None = None,
    because: str = "person",
    reason: str = "",
    bulk: BulkRun | None = None,
    undoable: bool = True,
) -> list[Event]:
    """Give the locked rows the fields that `became(row)` says; rows it leaves as they are get no event.

    Ends by publishing the topics and announcing InquiryChanged for each. Must run in the caller's transaction.
    """
    events, changed = [], []
    for row in rows:
        new = {name: value for name, value in (became(row) or {}).items() if getattr(row, name) != value}
        if not new:
            continue
        was = {name: getattr(row, name) for name in new}
        for name, value in new.items():
            setattr(row, name, value)
        before = {"was": _plain(was), "became": _plain(new)} if undoable else None
        events.append(
            Event(inquiry=row, at=now, actor=actor, kind=kind, detail=dict(detail or {}), before=before, bulk=bulk)
        )
        changed.append((row, was))
    if changed:
        _write(changed, actor, now, because, reason)
        Event.objects.bulk_create(events)
        count_changed(changed, now=now)
        _tell(changed, kind)
        tell_changes(changed, actor=actor, now=now)
    return events


def record(inquiry: Inquiry, *, actor: User | None, now: datetime, kind: str, detail: Mapping[str, Any]) -> Event:
    """A line in the thread where no field changed, told to those who look."""
    event = Event.objects.create(inquiry=inquiry, at=now, actor=actor, kind=kind, detail=dict(detail))
    _tell([(inquiry, {})], kind)
    return event


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _write(
    changed: list[tuple[Inquiry, dict[str, Any]]], actor: User | None, now: datetime, because: str, reason: str
) -> None:
    fields = sorted(
        {name.removesuffix("_id") if name != "last_message_id" else name for _row, was in changed for name in was}
    )
    rows = [row for row, _was in changed]
    if len(rows) == 1:
        rows[0].save(update_fields=fields)
    else:
        Inquiry.objects.bulk_update(rows, fields)
    _assignments(changed, actor, now)
    _closures(changed, actor, now, reason)
    _snoozes(changed, actor, now, because)


def _assignments(changed: list[tuple[Inquiry, dict[str, Any]]], actor: User | None, now: datetime) -> None:
    moved = [(row, was["assignee_id"]) for row, was in changed if "assignee_id" in was]
    if ended := [row.pk for row, old in moved if old is not None]:
        Assignment.objects.filter(inquiry_id__in=ended, ended_at=None).update(ended_at=now)
    if begun := [(row, row.assignee_id) for row, _old in moved if row.assignee_id is not None]:
        Assignment.objects.bulk_create(
            Assignment(inquiry=row, user_id=user_id, by=actor, at=now) for row, user_id in begun
        )


def _closures(changed: list[tuple[Inquiry, dict[str, Any]]], actor: User | None, now: datetime, reason: str) -> None:
    moved = [(row, was["status"]) for row, was in changed if "status" in was]
    if reopened := [row.pk for row, old in moved if old == Status.CLOSED]:
        Closure.objects.filter(inquiry_id__in=reopened, reopened_at=None).update(reopened_at=now, reopened_by=actor)
    if closed := [row for row, _old in moved if row.status == Status.CLOSED]:
        Closure.objects.bulk_create(Closure(inquiry=row, by=actor, at=now, reason=reason) for row in closed)


def _snoozes(changed: list[tuple[Inquiry, dict[str, Any]]], actor: User | None, now: datetime, because: str) -> None:
    moved = [(row, row.snoozed_until) for row, was in changed if "snoozed_until" in was]
    if ended := [row.pk for row, was in changed if was.get("snoozed_until")]:
        Snooze.objects.filter(inquiry_id__in=ended, ended_at=None).update(ended_at=now, ended_because=because)
    if begun := [(row, until) for row, until in moved if until]:
        Snooze.objects.bulk_create(Snooze(inquiry=row, by=actor, at=now, until=until) for row, until in begun)


def _tell(changed: list[tuple[Inquiry, dict[str, Any]]], kind: str) -> None:
    topics = {"desk"}
    for row, was in changed:
        topics |= {f"inquiry:{row.uid}", f"queue:{row.queue_id}"}
        topics |= {f"queue:{was['queue_id']}"} if "queue_id" in was else set()
        topics |= {f"user:{user_id}" for user_id in (row.assignee_id, was.get("assignee_id")) if user_id}
    live.publish(topics)
    for row, _was in changed:
        bus.announce(InquiryChanged(inquiry_id=row.pk, kind=kind))
