"""What the counts (insight) are told of inquiries: what each was to them, and what it is now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hustings.constituents.insight.actions.folding import begin_anew
from hustings.constituents.insight.actions.letters import Matter, count_changes, count_letters
from hustings.foundation.core import bulk
from hustings.foundation.core.guard import action

from ..models import Inquiry, Status

COUNTED = (
    *("queue_id", "opened_at", "due_at", "last_message_at", "status", "answered_at", "closed_at", "topics", "nature"),
    *("channel", "state_code", "county_fips"),
)
_WAITING_STATES = (Status.OPEN.value, Status.SNOOZED.value)
# The same as `waits` below and as the ledger's sum: held together by a test.
WAITS = "status in ('open', 'snoozed') and (answered_at is null or answered_at < last_message_at)"
_QUARTER = "date_bin('15 minutes', {}, timestamptz '2000-01-01 00:00Z')"
_HOURS = """
select date_trunc('hour', opened_at, 'UTC'), coalesce(topics[1], ''), nature, channel, state_code, county_fips,
    count(*)::int
from desk_inquiry group by 1, 2, 3, 4, 5, 6
"""
_WAITING = f"""
select queue_id, coalesce(topics[1], ''), nature, state_code, {_QUARTER.format("due_at")},
    {_QUARTER.format("case when answered_at is null then opened_at else last_message_at end")}, count(*)::int
from desk_inquiry where {WAITS} group by 1, 2, 3, 4, 5, 6
"""  # noqa: S608  (nothing but this module's own words)


def first_of(topics: Sequence[str]) -> str:
    """The topic that an inquiry counts under; "" for none."""
    return topics[0] if topics else ""


def matter(values: Mapping[str, Any]) -> Matter:
    """Of an inquiry's columns (COUNTED)."""
    answered, last = values["answered_at"], values["last_message_at"]
    return Matter(
        queue_id=values["queue_id"],
        opened_at=values["opened_at"],
        due_at=values["due_at"],
        since=values["opened_at"] if answered is None else last,
        waits=values["status"] in _WAITING_STATES and (answered is None or answered < last),
        answered_at=answered,
        closed_at=values["closed_at"],
        topic=first_of(values["topics"]),
        nature=values["nature"],
        channel=values["channel"],
        state_code=values["state_code"],
        county_fips=values["county_fips"],
    )


def count_made(rows: Iterable[Inquiry]) -> None:
    """They were opened just now, in this transaction."""
    count_letters([matter({name: getattr(row, name) for name in COUNTED}) for row in rows])


def count_changed(changed: Sequence[tuple[Inquiry, Mapping[str, Any]]], *, now: datetime) -> None:
    """Rows as they are, each with what it was (`was`, the columns that changed)."""
    pairs = []
    for row, was in changed:
        if was.keys() & set(COUNTED):
            became = {name: getattr(row, name) for name in COUNTED}
            pairs.append((matter({**became, **{n: was[n] for n in was.keys() & became.keys()}}), matter(became)))
    if pairs:
        count_changes(pairs, now=now)


@contextmanager
def counted(ids: Iterable[int], *, now: datetime) -> Iterator[None]:
    """Around statements that change these rows, which are locked: looked at before and after."""
    wanted = list(ids)
    was = _matters(wanted)
    yield
    became = _matters(wanted)
    count_changes([(was.get(one), became.get(one)) for one in was.keys() | became.keys()], now=now)


def _matters(ids: list[int]) -> dict[int, Matter]:
    if not ids:
        return {}
    line = f"select id, {', '.join(COUNTED)} from desk_inquiry where id = any(%s)"  # noqa: S608  (names of our own)
    rows = bulk.fetch(line, bulk.bigints(ids))
    return {row[0]: matter(dict(zip(COUNTED, row[1:], strict=True))) for row in rows}


@action
def recount() -> dict[str, int]:
    """Count all inquiries anew from their rows; in how many places the counts that were kept differed: none, unless
    something is wrong. Nobody writes to an inquiry while it runs; those who try wait."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("lock table desk_inquiry in share mode")
        cursor.execute(_HOURS)
        hours = cursor.fetchall()
        cursor.execute(_WAITING)
        return begin_anew(hours, cursor.fetchall())
