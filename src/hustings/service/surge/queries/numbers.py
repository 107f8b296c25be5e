"""The numbers of the board, from the counts alone: no letter is looked at, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hustings.constituents.insight.queries import letters
from hustings.constituents.insight.queries.letters import Line, Waits
from hustings.constituents.insight.registry import registry as insight
from hustings.foundation.geography.queries import state_name
from hustings.service.desk.queries.expecting import answered_by_hand
from hustings.service.desk.queries.presence import people_on, people_on_by_matter
from hustings.service.incidents.queries import states_with_open

from ..engine.days import days_before, hour_of_day
from ..engine.forecast import STEP, Forecast, forecast, people_needed
from ..models import Sample
from .natures import nature_name
from .standing import Order, order, surge_now

HALF_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)
SHAPE_DAYS, LEAST_SHAPE = 14, 50
MOST_TIMES = 6.0  # of what comes now: a quiet hour before says little about a loud one to come


@dataclass(frozen=True)
class Outlook:
    """How it stands and how it goes on. Rates are letters a minute over the last half hour. `left` is all that went;
    `each` what one of those on answered by hand, since what goes to many at once says nothing of the next hour."""

    waiting: int
    people: int
    coming: float
    left: float
    each: float
    forecast: Forecast
    needed: int | None  # people, to clear it within four hours


@dataclass(frozen=True)
class Matter:
    """A line of the backlog: a topic, or a nature where the topic is not known. `clears`: minutes, None when it does
    not; `gives_way`: all of it waits behind the others."""

    key: tuple[str, str]
    name: str
    waiting: int
    came: int
    went: int
    people: int
    late: int
    oldest: datetime
    clears: float | None
    gives_way: bool
    last_hour: tuple[int, ...]  # came, by five minutes


@dataclass(frozen=True)
class Tile:
    """A state: what waits there, how long answers took there in the last hour, open incidents."""

    code: str
    name: str
    waiting: int
    late: int
    minutes: float | None
    incidents: int


@dataclass(frozen=True)
class Numbers:
    at: datetime
    outlook: Outlook
    waits: Waits
    late: int
    matters: tuple[Matter, ...]
    tiles: dict[str, Tile]
    incidents: int


def outlook(now: datetime, *, waiting: int | None = None, people: int | None = None) -> Outlook:
    """The forecast with the people now on (engine.forecast)."""
    waiting = letters.waiting(now).total if waiting is None else waiting
    people = len(people_on(now)) if people is None else people
    minute = now.replace(second=0, microsecond=0)
    flow = letters.flow_by_minute(minute - HALF_HOUR, minute)
    coming, left = sum(came for _m, came, _w in flow) / 30, max(sum(went for _m, _c, went in flow), 0) / 30
    answered = answered_by_hand(minute - HALF_HOUR, minute)
    worked = Sample.objects.filter(minute__gte=minute - HALF_HOUR, minute__lt=minute).values_list("people", flat=True)
    minutes_of_work = sum(worked) or people * 30
    each = answered / minutes_of_work if minutes_of_work else 0.0
    # Nobody seen at a letter, and letters are answered all the same: then that is what goes.
    going = each * people if people else answered / 30
    found = forecast(waiting=waiting, arrivals=_shape(coming, now), going=going)
    needed = people_needed(waiting=waiting, coming=coming, each=each, minutes=240)
    return Outlook(waiting, people, coming, left, each, found, needed)


def _shape(coming: float, now: datetime) -> list[float]:
    """The rate of now, going on as the same hours of the last two weeks rose and fell; a day of steps."""
    usual = _usual(now.replace(minute=0, second=0, microsecond=0))
    here = usual[hour_of_day(now)]
    steps = range(24 * 60 // STEP)
    if here < LEAST_SHAPE:
        return [coming for _step in steps]
    later = [hour_of_day(now + timedelta(minutes=STEP * step)) for step in steps]
    return [coming * min(usual[hour] / here, MOST_TIMES) for hour in later]


def _usual(hour: datetime) -> list[int]:
    """How many were opened in each hour of the day, over the two weeks before this hour: looked up once an hour."""
    known = _usual_of.get(hour)
    if known is None:
        known = [0] * 24
        for when, count in letters.opened_by_hour(days_before(hour, SHAPE_DAYS), hour).items():
            known[hour_of_day(when)] += count
        if sum(known) >= LEAST_SHAPE:  # a campaign that has hardly begun asks again
            _usual_of.clear()
            _usual_of[hour] = known
    return known


_usual_of: dict[datetime, list[int]] = {}


def forget() -> None:
    """Look the hours up anew at the next call."""
    _usual_of.clear()


def numbers(now: datetime) -> Numbers:
    """All of the board's."""
    held, on = letters.waiting(now), people_on(now)
    surge, giving = surge_now(), order()
    steps = surge.steps if surge else 0
    seen = outlook(now, waiting=held.total, people=len(on))
    minute = now.replace(second=0, microsecond=0)
    all_waits, by_state = letters.waits(minute - HOUR, now)
    incidents = states_with_open()
    pressing = [line for line in held.by_matter if not giving.has_way(line.topic, line.nature, steps)]
    return Numbers(
        at=now,
        outlook=seen,
        waits=all_waits,
        late=sum(line.late for line in pressing),
        matters=_matters(held.by_matter, minute, now, giving, steps),
        tiles=_tiles(held.by_state, by_state, incidents),
        incidents=sum(incidents.values()),
    )


