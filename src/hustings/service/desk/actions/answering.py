"""What became of an answer, written by the rooms that send: called inside their transactions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Event, Inquiry, Stage, Status
from ..rules import Stale
from .changing import change, lock, record
from .life import closed_fields, put_back, without_gone

SOONEST_AGAIN = timedelta(hours=4)


@action
def record_answer(*, inquiry: Inquiry, actor: User, close: bool, now: datetime) -> Event:
    """A reply was sent on its way: answered now and, with `close`, done. Whoever answers has it."""
    row = _row(inquiry)
    closing = closed_fields(row, now, none_needed=False) or {} if close else {}
    waking = {"status": Status.OPEN.value, "snoozed_until": None} if not close and row.status == Status.SNOOZED else {}
    answered = {
        "answered_at": now, "stage": Stage.ANSWER.value, "unread": False,
        "assignee_id": row.assignee_id or actor.pk, **closing, **waking,
    }  # fmt: skip
    events = change(
        [row], actor=actor, now=now, kind="answered", detail={"closed": close}, reason="answered",
        became=lambda _row: answered,
    )  # fmt: skip
    # A second answer at the same moment changes no field, and is an answer all the same.
    return events[0] if events else record(row, actor=actor, now=now, kind="answered", detail={"closed": close})


@action
def take_back_answer(*, inquiry: Inquiry, actor: User, now: datetime) -> None:
    """The reply was undone before it left: the inquiry is what it was. What changed since stays (then only the
    answer's line is struck)."""
    row = _row(inquiry)
    event = Event.objects.filter(inquiry=row, kind="answered", undone_at=None).order_by("-at", "-id").first()
    if event is None:
        raise Stale(_("There is no answer to take back."))
    if not put_back([event], [row], actor=actor, now=now):
        Event.objects.filter(pk=event.pk).update(undone_at=now)


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
    """The reply that answered them along did not leave: those that nobody changed since are as they were; how many."""
    rows = lock(None, inquiry_ids)
    events = Event.objects.filter(inquiry_id__in=inquiry_ids, kind="answered_with", undone_at=None).order_by("at", "id")
    newest = {event.inquiry_id: event for event in events}
    return put_back(
        list(newest.values()), [row for row in rows if row.pk in newest], actor=None, now=now
    )  # fmt: skip


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
