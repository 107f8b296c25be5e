"""The day as a drawing: letters a minute, what left, the same day last week, what waits and when it is gone. Paths for
an SVG in the page, wide and narrow; a table holds the same numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from ..engine.forecast import STEP, Forecast

DAY = 24 * 60


@dataclass(frozen=True)
class Frame:
    """Where things stand in the drawing; `bin` minutes make a bar."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    base: int
    waiting_top: int
    waiting_base: int
    bin: int
    hours: int  # between marks

    def x(self, minutes: float) -> float:
        return round(self.left + (self.right - self.left) * min(max(minutes, 0), DAY) / DAY, 1)


WIDE = Frame("wide-c", 800, 366, 34, 792, 24, 232, 266, 346, 3, 3)
NARROW = Frame("narrow-c", 358, 280, 30, 354, 24, 170, 200, 260, 8, 6)


@dataclass(frozen=True)
class Day:
    """What is drawn: minute of the day, came, went; the same day last week; samples of what waits."""

    begins: datetime
    now: datetime
    flow: Sequence[tuple[datetime, int, int]]
    last_week: Sequence[tuple[datetime, int, int]]
    samples: Sequence[tuple[datetime, int]]
    waiting: int
    forecast: Forecast

    def minute(self, at: datetime, *, days: int = 0) -> int:
        """Of the day as the reader's clock shows it; `days` before the time that is meant. In the night in which clocks
        go back, one hour of the drawing holds two."""
        here = at.astimezone(self.begins.tzinfo) + timedelta(days=days)
        return int((here.replace(tzinfo=None) - self.begins.replace(tzinfo=None)).total_seconds() // 60)


@dataclass
class Drawing:
    frame: Frame
    bars: str = ""
    last: str = ""
    gone: str = ""
    area: str = ""
    line: str = ""
    fan: str = ""
    ahead: str = ""
    now_x: float = 0
    grid: list[tuple[float, str]] = field(default_factory=list)
    marks: list[tuple[float, str]] = field(default_factory=list)
    labels: list[tuple[str, float, float, str]] = field(default_factory=list)  # class, x, y, words
    dots: list[tuple[float, float]] = field(default_factory=list)
    bar_width: float = 1.0


def draw(day: Day, frame: Frame) -> Drawing:
    """All of it within the frame."""
    now = day.minute(day.now)
    came = _rates(((day.minute(at), count) for at, count, _went in day.flow), frame.bin, now)
    went = _rates(((day.minute(at), count) for at, _came, count in day.flow), 15, now)
    last = _rates(((day.minute(at, days=7), count) for at, count, _went in day.last_week), 30, DAY)
    most = max([1.0, *came, *went, *last])
    tall = frame.base - frame.top
    drawing = Drawing(frame, bar_width=round((frame.right - frame.left) * frame.bin / DAY * 0.75, 2))

    def y(value: float) -> float:
        return round(frame.base - tall * value / most, 1)

    drawing.bars = "".join(
        f"M{frame.x((place + 0.5) * frame.bin)} {frame.base}V{y(value)}"
        for place, value in enumerate(came)
        if value > 0
    )
    drawing.gone = _path((frame.x((place + 0.5) * 15), y(max(value, 0))) for place, value in enumerate(went))
    drawing.last = _path((frame.x((place + 0.5) * 30), y(value)) for place, value in enumerate(last))
    drawing.grid = [(y(value), number_format(value, force_grouping=True)) for value in _steps(most)]
    drawing.marks = [
        (frame.x(hour * 60), date_format(day.begins + timedelta(hours=hour), "P")) for hour in range(0, 24, frame.hours)
    ]
    drawing.now_x = frame.x(now)
    _waits(drawing, day, now)
    _words(drawing, day, came, y)
    return drawing


def _waits(drawing: Drawing, day: Day, now: int) -> None:
    """What waits, and the forecast behind it."""
    frame, ahead = drawing.frame, day.forecast
    seen = [(day.minute(at), count) for at, count in day.samples][:: 3 if frame is WIDE else 8]
    seen.append((now, day.waiting))
    left = (DAY - now) // STEP + 1
    curve = [(now + STEP * place, value) for place, value in enumerate(ahead.curve[: left + 1])]
    if ahead.clears is not None and len(ahead.curve) <= left + 1:
        curve[-1] = (now + int(ahead.clears), 0.0)
    most = max([1.0, *(count for _at, count in seen), *(value for _at, value in curve)])
    tall = frame.waiting_base - frame.waiting_top

    def y(value: float) -> float:
        return round(frame.waiting_base - tall * value / most, 1)

    points = [(frame.x(at), y(count)) for at, count in seen]
    drawing.line = _path(points)
    drawing.area = f"{drawing.line}L{points[-1][0]} {frame.waiting_base}L{points[0][0]} {frame.waiting_base}Z"
    drawing.ahead = _path((frame.x(at), y(value)) for at, value in curve)
    if ahead.clears is not None:
        early, late = ahead.earliest or ahead.clears, ahead.latest or DAY
        drawing.fan = (
            f"M{frame.x(now)} {y(day.waiting)}L{frame.x(now + early)} {frame.waiting_base}"
            f"L{frame.x(now + late)} {frame.waiting_base}Z"
        )
        if now + ahead.clears <= DAY:
            drawing.dots.append((frame.x(now + ahead.clears), frame.waiting_base))
    top = _steps(most)[-1]
    drawing.grid.append((y(top), number_format(top, force_grouping=True)))


def _words(drawing: Drawing, day: Day, came: Sequence[float], y: Any) -> None:
    frame = drawing.frame
    drawing.labels = [
        ("b", frame.left, 11, _("Letters a minute")),
        ("b", frame.left, frame.waiting_top - 10, _("Waiting")),
    ]
    past = drawing.now_x > (frame.left + frame.right) / 2
    side = "b e" if past else "b"
    shown = _("Now, %(time)s") % {"time": date_format(day.now, "P")}
    drawing.labels.append((side, drawing.now_x + (-5 if past else 5), 24, shown))
    if came and max(came) >= 1:
        place = max(range(len(came)), key=lambda one: came[one])
        words = _("Peak, %(n)s") % {"n": number_format(round(came[place]))}
        drawing.labels.append(
            ("m", min(max(frame.x(place * frame.bin), 60), frame.right - 40), y(came[place]) - 5, words)
        )


def _rates(counts: Iterable[tuple[int, int]], width: int, until: int) -> list[float]:
    """Letters a minute in spans of so many minutes, the last one only as long as it has been."""
    spans = [0] * (max(until, 0) // width + 1)
    for minute, count in counts:
        if 0 <= minute < until or (minute == until and until < DAY):
            spans[min(minute // width, len(spans) - 1)] += count
    rates = [count / width for count in spans]
    rest = until - (len(spans) - 1) * width
    if rest > 0:
        rates[-1] = spans[-1] / rest
    elif len(rates) > 1:
        rates.pop()
    return rates


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(points))


def _steps(most: float) -> list[int]:
    """Round numbers up to the highest, three at most."""
    size = 1
    while True:
        for times in (1, 2, 5):
            step = size * times
            if most / step < 4:
                return [step * place for place in range(1, int(most // step) + 1)] or [step]
        size *= 10
