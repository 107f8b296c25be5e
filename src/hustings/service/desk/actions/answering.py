"""What became of an answer, written by the rooms that send: called inside their transactions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Event, Inquiry, Stage, Status
from ..queries.inquiries import ids_of_whole
from ..rules import unchanged_of
from .changing import change, lock, record
from .life import closed_fields, reopened_fields, without_gone

SOONEST_AGAIN = timedelta(hours=4)


@action
def record_answer(*, inquiry: Inquiry, actor: User, close: bool, of_many: bool = False, now: datetime) -> Event:
    """A reply was sent on its way: answered now and, with `close`, done. Whoever answers has it. `of_many`: one answer
    to many letters, which says nothing of how quickly letters are answered here."""
    row = _row(inquiry)
    closing = closed_fields(row, now, none_needed=False) or {} if close else {}
    waking = {"status": Status.OPEN.value, "snoozed_until": None} if not close and row.status == Status.SNOOZED else {}
    answered = {
        "answered_at": now, "stage": Stage.ANSWER.value, "unread": False,
        "assignee_id": row.assignee_id or actor.pk, **closing, **waking,
    }  # fmt: skip
    detail = {"closed": close, "of_many": True} if of_many else {"closed": close}
    events = change(
        [row], actor=actor, now=now, kind="answered", detail=detail, reason="answered", became=lambda _row: answered
    )
    # A second answer at the same moment changes no field, and is an answer all the same.
    return events[0] if events else record(row, actor=actor, now=now, kind="answered", detail=detail)


@action
def take_back_answer(*, inquiry: Inquiry, actor: User, answered_at: datetime, now: datetime) -> bool:
    """The reply of that moment was undone before it left: the conversation waits as it did. What changed since stays;
    of one that was merged, where it went is open again. False when its line was struck already: nothing is changed."""
    row = _row(inquiry)
    lines = Event.objects.filter(inquiry_id__in=ids_of_whole(row), kind="answered", at=answered_at, undone_at=None)
    event = lines.order_by("id").last()
    if event is None:
        return False
    _wait_again([event], [row], actor=actor, now=now)
    return True


def _wait_again(events: Sequence[Event], rows: Sequence[Inquiry], *, actor: User | None, now: datetime) -> None:
    """Strike the answers' lines; their rows, which are locked, get back what still is as the answer made it. One that
    is read under another now has that one open."""
    of = {event.inquiry_id: event for event in events}

    def became(row: Inquiry) -> dict[str, Any] | None:
        if row.pk in of:
            return unchanged_of(of[row.pk], row)
        return reopened_fields(row, now) if row.status == Status.CLOSED else None

    change(rows, actor=actor, now=now, kind="undone", detail={"of": events[0].kind}, undoable=False, became=became)
    Event.objects.filter(pk__in=[event.pk for event in events]).update(undone_at=now)


@action
def record_answered_with(*, inquiries: Sequence[Inquiry], other: Inquiry, actor: User, now: datetime) -> list[Event]:
    """Other letters of a writer that are answered with the reply in `other`: answered and done. Those that are not
    open stay as they are."""
    rows = [row for row in lock(None, [one.pk for one in inquiries]) if row.status == Status.OPEN]
    return change(
        rows, actor=actor, now=now, kind="answered_with", reason="answered",
        detail={"other": str(other.uid), "subject": other.subject},
        became=lambda row: {
            "answered_at": now, "stage": Stage.ANSWER.value, "unread": False,
            "assignee_id": row.assignee_id or actor.pk,
            **(closed_fields(row, now, none_needed=False) or {}),
        },
    )  # fmt: skip


@action
def take_back_answered_with(*, inquiry_ids: Sequence[int], now: datetime) -> int:
    """The reply that answered them along did not leave: they wait as they did; how many. What changed since stays."""
    rows = {row.pk: row for row in lock(None, inquiry_ids)}
    events = Event.objects.filter(inquiry_id__in=rows, kind="answered_with", undone_at=None).order_by("at", "id")
    newest = {event.inquiry_id: event for event in events}
    if newest:
        gone = [row.merged_into_id for pk, row in rows.items() if pk in newest and row.merged_into_id]
        kept = {row.pk: row for row in lock(None, gone)}
        held = [row for pk, row in rows.items() if pk in newest and not row.merged_into_id]
        _wait_again(list(newest.values()), [*held, *(one for pk, one in kept.items() if pk not in newest)],
                    actor=None, now=now)  # fmt: skip
    return len(newest)


@action
def record_undelivered(*, inquiry: Inquiry, reason: str, now: datetime) -> Event:
    """An answer was refused for good: the inquiry is back on the desk, unread, with the reason in its thread."""
    row = _row(inquiry)
    again = now + min(SOONEST_AGAIN, timedelta(minutes=row.queue.minutes_to_answer))
    back = {
        "status": Status.OPEN.value, "closed_at": None, "snoozed_until": None, "unread": True,
        "stage": Stage.ANSWER.value, "due_at": again, **without_gone(row),
    }  # fmt: skip
    return change(
        [row], actor=None, now=now, kind="undelivered", detail={"reason": reason}, undoable=False,
        became=lambda _row: back,
    )[0]  # fmt: skip


def _row(inquiry: Inquiry) -> Inquiry:
    """The row, locked; of a merged inquiry the one it went into, where its thread is read now."""
    row = lock(None, [inquiry.pk])[0]
    return lock(None, [row.merged_into_id])[0] if row.merged_into_id else row
