"""Bringing in what was done before: answers and closings of the past, many at once, told to nobody as news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ..models import Assignment, Closure, Event, Inquiry, Stage, Status

CHANGED = ("assignee", "status", "stage", "answered_at", "closed_at", "unread", "tags")


@dataclass(frozen=True)
class PastWork:
    """What someone did with an inquiry: `answered`, or read and found to need no answer; either way it was closed."""

    inquiry_id: int
    user_id: int
    at: datetime
    answered: bool


@transaction.atomic
def record_past_work(rows: Sequence[PastWork]) -> int:
    """Close the inquiries as they were closed then; how many. One that is not open (any more) is left as it is."""
    by_id = {row.inquiry_id: row for row in rows}
    found = list(
        Inquiry.objects.select_for_update().filter(pk__in=by_id, status=Status.OPEN, merged_into=None).order_by("pk")
    )
    for inquiry in found:
        row = by_id[inquiry.pk]
        inquiry.assignee_id, inquiry.unread = row.user_id, False
        inquiry.status, inquiry.closed_at = Status.CLOSED, row.at
        inquiry.stage = Stage.ANSWER if row.answered else Stage.NONE
        inquiry.answered_at = row.at if row.answered else inquiry.answered_at
    Inquiry.objects.bulk_update(found, CHANGED, batch_size=500)
    works = [(inquiry, by_id[inquiry.pk]) for inquiry in found]
    Assignment.objects.filter(inquiry__in=found, ended_at=None).update(ended_at=max((r.at for r in rows), default=None))
    Assignment.objects.bulk_create(Assignment(inquiry=i, user_id=r.user_id, by_id=r.user_id, at=r.at) for i, r in works)
    Closure.objects.bulk_create(
        Closure(inquiry=i, by_id=r.user_id, at=r.at, reason="answered" if r.answered else "")
        for i, r in works
    )
    Event.objects.bulk_create(
        Event(
            inquiry=i,
            at=r.at,
            actor_id=r.user_id,
            kind="answered" if r.answered else "closed",
            detail={"closed": True} if r.answered else {"reason": ""},
        )
        for i, r in works
    )
    return len(found)


@transaction.atomic
def record_past_tags(tags: dict[int, list[str]]) -> None:
    """Give inquiries these tags beside their own, by id."""
    found = list(Inquiry.objects.select_for_update().filter(pk__in=tags).order_by("pk"))
    for inquiry in found:
        inquiry.tags = list(dict.fromkeys([*inquiry.tags, *tags[inquiry.pk]]))
    Inquiry.objects.bulk_update(found, ["tags"], batch_size=500)
