"""When a digest is due: the hour of a person's own day. Plain Python."""

from datetime import UTC, datetime, timedelta

from hustings.foundation.core.clock import zone_of

DAY, WEEK = "day", "week"


def next_digest(every: str, *, hour: int, weekday: int, zone: str, after: datetime) -> datetime | None:
    """The first moment later than `after` at which it is `hour` o'clock there (on that day of the week, Monday is 0,
    for a weekly one). An hour that a clock skips is the moment right after; one that comes twice is the first. None
    for no digest."""
    if every not in (DAY, WEEK):
        return None
    there = zone_of(zone)
    day = after.astimezone(there).date()
    for offset in range(9):
        date = day + timedelta(days=offset)
        if every == WEEK and date.weekday() != weekday:
            continue
        moment = datetime(date.year, date.month, date.day, hour, tzinfo=there).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("a week holds every day")


def period_of(every: str, *, zone: str, due: datetime) -> str:
    """What the digest due at this moment is about: "2028-10-20", or "2028-W42" for a week."""
    date = due.astimezone(zone_of(zone)).date()
    if every == WEEK:
        year, week, _weekday = date.isocalendar()
        return f"{year}-W{week:02d}"
    return date.isoformat()
