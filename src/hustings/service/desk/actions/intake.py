"""What came in, written onto the desk: new inquiries and answers to old ones, hundreds at once.

The hot path of the mail: no row is read that need not be, and whoever calls this publishes the topics it returns, once
for the whole batch.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from hustings.constituents.insight.actions.letters import Matter, count_letters
from hustings.constituents.topics.rules import nature_after
from hustings.foundation.access.actions import make_team
from hustings.foundation.access.models import Team
from hustings.foundation.core import bulk, bus
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.records import RecordChanged

from ..announcements import InquiryChanged
from ..models import Assignment, Closure, Event, Priority, Queue, Snooze, Stage, Status
from ..queries.routing import Routing
from .counting import counted, first_of
from .telling import tell_many_made

SNIPPET = 140
_OPEN, _NEW = Status.OPEN.value, Stage.NEW.value  # an enumeration's value is slow to read a million times

_INQUIRY = bulk.Table(
    "desk_inquiry",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    person_id=bulk.bigint,
    queue_id=bulk.bigint,
    subject=bulk.text,
    snippet=bulk.text,
    channel=bulk.word,
    mailbox=bulk.word,
    language=bulk.word,
    state_code=bulk.word,
    county_fips=bulk.word,
    tags=bulk.texts,
    status=bulk.word,
    stage=bulk.word,
    priority=bulk.smallint,
    opened_at=bulk.moment,
    due_at=bulk.moment,
    last_message_at=bulk.moment,
    last_message_id=bulk.bigint,
    messages=bulk.integer,
    unread=bulk.boolean,
    has_attachment=bulk.boolean,
    is_sealed=bulk.boolean,
    is_crisis=bulk.boolean,
    topics=bulk.texts,
    nature=bulk.word,
    urgency=bulk.smallint,
    stance=bulk.word,
)
_INCOMING = """
update desk_inquiry i set
    status = 'open',
    stage = case when i.status in ('closed', 'merged') then 'new' else i.stage end,
    closed_at = null,
    snoozed_until = null,
    snippet = case when u.at >= i.last_message_at then u.snippet else i.snippet end,
    last_message_at = greatest(i.last_message_at, u.at),
    last_message_id = u.message_id,
    messages = i.messages + u.messages,
    unread = true,
    has_attachment = i.has_attachment or u.has_attachment,
    due_at = case
        when u.is_crisis then least(i.due_at, u.due_at)
        when i.status = 'open' and (i.answered_at is null or i.answered_at < i.last_message_at) then i.due_at
        else u.due_at end,
    priority = case when u.is_crisis then 0 when u.goes_first then least(i.priority, 1) else i.priority end,
    queue_id = coalesce(u.queue_id, i.queue_id),
    is_crisis = i.is_crisis or u.is_crisis,
    topics = case when u.topics = '' then i.topics else string_to_array(u.topics, ' ') end,
    nature = u.nature,
    urgency = u.urgency,
    assignee_id = case when i.assignee_id in (select id from access_user where not is_active) then null
        else i.assignee_id end
from unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::bigint[], %s::int[], %s::boolean[], %s::timestamptz[],
    %s::bigint[], %s::boolean[], %s::boolean[], %s::text[], %s::text[], %s::int[])
    as u (id, at, snippet, message_id, messages, has_attachment, due_at, queue_id, is_crisis, goes_first, topics,
    nature, urgency)
where i.id = u.id
"""
# Merges are followed upwards; one that is undone meanwhile waits for our lock.
_FOLLOW = """
with recursive up (asked, id, merged_into_id, depth) as (
    select i.id, i.id, i.merged_into_id, 0 from desk_inquiry i where i.id = any(%s)
    union all
    select up.asked, i.id, i.merged_into_id, up.depth + 1
    from up join desk_inquiry i on i.id = up.merged_into_id where up.depth < 50
)
select asked, id from up where merged_into_id is null
"""


@dataclass(slots=True)
class NewInquiry:
    """One matter as it is opened. `id` is from `bulk.take_ids(desk_inquiry=…)`."""

    id: int
    person_id: int
    routing: Routing
    channel: str
    opened_at: datetime
    due_at: datetime
    message_id: int
    uid: UUID = field(default_factory=new_uid)
    subject: str = ""
    snippet: str = ""
    mailbox: str = ""
    language: str = ""
    state_code: str = ""
    county_fips: str = ""
    has_attachment: bool = False
    is_sealed: bool = False
    is_crisis: bool = False
    messages: int = 1
    last_message_at: datetime | None = None  # when other than `opened_at`
    topics: Sequence[str] = ()
    nature: str = ""
    urgency: int = 0
    stance: str = ""


@dataclass(slots=True)
class IncomingOnInquiry:
    """One more message of theirs on an inquiry that is there (and held by `hold_threads`). With `crisis` it moves to
    the people trained for that."""

    inquiry_id: int
    message_id: int
    at: datetime
    snippet: str = ""
    has_attachment: bool = False
    crisis: Routing | None = None
    goes_first: bool = False  # before the rest of its queue
    topics: Sequence[str] = ()
    nature: str = ""
    urgency: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """An inquiry that messages are about to join, locked, as it was before."""

    id: int
    uid: UUID
    person_id: int
    queue_id: int
    assignee_id: int | None
    status: str
    is_sealed: bool
    topics: Sequence[str]
    nature: str
    urgency: int
    minutes: int


def open_inquiries(rows: Sequence[NewInquiry], *, now: datetime) -> set[str]:
    """Write the inquiries in the caller's transaction; the live topics to publish."""
    bulk.copy(_INQUIRY, [_row(row, now) for row in rows])
    count_letters([_matter(row) for row in rows])
    tell_many_made([row.id for row in rows], now=now)
    return {f"queue:{row.routing.queue_id}" for row in rows} | ({"desk"} if rows else set())


