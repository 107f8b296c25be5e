"""What runs by itself: one line each."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now
from hustings.foundation.core.loops import Loop, register_loop

from .actions import correcting, expiring, withdrawing
from .actions.intake_taking import take_in


@jobs.job("correspondence.take_out_withdrawn")
def take_out_withdrawn(article_id: int, state_code: str) -> None:
    withdrawing.take_out(article_id=article_id, state_code=state_code, now=now())


@jobs.job("correspondence.send_correction")
def send_correction(correction_id: int) -> None:
    correcting.send_correction(correction_id=correction_id, now=now())


@jobs.job("correspondence.stop_expired", cron="* * * * *")
def stop_expired(timestamp: int) -> None:
    expiring.stop_expired(now=now())


def take_in_mail() -> bool:
    """A turn of reading what was delivered; True when there may be more."""
    return take_in(now=now()) is not None


def register() -> None:
    """Called when the room is ready."""
    register_loop(Loop("correspondence.take-in", process="worker", step=take_in_mail, every=5.0, wake="mail-in"))
