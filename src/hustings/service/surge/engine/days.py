"""The same time of another day, by the clock on the wall.

Every zone of the country that changes its clocks does so in the same nights (the first Sunday of November, two days
before an election among them), so one zone's clock tells how far apart two days' same times are for all of them. Two
weeks ago at this time is then an hour more, or less, than fourteen times twenty-four hours ago.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


def days_before(at: datetime, days: int) -> datetime:
    """The same time by the clock so many days before, in UTC."""
    return (at.astimezone(ZONE) - timedelta(days=days)).astimezone(UTC)


def hour_of_day(at: datetime) -> int:
    """From 0 to 23, by the clock."""
    return at.astimezone(ZONE).hour
