"""Bringing in what was done before: answers and closings of the past, many at once, told to nobody as news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from hustings.foundation.core.guard import action

from ..models import Assignment, Closure, Event, Inquiry, Stage, Status
from .counting import counted

# One statement for all: the ORM's bulk_update builds a CASE for each field, a hundred times the work.
CLOSE = """
update desk_inquiry set assignee_id = past.user_id, unread = false, status = %s, closed_at = past.at,
    stage = case when past.answered then %s else %s end,
    answered_at = case when past.answered then past.at else answered_at end
from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::boolean[]) as past (id, user_id, at, answered)
where desk_inquiry.id = past.id
"""
TAG = """
update desk_inquiry set tags = array(select distinct word from unnest(desk_inquiry.tags || past.word) as word)
from unnest(%s::bigint[], %s::text[]) as past (id, word)
where desk_inquiry.id = past.id
"""


@dataclass(frozen=True)
class PastWork:
    """What someone did with an inquiry: `answered`, or read and found to need no answer; either way it was closed."""

    inquiry_id: int
    user_id: int
    at: datetime
    answered: bool


@action
def record_past_work(rows: Sequence[PastWork]) -> int:
    """Close the inquiries as they were closed then; how many. One that is not open (any more) is left as it is."""
    by_id = {row.inquiry_id: row for row in rows}
    found = list(
        Inquiry.objects.select_for_update().filter(pk__in=by_id, status=Status.OPEN, merged_into=None).order_by("pk")
    )
    works = [(inquiry, by_id[inquiry.pk]) for inquiry in found]
    if rows:
        with counted([inquiry.pk for inquiry in found], now=max(row.at for row in rows)):
            _close([row for _inquiry, row in works])
    Assignment.objects.filter(inquiry__in=found, ended_at=None).update(ended_at=max((r.at for r in rows), default=None))
    Assignment.objects.bulk_create(Assignment(inquiry=i, user_id=r.user_id, by_id=r.user_id, at=r.at) for i, r in works)
    Closure.objects.bulk_create(
        Closure(inquiry=i, by_id=r.user_id, at=r.at, reason="answered" if r.answered else "") for i, r in works
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


@action
def record_past_tags(tags: dict[int, str]) -> None:
    """Give each inquiry, by id, this tag beside its own."""
    with connection.cursor() as cursor:
        cursor.execute(TAG, [list(tags), list(tags.values())])


def _close(rows: Sequence[PastWork]) -> None:
    given: list[Any] = [[row.inquiry_id for row in rows], [row.user_id for row in rows], [row.at for row in rows]]
    words = [Status.CLOSED.value, Stage.ANSWER.value, Stage.NONE.value]
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [*words, *given, [row.answered for row in rows]])