def _matters(lines: Sequence[Line], minute: datetime, now: datetime, giving: Order, steps: int) -> tuple[Matter, ...]:
    people: dict[tuple[str, str], int] = {}
    for (topic, nature), count in people_on_by_matter(now).items():
        key = _key(topic, nature, giving)
        people[key] = people.get(key, 0) + count
    held: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        held.setdefault(_key(line.topic, line.nature, giving), []).append(line)
    came, went = _last_hour(minute, giving)
    names = {slug: name for source in insight.topics for slug, name in source().items()}
    found = []
    for key, own in held.items():
        series, gone = came.get(key, [0] * 12), went.get(key, 0)
        waiting = sum(line.count for line in own)
        drains = (gone - sum(series)) / 60
        found.append(
            Matter(
                key=key,
                name=names.get(key[0]) or key[0].replace("-", " ").capitalize() or nature_name(key[1]),
                waiting=waiting,
                came=sum(series),
                went=gone,
                people=people.get(key, 0),
                late=sum(line.late for line in own),
                oldest=min(line.oldest for line in own),
                clears=waiting / drains if drains > 0 else None,
                gives_way=all(giving.has_way(line.topic, line.nature, steps) for line in own),
                last_hour=tuple(series),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.gives_way, -one.waiting, one.name)))


def _last_hour(minute: datetime, giving: Order) -> tuple[dict[tuple[str, str], list[int]], dict[tuple[str, str], int]]:
    """By topic or nature: what came, in twelve spans of five minutes, and how many went."""
    came: dict[tuple[str, str], list[int]] = {}
    went: dict[tuple[str, str], int] = {}
    for when, topic, nature, arrived, gone in letters.flow_by_topic(minute - HOUR, minute):
        key = _key(topic, nature, giving)
        series = came.setdefault(key, [0] * 12)
        series[min(int((when - minute + HOUR).total_seconds() // 300), 11)] += arrived
        went[key] = went.get(key, 0) + gone
    return came, went


def _key(topic: str, nature: str, giving: Order) -> tuple[str, str]:
    return (giving.whole.get(topic, topic), "") if topic else ("", nature)


def _tiles(lines: Sequence[Line], waits: dict[str, Waits], incidents: dict[str, int]) -> dict[str, Tile]:
    held = {line.state_code: line for line in lines}
    return {
        code: Tile(
            code,
            state_name(code) if code else "",
            held[code].count if code in held else 0,
            held[code].late if code in held else 0,
            waits[code].median if code in waits else None,
            incidents.get(code, 0),
        )
        for code in sorted(held.keys() | waits.keys() | incidents.keys())
    }
