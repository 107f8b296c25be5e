"""What goes on all the time in the worker."""

from hustings.foundation.core import jobs, loops
from hustings.foundation.core.clock import now

from .actions.folding import fold, forget_old_flows
from .actions.standing import refresh_standings


def standings() -> bool:
    refresh_standings(now=now())
    return False


@jobs.job("insight.forget_old_flows", cron="23 4 * * *")
def forget_flows(timestamp: int) -> None:
    """Minutes older than two weeks."""
    forget_old_flows(now=now())


def register() -> None:
    """Called once, when the app is ready."""
    loops.register_loop(loops.Loop("insight.letters", "worker", fold, every=5.0))
    loops.register_loop(loops.Loop("insight.standings", "worker", standings, every=60.0))
