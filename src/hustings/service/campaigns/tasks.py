"""Background work of mail campaigns: ids in, one action call."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.comparing import forget_old
from .actions.reading import read_again


@jobs.job("campaigns.read_again")
def read_groups_again(group_ids: list[int]) -> None:
    """Campaigns have grown: their text, their sponsor, what was added."""
    for group_id in group_ids:
        read_again(group_id=group_id, now=now())


@jobs.job("campaigns.forget_old", cron="41 3 * * *")
def forget_old_sheaves(timestamp: int) -> None:
    """Single letters of long ago are compared with no more."""
    forget_old(now=now())
