"""What people ask: views, searches and letters together, by week, topic and region, with small numbers withheld.

Everything that is shown is a sum of *cells*: one week (Monday to Sunday), one kind, one topic, one part of one whole
(a state of the country; a county, market or ZIP of a state). Each cell stands for LEAST people or more, and what is
withheld of a whole is never so few that the whole less the rest would tell (`rules.withhold`). So the difference of any
two numbers shown, of any two spans of weeks, is again a sum of such cells.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Sum
from django.db.models.functions import TruncWeek

from hustings.foundation.geography.models import County
from hustings.foundation.geography.queries import state_name

from ..models import Kind, Tally
from ..registry import registry
from ..rules import withhold
from .letters import opened_by_week
from .places import markets

KINDS = (Kind.VIEW, Kind.SEARCH, Kind.LETTER)
LEVELS = {"state": "state_code", "county": "county_fips", "market": "market", "zip": "zip"}
WEEKS = (1, 4, 12, 26)


class Cell(NamedTuple):
    week: date
    kind: str
    topic: str
    whole: str  # what the place is a part of: "" the country, else a state
    place: str


@dataclass
class Line:
    """One place (or one topic) over the weeks asked for."""

    key: str
    name: str
    views: int = 0
    searches: int = 0
    letters: int = 0
    last: int = 0  # of the newest whole week
    before: float = 0.0  # a week's mean of the others

    @property
    def total(self) -> int:
        return self.views + self.searches + self.letters

    @property
    def is_spike(self) -> bool:
        """Twice as many as in a usual week, and more than chance has it (four spreads of a Poisson count)."""
        return self.last >= 2 * self.before and self.last - self.before >= 4 * (self.before + 1) ** 0.5


@dataclass(frozen=True)
class Asked:
    lines: list[Line]
    topics: list[Line]
    weeks: list[tuple[date, int]]  # the total of each week, oldest first
    withheld: int  # how many cells are not shown
    refused: int  # votes, questions and look-ups of abuse in these weeks


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def asked(*, level: str, state_code: str = "", topic: str = "", weeks: int = 4, today: date) -> Asked:
    """What was asked in the last whole `weeks` weeks before `today`'s."""
    until = monday(today)
    since = until - timedelta(weeks=weeks)
    cells = dict(_cells(level, since, until))
    shown = _shown(cells)
    fitting = {
        cell: count
        for cell, count in shown.items()
        if (not state_code or cell.whole == state_code or (not cell.whole and cell.place == state_code))
    }
    topics = _lines(fitting, "topic", _topic_names(), until, weeks)
    placed = {cell: count for cell, count in fitting.items() if not topic or cell.topic == topic}
    lines = _lines(placed, "place", _place_names(level, {cell.place for cell in placed}), until, weeks)
    by_week: dict[date, int] = defaultdict(int)
    for cell, count in placed.items():
        by_week[cell.week] += count
    span = [since + timedelta(weeks=index) for index in range(weeks)]
    weekly = [(week, by_week.get(week, 0)) for week in span]
    return Asked(lines, topics, weekly, len(cells) - len(shown), _refused(since, until))


def _refused(since: date, until: date) -> int:
    rows = Tally.objects.filter(day__gte=since, day__lt=until, kind=Kind.REFUSED)
    return rows.aggregate(n=Sum("count"))["n"] or 0


def _cells(level: str, since: date, until: date) -> Iterable[tuple[Cell, int]]:
    column = LEVELS[level]
    counts: dict[Cell, int] = defaultdict(int)
    rows = (
        Tally.objects.filter(day__gte=since, day__lt=until, kind__in=KINDS)
        .exclude(**{column: ""})
        .annotate(week=TruncWeek("day"))
        .values_list("week", "kind", "topic", "state_code", column)
        .annotate(n=Sum("count"))
        .order_by()
    )
    for week, kind, topic, state, place, count in rows.iterator():
        counts[Cell(week, kind, topic, "" if level == "state" else state, place)] += count
    places = markets() if level == "market" else {}
    for week, topic, state, county, count in opened_by_week(since, until):
        place = {"state": state, "county": county, "market": places.get(county, "")}.get(level, "")
        if place:
            counts[Cell(week, Kind.LETTER, topic, "" if level == "state" else state, place)] += count
    return counts.items()


def _shown(cells: dict[Cell, int]) -> dict[Cell, int]:
    """Withheld twice: of the parts of each whole, and of the topics of each place."""
    groups: dict[tuple[object, ...], dict[str, int]] = defaultdict(dict)
    for cell, count in cells.items():
        groups[(cell.week, cell.kind, cell.topic, cell.whole)][cell.place] = count
    kept = {
        Cell(week, kind, topic, whole, place): count  # type: ignore[arg-type]
        for (week, kind, topic, whole), parts in groups.items()
        for place, count in withhold(parts).items()
    }
    return kept


def _lines(cells: dict[Cell, int], by: str, names: dict[str, str], until: date, weeks: int) -> list[Line]:
    lines: dict[str, Line] = {}
    newest = until - timedelta(weeks=1)
    for cell, count in cells.items():
        key = getattr(cell, by)
        line = lines.setdefault(key, Line(key, names.get(key) or key))
        if cell.kind == Kind.VIEW:
            line.views += count
        elif cell.kind == Kind.SEARCH:
            line.searches += count
        else:
            line.letters += count
        if cell.week == newest:
            line.last += count
        elif weeks > 1:
            line.before += count / (weeks - 1)
    return sorted(lines.values(), key=lambda line: (-line.total, line.name))


def _topic_names() -> dict[str, str]:
    return {slug: name for names in registry.topics for slug, name in names().items()}


def _place_names(level: str, places: set[str]) -> dict[str, str]:
    if level == "state":
        return {place: state_name(place) for place in places}
    if level == "county":
        found = County.objects.filter(fips__in=places).values_list("fips", "name", "state_id")
        return {fips: f"{name}, {state}" for fips, name, state in found}
    return {}
