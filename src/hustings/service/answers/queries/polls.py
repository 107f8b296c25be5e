"""Election days, and when polls close on them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from ..models import PollClosing


def elections() -> list[date]:
    """The days for which hours are known."""
    return list(PollClosing.objects.order_by("election").values_list("election", flat=True).distinct())


def closings(elections: Collection[date], state_code: str) -> dict[date, datetime]:
    """When it is over on each of these days for who reads this: with the polls of their state, else with the last of
    all. Days without known hours are left out; no day asks nothing."""
    return {day: hours.get(state_code, hours[""]) for day, hours in all_closings(elections).items()}


def all_closings(elections: Collection[date]) -> dict[date, dict[str, datetime]]:
    """When polls close on each of these days, by state; "" is the last of all. Days of unknown hours are left out."""
    found: dict[date, dict[str, datetime]] = {}
    for row in PollClosing.objects.filter(election__in=elections) if elections else ():
        hours = found.setdefault(row.election, {"": row.closes_at})
        hours[row.state_id] = row.closes_at
        hours[""] = max(hours[""], row.closes_at)
    return found


def next_election(today: date) -> date:
    """The first known day that is not over, else the next general election: the Tuesday after the first Monday of
    November in an even year."""
    known = [day for day in elections() if day >= today]
    return known[0] if known else _general(today)


def _general(today: date) -> date:
    year = today.year + today.year % 2
    first = date(year, 11, 1)
    day = first + timedelta(days=(7 - first.weekday()) % 7 + 1)
    return day if day >= today else _general(date(year + 1, 1, 1))
