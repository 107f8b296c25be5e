"""How long an answer takes in a queue, from what waits there and how fast it was answered over the last days.

    hours = waiting / answered an hour, and longer, at most twice, where more arrives than is answered

One answer to many letters at once is no pace, and those letters are no burden: they are left out of both.

Answers are looked up by who gave them (an index of its own), so that no table is read through; what was found holds
for ten minutes in each process, since it is asked with every batch of letters.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection

LATELY = timedelta(days=3)
LEAST_ANSWERS = 20  # of the last days: with fewer nothing can be said
HOLDS = timedelta(minutes=10)
HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
DAYS = (2, 3, 4, 5, 7, 10, 14)
_ANSWERED = """
select count(*), count(*) filter (where i.opened_at >= %(since)s)
from access_user u
cross join lateral (
    select e.inquiry_id from desk_event e
    where e.actor_id = u.id and e.kind = 'answered' and e.undone_at is null and e.at >= %(since)s and e.at <= %(now)s
        and not e.detail ? 'of_many'
) a
join desk_inquiry i on i.id = a.inquiry_id
where i.queue_id = %(queue)s
"""
_BY_HAND = """
select count(*) from access_user u
cross join lateral (
    select 1 from desk_event e
    where e.actor_id = u.id and e.kind = 'answered' and e.undone_at is null and e.at >= %(since)s and e.at < %(until)s
        and not e.detail ? 'of_many'
) a
"""
_WAITING = """
select count(*), count(*) filter (where opened_at >= %(since)s)
from desk_inquiry where status = 'open' and queue_id = %(queue)s
"""
_known: dict[int, tuple[datetime, "Backlog"]] = {}


@dataclass(frozen=True)
class Backlog:
    """Of one queue: what waits, and what was answered and arrived over the last days."""

    waiting: int
    answered: int
    arrived: int

    @property
    def hours(self) -> int | None:
        """In how many hours a letter of now can expect its answer; None where there is no basis to say."""
        if self.answered < LEAST_ANSWERS:
            return None
        an_hour = self.answered / (LATELY / timedelta(hours=1))
        growing = min(2.0, max(1.0, self.arrived / self.answered))
        return max(1, ceil((self.waiting + 1) / an_hour * growing))


@dataclass(frozen=True)
class Expected:
    """Within so many hours, or else days; both 0: longer than two weeks."""

    hours: int = 0
    days: int = 0


def backlog_of(queue_id: int, now: datetime) -> Backlog:
    """As it is, or was at most ten minutes ago."""
    at, known = _known.get(queue_id, (None, None))
    if at is not None and known is not None and abs(now - at) < HOLDS:
        return known
    asked: dict[str, int | datetime] = {"queue": queue_id, "since": now - LATELY, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, asked)
        answered, of_late = cursor.fetchone()
        cursor.execute(_WAITING, asked)
        waiting, new = cursor.fetchone()
    found = Backlog(waiting, answered, of_late + new)
    _known[queue_id] = (now, found)
    return found


def forget() -> None:
    """Count anew, whatever is known."""
    _known.clear()


def answered_by_hand(since: datetime, until: datetime) -> int:
    """How many answers people gave one by one: none that says the same to many, none that was taken back."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_HAND, {"since": since, "until": until})
        return int(cursor.fetchone()[0])


def expected(queue_id: int, now: datetime) -> Expected | None:
    """Rounded up to what people say; None where nothing can be said."""
    hours = backlog_of(queue_id, now).hours
    return None if hours is None else rounded(hours)


def rounded(hours: int) -> Expected:
    """The next step up: hours up to a day, days up to two weeks."""
    for step in HOURS:
        if hours <= step:
            return Expected(hours=step)
    for step in DAYS:
        if hours <= 24 * step:
            return Expected(days=step)
    return Expected()
