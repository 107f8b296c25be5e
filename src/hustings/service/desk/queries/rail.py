"""The counts of the rail: each stops at a thousand, so that a full desk costs no more than an empty one."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Q

from hustings.foundation.access import queries as access
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read

from ..models import Queue, SavedView
from .inquiries import Scope, scope_of

COUNT_TO = 1000
# A count of at most a thousand rows; sealed letters count for security leads alone. Each queue by its own number and
# not by a join: so the planner knows which are nearly empty and does not look through all that is open for them.
_QUEUE = """
select %s::bigint, count(*) from (select 1 from desk_inquiry i where i.queue_id = %s and i.status = 'open'
    and (%s or not i.is_sealed) and (%s or not i.is_crisis) limit 1000) as counted
"""
_OWN = """
select
 (select count(*) from (select 1 from desk_inquiry i where i.assignee_id = %(user)s and i.status = 'open'
    and (%(sealed)s or not i.is_sealed) and (%(crisis)s or not i.is_crisis) and i.queue_id <> all(%(closed)s)
    limit 1000) as found),
 (select count(*) from (select 1 from desk_inquiry i where i.assignee_id = %(user)s and i.status = 'snoozed'
    and (%(sealed)s or not i.is_sealed) and (%(crisis)s or not i.is_crisis) and i.queue_id <> all(%(closed)s)
    limit 1000) as found),
 (select count(*) from (select 1 from desk_inquiry i where i.queue_id = any(%(queues)s) and i.status = 'open'
    and i.assignee_id is null and (%(sealed)s or not i.is_sealed) and (%(crisis)s or not i.is_crisis)
    limit 1000) as found),
 (select count(*) from desk_mention m where m.user_id = %(user)s and m.seen_at is null)
"""


@dataclass(frozen=True)
class OwnCounts:
    mine: int
    snoozed: int
    unassigned: int
    mentions: int


@dataclass(frozen=True)
class QueueLine:
    queue: Queue
    count: int


def own_counts(user: User, *, scope: Scope | None = None) -> OwnCounts:
    """Mine, snoozed, unassigned in my queues, mentions not seen; 0 of what would tell the current reader what they
    may not read. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, _rights(scope or scope_of(user)))
        counts = OwnCounts(*cursor.fetchone())
    if not may_read("inquiry", "status"):
        counts = replace(counts, mine=0, snoozed=0, unassigned=0)
    return counts if may_read("inquiry", "assignee", "queue") else replace(counts, unassigned=0)


def queue_lines(user: User, *, scope: Scope | None = None) -> list[QueueLine]:
    """The queues the user sees, in their order, with how many wait in each; an extra one that is closed and empty is
    left out. Two queries."""
    scope = scope or scope_of(user)
    if not scope.queue_ids:
        return []
    with connection.cursor() as cursor:
        values = [value for queue_id in scope.queue_ids for value in (queue_id, queue_id, scope.sealed, scope.crisis)]
        cursor.execute(" union all ".join([_QUEUE] * len(scope.queue_ids)), values)
        counts = dict(cursor.fetchall())
    queues = Queue.objects.filter(pk__in=scope.queue_ids).select_related("team").order_by("position", "id")
    told = may_read("inquiry", "queue", "status")
    lines = [QueueLine(queue, counts.get(queue.pk, 0) if told else 0) for queue in queues]
    return [line for line in lines if line.queue.is_open or line.count]


def saved_views(user: User) -> list[SavedView]:
    """One's own views and those of one's teams, by their place and name."""
    mine = Q(owner=user, team=None) | Q(team_id__in=access.team_ids(user))
    return list(SavedView.objects.filter(mine).select_related("team").order_by("position", "name", "id"))


def _rights(scope: Scope) -> dict[str, Any]:
    return {
        "user": scope.user_id, "queues": list(scope.queue_ids), "sealed": scope.sealed, "crisis": scope.crisis,
        "closed": list(scope.closed_queue_ids),
    }  # fmt: skip
