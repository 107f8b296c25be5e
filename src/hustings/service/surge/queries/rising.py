"""What rose in the last half hour, by topic, nature and place; the test is in `engine.spikes`."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hustings.constituents.insight.queries import letters

from ..engine.days import days_before
from ..engine.spikes import spikes

WINDOW, DAYS, MOST = timedelta(minutes=30), 14, 8


class Cell(NamedTuple):
    """What is looked at together: a topic or nature ("" for every), in a state or county ("" for the country)."""

    topic: str = ""
    nature: str = ""
    state_code: str = ""
    county_fips: str = ""


def rising(now: datetime) -> list[dict[str, Any]]:
    """The half hour before `now` against the same half hour of the two weeks before, the least likely first. Of what
    rises in a county, the state and the country are left out where the county makes it."""
    until = now.replace(second=0, microsecond=0)
    ends = [days_before(until, day) for day in range(DAYS + 1)]
    spans = [(end - WINDOW, end) for end in ends]
    counted = [_cells(one) for one in letters.came_by_cell(spans)]
    cells, total = counted[0]
    found = spikes(cells, total, [one for one, _total in counted[1:]], [total for _one, total in counted[1:]])
    shown: list[Any] = []
    # Of what is as unlikely, what says most: a county's letters are its state's too.
    for spike in sorted(found, key=lambda one: (one.p, -sum(map(bool, one.cell)))):
        if not any(_same(spike.cell, other.cell) for other in shown):
            shown.append(spike)
    return [
        {**spike.cell._asdict(), "count": spike.count, "expected": round(spike.expected, 1), "p": spike.p}
        for spike in shown[:MOST]
    ]


def _cells(rows: dict[tuple[str, str, str, str], int]) -> tuple[Counter[Cell], int]:
    found: Counter[Cell] = Counter()
    for (topic, nature, state, county), count in rows.items():
        places = {("", ""), (state, ""), (state, county)}
        things = {(topic, "") if topic else ("", nature)} | {("", "")}
        for topic_, nature_ in things:
            for state_, county_ in places:
                if topic_ or nature_ or state_:
                    found[Cell(topic_, nature_, state_, county_)] += count
    return found, sum(rows.values())


def _same(one: Cell, other: Cell) -> bool:
    """Whether one is a part of the other: the same letters, told once."""
    things = one[:2] == other[:2] or not any(one[:2]) or not any(other[:2])
    states = one.state_code == other.state_code or not (one.state_code and other.state_code)
    counties = one.county_fips == other.county_fips or not (one.county_fips and other.county_fips)
    return things and states and counties
