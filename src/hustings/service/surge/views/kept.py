"""The board is the same for everyone who may see it: worked out at most every few seconds in a process, for each time
zone and language."""

import threading
import time
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from hustings.constituents.insight.queries import letters
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.geography.models import County
from hustings.foundation.geography.queries import state_name

from ..models import Rising, Sample
from ..queries.natures import nature_name
from ..queries.numbers import Numbers, numbers
from .chart import NARROW, WIDE, Day, draw

SECONDS = 5.0
_kept: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
_weeks: dict[datetime, list[tuple[datetime, int, int]]] = {}
_lock = threading.Lock()


def board() -> dict[str, Any]:
    """The numbers, the drawings and what rises."""
    key = (timezone.get_current_timezone_name(), get_language() or "en")
    with _lock:
        known = _kept.get(key)
        if known is not None and time.monotonic() - known[0] < SECONDS:
            return known[1]
        found = _board(read_clock())
        _kept[key] = (time.monotonic(), found)
        return found


def forget() -> None:
    """Work it out anew at the next call."""
    with _lock:
        _kept.clear()
        _weeks.clear()


def _board(now: datetime) -> dict[str, Any]:
    found = numbers(now)
    day = _day(found, now)
    clears = found.outlook.forecast
    return {
        "numbers": found,
        "outlook": found.outlook,
        "clears_at": _at(now, clears.clears),
        "earliest_at": _at(now, clears.earliest),
        "latest_at": _at(now, clears.latest),
        "matters": [(one, _at(now, one.clears), _spark(one.last_hour)) for one in found.matters],
        "drawings": [draw(day, WIDE), draw(day, NARROW)],
        "hours": _hours(day),
        "rising": _rising(),
        "more": max(0, (found.outlook.needed or 0) - found.outlook.people),
    }


def _at(now: datetime, minutes: float | None) -> datetime | None:
    """None too for what takes longer than anyone plans ahead."""
    return None if minutes is None or minutes > 14 * 24 * 60 else now + timedelta(minutes=minutes)


def _day(found: Numbers, now: datetime) -> Day:
    here = timezone.localtime(now)
    begins = here.replace(hour=0, minute=0, second=0, microsecond=0)
    week = timedelta(days=7)
    return Day(
        begins=begins,
        now=here,
        flow=letters.flow_by_minute(begins, now),
        last_week=_last_week(begins - week),
        samples=list(Sample.objects.filter(minute__gte=begins).order_by("minute").values_list("minute", "waiting")),
        waiting=found.outlook.waiting,
        forecast=found.outlook.forecast,
    )


def _last_week(begins: datetime) -> list[tuple[datetime, int, int]]:
    """A day that is over: looked up once."""
    known = _weeks.get(begins)
    if known is None:
        known = letters.flow_by_minute(begins, begins + timedelta(days=1))
        _weeks.clear()
        _weeks[begins] = known
    return known


def _hours(day: Day) -> list[tuple[datetime, int, int]]:
    """For the table: hour, came, went."""
    sums: dict[int, list[int]] = {}
    for at, came, went in day.flow:
        own = sums.setdefault(day.minute(at) // 60, [0, 0])
        own[0] += came
        own[1] += went
    return [(day.begins + timedelta(hours=hour), came, went) for hour, (came, went) in sorted(sums.items())]


def _spark(counts: tuple[int, ...]) -> str:
    most = max(counts, default=0) or 1
    points = [
        (round(72 * place / max(len(counts) - 1, 1), 1), round(16 - 14 * n / most, 1)) for place, n in enumerate(counts)
    ]
    return "".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(points))


def _rising() -> dict[str, Any]:
    row = Rising.objects.filter(pk=1).first()
    if row is None:
        return {"at": None, "cells": []}
    counties = {cell["county_fips"] for cell in row.cells if cell["county_fips"]}
    names = dict(County.objects.filter(fips__in=counties).values_list("fips", "name"))
    cells = [{**cell, "what": _what(cell), "where": _where(cell, names)} for cell in row.cells]
    return {"at": row.at, "cells": cells}


def _what(cell: dict[str, Any]) -> str:
    if cell["topic"]:
        return str(cell["topic"]).replace("-", " ").capitalize()
    return nature_name(cell["nature"]) if cell["nature"] else ""


def _where(cell: dict[str, Any], names: dict[str, str]) -> str:
    state = cell["state_code"]
    if cell["county_fips"]:
        return f"{names.get(cell['county_fips'], cell['county_fips'])}, {state}"
    return state_name(state) if state else ""
