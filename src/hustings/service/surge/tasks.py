"""What goes on all the time in the worker."""

from hustings.foundation.core import live, loops
from hustings.foundation.core.clock import now

from .actions.switching import TOPIC
from .actions.watching import refresh_rising
from .actions.watching import watch as look


def watch() -> bool:
    """Whoever looks at the board fetches it anew after each look."""
    look(now=now())
    live.publish(TOPIC)
    return False


def rising() -> bool:
    refresh_rising(now=now())
    return False


def register() -> None:
    """Called once, when the app is ready."""
    loops.register_loop(loops.Loop("surge.watch", "worker", watch, every=15.0))
    loops.register_loop(loops.Loop("surge.rising", "worker", rising, every=60.0))
