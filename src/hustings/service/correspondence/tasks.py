"""What runs by itself: one line each."""

from hustings.foundation.core.clock import now
from hustings.foundation.core.loops import Loop, register_loop

from .actions.intake_taking import take_in


def take_in_mail() -> bool:
    """A turn of reading what was delivered; True when there may be more."""
    return take_in(now=now()) is not None


def register() -> None:
    """Called when the room is ready."""
    register_loop(Loop("correspondence.take-in", process="worker", step=take_in_mail, every=5.0, wake="mail-in"))
