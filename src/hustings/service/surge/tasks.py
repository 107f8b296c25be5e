"""What goes on all the time in the worker."""

from hustings.foundation.core import loops
from hustings.foundation.core.clock import now

from .actions.watching import refresh_rising
from .actions.watching import watch as look


def watch() -> bool:
    look(now=now())
    return False


def rising() -> bool:
    refresh_rising(now=now())
    return False


def register() -> None:
    """Called once, when the app is ready."""
    loops.register_loop(loops.Loop("surge.watch", "worker", watch, every=30.0))
    loops.register_loop(loops.Loop("surge.rising", "worker", rising, every=60.0))
