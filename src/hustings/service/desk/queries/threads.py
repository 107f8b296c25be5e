"""The thread: everything that was written and done in an inquiry and in those merged into it, in its order."""

from collections.abc import Sequence
from datetime import datetime

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read, unveiled

from ..models import Event, Inquiry, InquiryMerge, Note, Queue, Snooze
from ..registry import ThreadItem, registry
from ..rules import may_undo, still_so
from .inquiries import ids_of_whole

# Steps that another line of the thread tells already, or that are no news to anyone.
QUIET = {"undone", "merged_away", "split_from_quiet"}
# The fields that a line tells of, by its kind.
TOLD = {
    **dict.fromkeys(("taken", "put_back", "assigned", "given_back"), ("assignee",)),
    **dict.fromkeys(("closed", "reopened", "snoozed", "woken", "staged", "answered"), ("status",)),
    "moved": ("queue",), "tagged": ("tags",), "priority": ("priority",), "about": ("topic", "nature"),
}  # fmt: skip


def told_by(event: Event) -> tuple[str, ...]:
    """The fields of the conversation that the event's line tells of."""
    return TOLD.get(event.kind, ())


def thread_of(user: User, inquiry: Inquiry, now: datetime) -> list[ThreadItem]:
    """Letters from the rooms above, events and notes, oldest first. Three queries, and those of the rooms."""
    ids = ids_of_whole(inquiry)
    items = [item for source in registry.thread_sources for item in source(user, inquiry)]
    items += _events(user, inquiry, ids, now)
    items += _notes(ids)
    return sorted(items, key=lambda item: (item.at, item.key))


def _events(user: User, inquiry: Inquiry, ids: Sequence[int], now: datetime) -> list[ThreadItem]:
    events = Event.objects.filter(inquiry_id__in=ids, undone_at=None).exclude(kind__in=QUIET)
    # A line that tells what its reader may not read of the conversation is none for them.
    found = [one for one in events.select_related("actor").order_by("at", "id") if may_read("inquiry", *told_by(one))]
    # Only the newest own step offers to be taken back where it stands.
    newest = next(
        (e for e in reversed(found) if e.inquiry_id == inquiry.pk and e.actor_id == user.pk and e.before), None
    )
    if newest is not None:
        newest.inquiry = inquiry
    can = newest is not None and may_undo(user, newest, now) and still_so(newest, inquiry)
    undoable = newest.pk if newest is not None and can else None
    return [
        ThreadItem(
            event.at,
            f"event:{event.id:020}",
            "desk/thread/event.html",
            {"event": event, "undoable": event.pk == undoable},
        )
        for event in found
    ]


def _notes(ids: Sequence[int]) -> list[ThreadItem]:
    notes = Note.objects.filter(inquiry_id__in=ids).select_related("author", "inquiry__queue__team")
    notes = notes.prefetch_related("mentions__user")
    return [
        ThreadItem(note.at, f"note:{note.uid}", "desk/thread/note.html", {"note": note})
        for note in notes.order_by("at", "id")
    ]


def why_back(inquiry: Inquiry) -> Snooze | None:
    """The snooze that ended last, when it is what brought the inquiry back to whoever opens it now."""
    newest = Snooze.objects.filter(inquiry=inquiry).order_by("-at", "-id").select_related("by").first()
    return newest if newest is not None and newest.ended_because in ("time", "reply") else None


def mergeable(user: User, inquiry: Inquiry, visible: object) -> list[Inquiry]:
    """Other inquiries of the same person, newest first: what one would merge with."""
    with unveiled():
        rows = visible.filter(person_id=inquiry.person_id).exclude(pk=inquiry.pk)  # type: ignore[attr-defined]
        return list(rows.exclude(status="merged").order_by("-last_message_at")[:8])


def merges_into(inquiry: Inquiry) -> list[InquiryMerge]:
    """The merges that brought others here and stand."""
    return list(InquiryMerge.objects.filter(into=inquiry, undone_at=None).order_by("-at"))


def queues_to_move_to() -> list[Queue]:
    """All queues, in their order: a letter may be sent where it belongs by whoever reads it."""
    return list(Queue.objects.order_by("position", "id"))
