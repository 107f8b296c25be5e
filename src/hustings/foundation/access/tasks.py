"""What goes on by itself: access that ends on its day, and what is swept out behind people."""

from hustings.foundation.core.clock import now
from hustings.foundation.core.loops import Loop, register_loop

from .actions import end_due_access
from .actions.sessions import forget_sessions
from .actions.tries import forget_tries


def register() -> None:
    """Called once, when the app is ready."""
    register_loop(Loop("access.ends", process="worker", step=end_due, every=15.0))
    register_loop(Loop("access.sweep", process="worker", step=sweep, every=3600.0))


def end_due() -> bool:
    """One look at whose day has come."""
    end_due_access(now=now())
    return False


def sweep() -> bool:
    """Sessions that ran out and tries that no longer count."""
    moment = now()
    forget_sessions(now=moment)
    forget_tries(now=moment)
    return False
