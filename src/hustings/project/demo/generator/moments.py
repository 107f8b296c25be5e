"""When letters arrive: thirteen weeks that grow towards the end, with the shape of a week and of a day."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache

DEFAULT_END = datetime(2028, 10, 20, 12, tzinfo=UTC)
WEEKS = 13
HOURS = WEEKS * 7 * 24

# Monday to Sunday, and midnight to 11 pm in Eastern time: people write before work, at lunch and after supper.
_BY_WEEKDAY = (1.16, 1.14, 1.08, 1.02, 0.96, 0.78, 0.86)
_BY_HOUR = (14, 9, 6, 4, 4, 7, 16, 34, 52, 62, 66, 62, 64, 58, 54, 52, 52, 54, 58, 66, 70, 62, 44, 26)
_EASTERN = timedelta(hours=-4)


class Calendar:
    """Maps a share of the letters (0 the first, 1 the last) to the moment it arrives."""

    def __init__(self, end: datetime) -> None:
        if end.tzinfo is None:
            raise ValueError("The end of the thirteen weeks needs a time zone.")
        self.end = end.astimezone(UTC)
        self.start = self.end - timedelta(hours=HOURS)
        self._cumulative = _hours(self.start)

    def at(self, share: float) -> datetime:
        """The moment by which ``share`` of all letters have come, to the second."""
        wanted = share * self._cumulative[-1]
        hour = min(bisect_right(self._cumulative, wanted) - 1, HOURS - 1)
        low, high = self._cumulative[hour], self._cumulative[hour + 1]
        return self.start + timedelta(seconds=int(3600 * (hour + (wanted - low) / (high - low))))

    def week_of(self, moment: datetime) -> int:
        """The week of a moment, 0 to 12."""
        return min(WEEKS - 1, int(WEEKS * (moment - self.start) / (self.end - self.start)))


@lru_cache(maxsize=8)
def _hours(start: datetime) -> tuple[float, ...]:
    total, sums = 0.0, [0.0]
    for hour in range(HOURS):
        local = start + timedelta(hours=hour) + _EASTERN
        growth = 0.35 + 0.65 * (hour / HOURS) + 1.1 * (hour / HOURS) ** 4
        total += growth * _BY_WEEKDAY[local.weekday()] * _BY_HOUR[local.hour]
        sums.append(total)
    return tuple(sums)
