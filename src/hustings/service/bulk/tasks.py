"""What runs by itself: one line each."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now
from hustings.foundation.core.loops import Loop, register_loop

from .actions import checking, following_up, halting, leaving


@jobs.job("bulk.check")
def check(bulk_id: int, revision: int) -> None:
    checking.check(bulk_id=bulk_id, revision=revision, now=now())


@jobs.job("bulk.put_back")
def put_back() -> None:
    halting.put_back_taken(now=now())


@jobs.job("bulk.stop_expired", cron="* * * * *")
def stop_expired(timestamp: int) -> None:
    halting.stop_expired(now())
    halting.put_back_taken(now=now())


@jobs.job("bulk.answer_later", cron="23 * * * *")
def answer_later(timestamp: int) -> None:
    following_up.answer_later(now=now())


def leave() -> bool:
    """A turn of what may leave now; True when there may be more."""
    return leaving.leave_due(now())


def register() -> None:
    """Called when the room is ready."""
    register_loop(Loop("bulk.leave", process="worker", step=leave, every=1.0))
