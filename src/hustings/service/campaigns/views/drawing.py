"""The chart of a campaign: a bar a day, and under it a row of fields a state, as shapes for the page to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ..queries.groups import Grid

WIDTH, LEFT, RIGHT = 448, 55, 42
BARS, LINE, TOP, HIGH = 24, 19, 45, 17


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    day: date
    is_named: bool


@dataclass(frozen=True)
class Field:
    x: float
    width: float
    shade: int  # 0 to 5


@dataclass(frozen=True)
class Line:
    label: str
    y: int
    base: float
    fields: Sequence[Field]
    total: str


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    bars: Sequence[Bar]
    lines: Sequence[Line]


def drawn(grid: Grid, others: str) -> Chart | None:
    """The shapes, None where nothing came. Shades are by the fullest field; every letter shows."""
    if not grid.days:
        return None
    step = min(40.0, (WIDTH - LEFT - RIGHT) / len(grid.days))
    wide = step - 2
    most_a_day = max(grid.by_day)
    fullest = max((n for state, counts, _all in grid.lines for n in counts if state != "*"), default=1)
    every = 1 if step > 16 else 2
    bars = [
        Bar(
            x=round(LEFT + n * step, 1),
            y=round(2 + BARS * (1 - count / most_a_day), 1),
            width=round(wide, 1),
            height=round(BARS * count / most_a_day, 1),
            middle=round(LEFT + n * step + wide / 2, 1),
            day=day,
            is_named=n % every == 0,
        )
        for n, (day, count) in enumerate(zip(grid.days, grid.by_day, strict=True))
    ]
    lines = [
        Line(
            label=others if state == "*" else state or _("none"),
            y=TOP + place * LINE,
            base=TOP + place * LINE + 12.5,
            fields=[
                Field(round(LEFT + n * step, 1), round(wide, 1), _shade(count, fullest))
                for n, count in enumerate(counts)
            ],
            total=f"{total:,}",
        )
        for place, (state, counts, total) in enumerate(grid.lines)
    ]
    return Chart(WIDTH, TOP + LINE * len(lines) + 3, bars, lines)


def _shade(count: int, fullest: int) -> int:
    return 0 if not count else max(1, min(5, round(5 * count / max(1, fullest))))
