"""Election days, and when polls close on them."""

from datetime import date, timedelta

from ..models import PollClosing


def elections() -> list[date]:
    """The days for which hours are known."""
    return list(PollClosing.objects.order_by("election").values_list("election", flat=True).distinct())


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
