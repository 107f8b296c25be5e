"""The clock: read at the edge (a view, a job, a command) and passed in from there."""

import zoneinfo
from datetime import UTC, datetime


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The time zone of this name; UTC for a name that is none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
