"""What runs by itself: one line each."""

from datetime import timedelta

from hustings.foundation.core import jobs, loops
from hustings.foundation.core.clock import now

from .actions.acting import act_once
from .actions.approvals import remind_due
from .actions.forgetting import forget_old
from .actions.happenings import WAKE
from .actions.hooks import WAKE as HOOKS_WAKE
from .actions.hooks import call_due
from .actions.looking import look_once
from .actions.timing import note_due

KEPT = timedelta(days=90)  # of the log
KEPT_EMPTY = timedelta(days=7)  # of looks that found nothing to do


def work() -> bool:
    """What is begun is ended before the next rule is asked; True when there may be more."""
    moment = now()
    return act_once(moment) or look_once(moment)


def keep_time() -> bool:
    """Timed rules and reminders."""
    moment = now()
    return bool(note_due(moment)) or bool(remind_due(moment))


def call() -> bool:
    """One call to an address elsewhere."""
    return call_due(now())


@jobs.job("automation.forget", cron="41 4 * * *")
def forget(timestamp: int) -> None:
    """Old lines of the log."""
    moment = now()
    while forget_old(before=moment - KEPT, empty_before=moment - KEPT_EMPTY):
        pass


def register() -> None:
    """Called when the room is ready."""
    loops.register_loop(loops.Loop("automation.rules", process="worker", step=work, every=2.0, wake=WAKE))
    loops.register_loop(loops.Loop("automation.clock", process="worker", step=keep_time, every=20.0))
    loops.register_loop(loops.Loop("automation.calls", process="worker", step=call, every=5.0, wake=HOOKS_WAKE))