def _row(row: NewInquiry, now: datetime) -> tuple[Any, ...]:
    routing = row.routing
    return (
        *(row.id, row.uid, now, row.person_id, routing.queue_id, row.subject, row.snippet[:SNIPPET], row.channel),
        *(row.mailbox, row.language, row.state_code, row.county_fips),
        *([routing.tag] if routing.tag else (), _OPEN),
        *(_NEW, routing.priority, row.opened_at, row.due_at, row.last_message_at or row.opened_at, row.message_id),
        *(row.messages, True, row.has_attachment, row.is_sealed, row.is_crisis),
        *(row.topics, row.nature, row.urgency, row.stance),
    )


def _matter(row: NewInquiry) -> Matter:
    return Matter(
        *(row.routing.queue_id, row.opened_at, row.due_at, row.opened_at, True, None, None),
        *(first_of(row.topics), row.nature, row.channel, row.state_code, row.county_fips),
    )


def add_to_new(row: NewInquiry, rows: Sequence[IncomingOnInquiry]) -> None:
    """More letters on an inquiry that is not written yet: it is opened as `record_incoming` would leave it."""
    newest = max(rows, key=_moment_of)
    latest = row.last_message_at or row.opened_at
    if newest.at >= latest:
        row.snippet, row.last_message_at = newest.snippet, newest.at
    row.message_id = rows[-1].message_id
    row.messages += len(rows)
    row.has_attachment = row.has_attachment or any(one.has_attachment for one in rows)
    row.topics, row.nature, row.urgency = _about_after(row, rows)
    if any(one.goes_first for one in rows):
        row.routing = replace(row.routing, priority=min(row.routing.priority, Priority.HIGH.value))
    crisis = next((one.crisis for one in rows if one.crisis), None)
    if crisis:
        row.is_crisis = True
        row.routing = replace(row.routing, queue_id=crisis.queue_id, priority=Priority.CRISIS.value)
        row.due_at = min(row.due_at, min(one.at for one in rows) + timedelta(minutes=crisis.minutes))


def _about_after(was: NewInquiry | Thread, rows: Iterable[IncomingOnInquiry]) -> tuple[Sequence[str], str, int]:
    """Topics, nature and urgency once these letters have come: topics where there were none, and nothing that a
    letter said before becomes less urgent."""
    topics, nature, urgency = was.topics, was.nature, was.urgency
    for row in sorted(rows, key=_moment_of):
        topics, nature, urgency = topics or row.topics, nature_after(nature, row.nature), max(urgency, row.urgency)
    return topics, nature, urgency


def _moment_of(row: IncomingOnInquiry) -> tuple[datetime, int]:
    return row.at, row.message_id


def hold_threads(inquiry_ids: Iterable[int]) -> dict[int, Thread]:
    """Lock these inquiries, or those they are merged into, until the transaction ends: by the id that was asked. Ids
    of nothing are left out."""
    asked = sorted(set(inquiry_ids))
    if not asked:
        return {}
    whole = dict(bulk.fetch(_FOLLOW, bulk.bigints(asked)))
    rows = bulk.fetch(
        "select i.id, i.uid, i.person_id, i.queue_id, i.assignee_id, i.status, i.is_sealed, i.topics, i.nature,"
        " i.urgency, q.minutes_to_answer"
        " from desk_inquiry i join desk_queue q on q.id = i.queue_id where i.id = any(%s)"
        " order by i.id for no key update of i",
        bulk.bigints(sorted(set(whole.values()))),
    )
    threads = {row[0]: Thread(*row) for row in rows}
    if any(thread.status == Status.MERGED for thread in threads.values()):
        return hold_threads(asked)  # merged between the two questions
    return {ask: threads[found] for ask, found in whole.items() if found in threads}


