"""What runs by itself: one line each."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.erasing import erase as erase_person
from .actions.erasing import go_on_with_all
from .actions.expiring import expire_due
from .actions.objects import remove_due, watch_what_is_new


@jobs.job("retention.expire", cron="12 4 * * *")
def expire(timestamp: int) -> None:
    """Every night, what is due."""
    expire_due(now=now())


@jobs.job("retention.erase")
def erase(erasure_id: int) -> None:
    """One person, from wherever it stopped."""
    erase_person(erasure_id=erasure_id, now=now())


@jobs.job("retention.go_on", cron="23 * * * *")
def go_on(timestamp: int) -> None:
    """Erasures that are not through."""
    go_on_with_all(now=now())


@jobs.job("retention.remove_objects", cron="47 * * * *")
def remove_objects(timestamp: int) -> None:
    """Stored files that nothing names."""
    remove_due(now=now())


@jobs.job("retention.watch_what_is_new", cron="17 * * * *")
def watch(timestamp: int) -> None:
    """Stored files that nothing ever came to name."""
    watch_what_is_new(now=now())
