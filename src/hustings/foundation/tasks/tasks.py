"""The background work of tasks."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.going import remind as remind_of


@jobs.job("tasks.remind", cron="7 * * * *")
def remind(timestamp: int) -> None:
    """A word on the day something is due."""
    while remind_of(now=now()):
        pass
