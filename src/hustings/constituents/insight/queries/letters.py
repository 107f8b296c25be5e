"""Reading the counts of letters: sums over rows that are many only where much happened. No letter is looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from ..rules import minutes_of
from .places import markets

BY = ("topic", "nature", "channel", "state_code", "county_fips")


def _both(table: str, column: str) -> str:
    """Rows of a span: those added together and those still loose, each by its own index."""
    span = f"{column} >= %(since)s and {column} < %(until)s"
    return (
        f"(select * from {table} where not loose and {span} union all"  # noqa: S608  (names of our own)
        f" select * from {table} where loose and {span})"
    )


def _rows(line: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(line, values)
        return list(cursor.fetchall())


def opened(*, by: Sequence[str], since: datetime, until: datetime) -> list[tuple[Any, ...]]:
    """Inquiries opened in the hours from `since` to before `until`: rows of the columns of `by` (of BY, and "market",
    the media market of the county) and the number. ValueError for another column."""
    if not set(by) <= {*BY, "market"}:
        raise ValueError(f"letters are not counted by {', '.join(sorted(set(by) - {*BY, 'market'}))}")
    columns = [name if name != "market" else "county_fips" for name in by]
    keys = ", ".join(columns)
    line = f"select {keys}{', ' if keys else ''}sum(count) from {_both('insight_letterhour', 'hour')} as h"  # noqa: S608
    rows = _rows(line + (f" group by {keys}" if keys else ""), {"since": since, "until": until})
    if "market" not in by:
        return [row for row in rows if row[-1]]
    place, known = list(by).index("market"), markets()
    sums: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = (*row[:place], known.get(row[place], ""), *row[place + 1 : -1])
        sums[key] = sums.get(key, 0) + row[-1]
    return [(*key, count) for key, count in sums.items() if count]


def opened_by_week(since: date, until: date) -> list[tuple[date, str, str, str, int]]:
    """Week's Monday (UTC), topic, state, county and how many were opened, from `since` to before `until`."""
    both = _both("insight_letterhour", "hour")
    line = f"""
    select date_trunc('week', hour at time zone 'UTC')::date, topic, state_code, county_fips, sum(count)::int
    from {both} as h group by 1, 2, 3, 4 having sum(count) <> 0
    """  # noqa: S608
    return _rows(line, {"since": f"{since}T00:00Z", "until": f"{until}T00:00Z"})


@dataclass(frozen=True, slots=True)
class Line:
    """What waits of one topic and nature, or of one state. `late` of them are over their time."""

    topic: str
    nature: str
    state_code: str
    count: int
    late: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits, twice: by topic and nature, and by state; either adds up to `total`."""

    total: int
    by_matter: tuple[Line, ...]
    by_state: tuple[Line, ...]


def waiting(now: datetime) -> Waiting:
    """What waits at this moment. Times are to the quarter of an hour; the oldest may be one that went seconds ago."""
    line = """
    select grouping(state_code) = 1, coalesce(topic, ''), coalesce(nature, ''), coalesce(state_code, ''),
        sum(count)::int, coalesce(sum(count) filter (where due <= %(late)s), 0)::int,
        min(since) filter (where count > 0)
    from insight_letterwaiting group by grouping sets ((topic, nature), (state_code)) having sum(count) > 0
    """
    rows = _rows(line, {"late": now - timedelta(minutes=15)})
    by_matter = tuple(Line(*row[1:]) for row in rows if row[0])
    by_state = tuple(Line(*row[1:]) for row in rows if not row[0])
    return Waiting(sum(one.count for one in by_matter), by_matter, by_state)


def flow_by_minute(since: datetime, until: datetime) -> list[tuple[datetime, int, int]]:
    """Minute, how many came to wait and how many went."""
    both = _both("insight_letterflow", "minute")
    line = f"select minute, sum(came)::int, sum(went)::int from {both} as f group by 1 order by 1"  # noqa: S608
    return _rows(line, {"since": since, "until": until})


def flow_by_topic(since: datetime, until: datetime, *, minutes: int = 5) -> list[tuple[datetime, str, str, int, int]]:
    """The same by topic and nature, in spans of so many minutes from `since` on."""
    both = _both("insight_letterflow", "minute")
    line = f"""
    select date_bin(%(span)s::interval, minute, %(since)s), topic, nature, sum(came)::int, sum(went)::int
    from {both} as f group by 1, 2, 3 order by 1, 2, 3
    """  # noqa: S608
    return _rows(line, {"since": since, "until": until, "span": timedelta(minutes=minutes)})


def opened_by_hour(since: datetime, until: datetime) -> dict[datetime, int]:
    """How many were opened in each hour (UTC)."""
    line = f"select hour, sum(count)::int from {_both('insight_letterhour', 'hour')} as h group by 1"  # noqa: S608
    return dict(_rows(line, {"since": since, "until": until}))


def came_by_cell(spans: Iterable[tuple[datetime, datetime]]) -> list[dict[tuple[str, str, str, str], int]]:
    """For each span: how many came, by topic, nature, state and county."""
    both = _both("insight_letterflow", "minute")
    line = f"""
    select topic, nature, state_code, county_fips, sum(came)::int from {both} as f
    group by 1, 2, 3, 4 having sum(came) > 0
    """  # noqa: S608
    return [
        {row[:4]: row[4] for row in _rows(line, {"since": since, "until": until})} for since, until in spans
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the answers of a span took, in minutes: the middle one and the ninetieth of a hundred; None of none."""

    answered: int
    median: float | None
    p90: float | None


def waits(since: datetime, until: datetime) -> tuple[Waits, dict[str, Waits]]:
    """Of all that was answered in the span, and by state."""
    both = _both("insight_letterwait", "tenth")
    line = f"select state_code, step, sum(count)::int from {both} as w group by 1, 2 having sum(count) > 0"  # noqa: S608
    everything: dict[int, int] = {}
    states: dict[str, dict[int, int]] = {}
    for state, step, count in _rows(line, {"since": since, "until": until}):
        everything[step] = everything.get(step, 0) + count
        states.setdefault(state, {})[step] = count
    return _waits(everything), {state: _waits(steps) for state, steps in states.items()}


def _waits(steps: dict[int, int]) -> Waits:
    return Waits(sum(steps.values()), _quantile(steps, 0.5), _quantile(steps, 0.9))


def _quantile(steps: dict[int, int], share: float) -> float | None:
    """The wait that `share` of them did not pass: exact to the scale's step (rules.STEPS)."""
    left = share * sum(steps.values())
    for step in sorted(steps):
        left -= steps[step]
        if left <= 0 and steps:
            return minutes_of(step)
    return None