def record_incoming(rows: Sequence[IncomingOnInquiry], threads: dict[int, Thread], *, now: datetime) -> set[str]:
    """Messages joined inquiries that were there: what was closed opens again, what slept wakes, and it is due anew.
    `threads` is what `hold_threads` gave, by the inquiry's own id. Returns the live topics to publish."""
    by_inquiry: dict[int, list[IncomingOnInquiry]] = {}
    for row in rows:
        by_inquiry.setdefault(row.inquiry_id, []).append(row)
    if not by_inquiry:
        return set()
    touched = [threads[inquiry_id] for inquiry_id in sorted(by_inquiry)]
    columns = zip(*(_incoming(thread, by_inquiry[thread.id]) for thread in touched), strict=True)
    kinds: tuple[Callable[[Any], Any], ...] = (
        *(bulk.bigints, bulk.moments, bulk.strings, bulk.bigints, bulk.integers, bulk.booleans, bulk.moments),
        *(bulk.bigints, bulk.booleans, bulk.booleans, bulk.strings, bulk.strings, bulk.integers),
    )
    with counted(by_inquiry, now=now):
        bulk.fetch(_INCOMING, *(kind(column) for kind, column in zip(kinds, columns, strict=True)))
    _tell_about([(thread, _about_after(thread, by_inquiry[thread.id])) for thread in touched], now)
    _reopen([thread for thread in touched if thread.status == Status.CLOSED], now)
    _wake([thread for thread in touched if thread.status == Status.SNOOZED], now)
    topics = {"desk"}
    for thread in touched:
        topics |= {f"queue:{thread.queue_id}", f"inquiry:{thread.uid}"}
        topics |= {f"queue:{row.crisis.queue_id}" for row in by_inquiry[thread.id] if row.crisis}
        if thread.assignee_id:
            topics.add(f"user:{thread.assignee_id}")
    return topics


def _incoming(thread: Thread, rows: list[IncomingOnInquiry]) -> tuple[Any, ...]:
    newest = max(rows, key=_moment_of)
    crisis = next((row.crisis for row in rows if row.crisis), None)
    minutes = crisis.minutes if crisis else thread.minutes
    first = min(row.at for row in rows)
    topics, nature, urgency = _about_after(thread, rows)
    return (
        *(thread.id, newest.at, newest.snippet[:SNIPPET], rows[-1].message_id, len(rows)),
        *(any(row.has_attachment for row in rows), first + timedelta(minutes=minutes)),
        *(crisis.queue_id if crisis else None, crisis is not None, any(row.goes_first for row in rows)),
        *("" if thread.topics else " ".join(topics), nature, urgency),
    )


def _tell_about(touched: Iterable[tuple[Thread, tuple[Sequence[str], str, int]]], now: datetime) -> None:
    """What they are about now, to whoever listens to fields."""
    for thread, (topics, nature, urgency) in touched:
        pairs = {
            "topic": (list(thread.topics), list(topics)),
            "nature": (thread.nature, nature),
            "urgency": (str(thread.urgency), str(urgency)),
        }
        if changes := {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}:
            bus.announce(RecordChanged("inquiry", thread.id, thread.uid, changes, None, now))


def _reopen(threads: list[Thread], now: datetime) -> None:
    if not threads:
        return
    ids = [thread.id for thread in threads]
    Closure.objects.filter(inquiry_id__in=ids, reopened_at=None).update(reopened_at=now)
    Assignment.objects.filter(inquiry_id__in=ids, ended_at=None, user__is_active=False).update(ended_at=now)
    _tell(threads, "reopened", now)


def _wake(threads: list[Thread], now: datetime) -> None:
    if not threads:
        return
    ids = [thread.id for thread in threads]
    Snooze.objects.filter(inquiry_id__in=ids, ended_at=None).update(ended_at=now, ended_because="reply")
    _tell(threads, "woken", now)


def _tell(threads: list[Thread], kind: str, now: datetime) -> None:
    Event.objects.bulk_create(
        Event(inquiry_id=thread.id, at=now, kind=kind, detail={"because": "reply"}) for thread in threads
    )
    for thread in threads:
        bus.announce(InquiryChanged(inquiry_id=thread.id, kind=kind))
        changes = {"status": (thread.status, _OPEN)}
        bus.announce(RecordChanged("inquiry", thread.id, thread.uid, changes, None, now))


def swallow_new(inquiry_ids: Sequence[int], *, now: datetime) -> None:
    """Take back inquiries opened in this very transaction: their messages were found to belong to others."""
    with connection.cursor() as cursor, counted(inquiry_ids, now=now):
        cursor.execute("delete from desk_inquiry where id = any(%s)", [list(inquiry_ids)])


def ensure_default_queue(*, now: datetime) -> None:
    """Somewhere for mail to go on a desk that nobody has set up yet. Nothing happens where there is a queue."""
    if Queue.objects.exists():
        return
    name = _("Correspondence")
    try:
        with transaction.atomic():
            team = Team.objects.filter(name__iexact=name).first() or make_team(actor=None, name=name, now=now)
            Queue.objects.create(name=_("General"), slug="general", team=team, is_default=True)
    except (IntegrityError, ValidationError):
        pass  # another made it between our look and our write
