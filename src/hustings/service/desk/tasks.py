"""The desk's background work: ids in, one action call."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.bulk import go_on
from .actions.counting import recount as count_anew
from .actions.life import wake_due
from .actions.presence import forget_gone


@jobs.job("desk.wake_snoozed", cron="* * * * *")
def wake_snoozed(timestamp: int) -> None:
    """Bring back what was snoozed until now, however many there are."""
    while wake_due(now()):
        pass


@jobs.job("desk.go_on_with_run")
def go_on_with_run(run_id: int) -> None:
    """A long act over many inquiries."""
    go_on(run_id=run_id, now=now())


@jobs.job("desk.forget_presence", cron="17 * * * *")
def forget_presence(timestamp: int) -> None:
    """Lines of those who closed their browser long ago."""
    forget_gone(now())


@jobs.job("desk.recount")
def recount() -> None:
    """Count all inquiries anew from their rows."""
    count_anew()
