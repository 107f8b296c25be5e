"""The clock: read at the edge (a view, a job, a command) and passed in from there."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)
