"""Counting letters, in the transaction that made it so: what was an inquiry to the counts before, and what is it now?

    count_letters([Matter(...)])                      # opened
    count_changes([(was, became)], now=now)           # moved, answered, closed, written to again, sorted anew

Every writer adds rows and changes nobody's (`models.letters`): two workers never wait for each other here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hustings.foundation.core import bulk

from ..rules import step_of

_CODES: dict[str, bulk.Encoder] = {"topic": bulk.word, "nature": bulk.word}
HOUR = bulk.Table(
    "insight_letterhour", hour=bulk.moment, **_CODES, channel=bulk.word, state_code=bulk.word, county_fips=bulk.word,
    count=bulk.integer, loose=bulk.boolean,
)  # fmt: skip
FLOW = bulk.Table(
    "insight_letterflow", minute=bulk.moment, **_CODES, state_code=bulk.word, county_fips=bulk.word,
    came=bulk.integer, went=bulk.integer, loose=bulk.boolean,
)  # fmt: skip
WAIT = bulk.Table(
    "insight_letterwait", tenth=bulk.moment, topic=bulk.word, state_code=bulk.word, step=bulk.smallint,
    count=bulk.integer, loose=bulk.boolean,
)  # fmt: skip
WAITING = bulk.Table(
    "insight_letterwaiting", queue_id=bulk.bigint, **_CODES, state_code=bulk.word, due=bulk.moment, since=bulk.moment,
    count=bulk.integer, loose=bulk.boolean,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    """An inquiry as the counts see it. `waits`: it asks for an answer and has none yet; `since`: since when, by the
    hour of its opening or, after an answer, of what they wrote last. Topic and nature are "" where unknown; the topic
    is the first where there are several."""

    queue_id: int
    opened_at: datetime
    due_at: datetime
    since: datetime
    waits: bool
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    topic: str = ""
    nature: str = ""
    channel: str = ""
    state_code: str = ""
    county_fips: str = ""


Pair = tuple[Matter | None, Matter | None]


def count_letters(rows: Sequence[Matter]) -> None:
    """They were opened, each at its own time. In the caller's transaction."""
    count_changes([(None, row) for row in rows], now=None)


def count_changes(pairs: Iterable[Pair], *, now: datetime | None) -> None:
    """Each was the first and is the second at `now`; None for what was not there (opened, or taken back as if it had
    never been). In the caller's transaction."""
    hours: Counter[tuple[Any, ...]] = Counter()
    waiting: Counter[tuple[Any, ...]] = Counter()
    came: Counter[tuple[Any, ...]] = Counter()
    went: Counter[tuple[Any, ...]] = Counter()
    waits: Counter[tuple[Any, ...]] = Counter()
    for was, became in pairs:
        for matter, by in ((was, -1), (became, 1)):
            if matter is not None:
                hours[_hour_of(matter)] += by
                if matter.waits:
                    waiting[_place_of(matter)] += by
        _flow(was, became, now, came, went)
        _answered(was, became, waits)
    flows = {key: (came[key], went[key]) for key in came.keys() | went.keys()}
    bulk.copy(HOUR, [(*key, n, True) for key, n in hours.items() if n])
    bulk.copy(WAITING, [(*key, n, True) for key, n in waiting.items() if n])
    bulk.copy(FLOW, [(*key, *n, True) for key, n in flows.items() if n != (0, 0)])
    bulk.copy(WAIT, [(*key, n, True) for key, n in waits.items() if n])


def _hour_of(matter: Matter) -> tuple[Any, ...]:
    place = (matter.topic, matter.nature, matter.channel, matter.state_code, matter.county_fips)
    return (floor(matter.opened_at, 60), *place)


def _place_of(matter: Matter) -> tuple[Any, ...]:
    codes = (matter.topic, matter.nature, matter.state_code)
    return (matter.queue_id, *codes, floor(matter.due_at, 15), floor(matter.since, 15))


def _flow(
    was: Matter | None,
    became: Matter | None,
    now: datetime | None,
    came: Counter[tuple[Any, ...]],
    went: Counter[tuple[Any, ...]],
) -> None:
    """Into waiting or out of it, in the minute it happened. An answer taken back before it left never went; nor did
    what was taken back whole ever come."""
    waited, waits = was is not None and was.waits, became is not None and became.waits
    if waited == waits:
        return
    if became is None:
        assert was is not None
        came[_minute_of(was, was.since)] -= 1
    elif was is None:
        came[_minute_of(became, became.since)] += 1
    elif waits and was.answered_at and was.answered_at != became.answered_at:
        went[_minute_of(was, was.answered_at)] -= 1
    elif waits:
        again = became.since if became.since != was.since else now or became.since
        came[_minute_of(became, again)] += 1
    else:
        answered = became.answered_at if became.answered_at != was.answered_at else None
        went[_minute_of(became, answered or became.closed_at or now or became.since)] += 1


def _minute_of(matter: Matter, at: datetime) -> tuple[Any, ...]:
    return (floor(at, 1), matter.topic, matter.nature, matter.state_code, matter.county_fips)


def _answered(was: Matter | None, became: Matter | None, waits: Counter[tuple[Any, ...]]) -> None:
    if was is None or became is None or was.answered_at == became.answered_at:
        return
    if was.waits and not became.waits and became.answered_at:
        waits[_wait_of(became, became.answered_at, was.since)] += 1
    elif became.waits and not was.waits and was.answered_at:
        waits[_wait_of(was, was.answered_at, became.since)] -= 1


def _wait_of(matter: Matter, answered_at: datetime, since: datetime) -> tuple[Any, ...]:
    minutes = (answered_at - since).total_seconds() / 60
    return (floor(answered_at, 10), matter.topic, matter.state_code, step_of(minutes))


def floor(at: datetime, minutes: int) -> datetime:
    """The beginning of the span of so many minutes (a part of an hour) that the moment lies in, in UTC."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.replace(minute=at.minute // minutes * minutes, second=0, microsecond=0)
