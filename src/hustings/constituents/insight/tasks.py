"""What goes on all the time in the worker."""

from hustings.foundation.core import loops
from hustings.foundation.core.clock import now

from .actions.standing import refresh_standings


def standings() -> bool:
    refresh_standings(now=now())
    return False


def register() -> None:
    """Called once, when the app is ready."""
    loops.register_loop(loops.Loop("insight.standings", "worker", standings, every=60.0))
