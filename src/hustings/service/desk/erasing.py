"""What the desk keeps that can go. Conversations, their events and states stay, without words; one that still waits
is closed, since nobody is left to answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject, deleting

from .actions.changing import change, lock
from .actions.life import closed_fields
from .models import Closure, Event, Inquiry, InquiryMerge, Note, Queue, Status
from .queries.inquiries import visible_to

WORDS = ("reason", "subject", "snippet")  # keys under which a line of the thread may hold words of a letter


def _of(subject: Subject) -> Q:
    return Q(inquiry_id__in=subject.ids("inquiry"))


def _inquiries(subject: Subject) -> Any:
    if "inquiry" in subject.records:
        return subject.records["inquiry"]
    return Inquiry.objects.filter(person_id__in=subject.person_ids).values("pk")


def _people(subject: Subject) -> Any:
    if "person" in subject.records:
        return subject.records["person"]
    return Inquiry.objects.filter(pk__in=subject.ids("inquiry")).values("person_id")


def without_words(told: Any) -> Any:
    """The same, with no words of a letter in it."""
    if isinstance(told, dict):
        return {key: "" if key in WORDS else without_words(value) for key, value in told.items()}
    return [without_words(value) for value in told] if isinstance(told, list) else told


def _erase_words(ids: Sequence[int], now: datetime) -> list[str]:
    waiting = [row for row in lock(None, ids) if row.status in (Status.OPEN, Status.SNOOZED)]
    change(
        waiting, actor=None, now=now, kind="closed", detail={"reason": ""}, undoable=False,
        became=lambda row: closed_fields(row, now, none_needed=True),
    )  # fmt: skip
    Inquiry.objects.filter(pk__in=ids).update(subject="", snippet="")
    # A line of another conversation may name this one by its subject: merged into it, split from it.
    uids = [str(uid) for uid in Inquiry.objects.filter(pk__in=ids).values_list("uid", flat=True)]
    events = list(Event.objects.filter(Q(inquiry_id__in=ids) | Q(detail__other__in=uids)))
    for event in events:
        event.detail, event.before = without_words(event.detail), without_words(event.before)
    Event.objects.bulk_update(events, ["detail", "before"], batch_size=500)
    merges = list(InquiryMerge.objects.filter(Q(inquiry_id__in=ids) | Q(into_id__in=ids)))
    for merge in merges:
        merge.before = without_words(merge.before)
    InquiryMerge.objects.bulk_update(merges, ["before"], batch_size=500)
    Closure.objects.filter(inquiry_id__in=ids).update(reason="")
    return []


def _find(text: str) -> int | None:
    try:
        uid = UUID(text.strip().rstrip("/").rpartition("/")[2])
    except ValueError:
        return None
    return Inquiry.objects.filter(uid=uid).values_list("pk", flat=True).first()


def _within(queues: Sequence[int], since: datetime | None, until: datetime | None) -> Any:
    rows = Inquiry.objects.all()
    if queues:
        rows = rows.filter(queue_id__in=queues)
    if since:
        rows = rows.filter(last_message_at__gte=since)
    if until:
        rows = rows.filter(opened_at__lte=until)
    return rows.values("pk")


def _titles(user: Any, ids: Sequence[int]) -> list[tuple[str, str]]:
    rows = visible_to(user).filter(pk__in=ids).select_related("person")
    return [(str(row) or str(_("A conversation")), f"/i/{row.uid}/") for row in rows]


def register() -> None:
    """Called once, when the app is ready."""
    registry.registry.conversations = registry.Conversations(
        find=_find,
        within=_within,
        queues=lambda: list(Queue.objects.order_by("position", "id").values_list("pk", "name")),
        titles=_titles,
    )
    registry.relate("inquiry", _inquiries)
    registry.relate("person", _people)
    registry.part(
        Part("desk.notes", _("Notes on conversations"), rows=Note.objects.all, erase=deleting(Note), of=_of, at="at",
             expires=True, only=Q(inquiry__status=Status.CLOSED))
    )  # fmt: skip
    registry.part(
        Part("desk.words", _("Conversations: subjects and first words"),
             rows=lambda: Inquiry.objects.exclude(
                 ~Q(status__in=(Status.OPEN, Status.SNOOZED)), subject="", snippet=""
             ),
             erase=_erase_words, of=lambda subject: Q(pk__in=subject.ids("inquiry")), at="last_message_at",
             begins="opened_at", expires=True, only=Q(status=Status.CLOSED), order=30,
             hint=_("What still waits for an answer never expires."))
    )  # fmt: skip
