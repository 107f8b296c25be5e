"""Background work of mail campaigns: ids in, one action call."""

import logging

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now

from .actions.comparing import forget_old
from .actions.reading import read_again

AT_ONCE = 16  # campaigns that are held together while they are read
log = logging.getLogger(__name__)


@jobs.job("campaigns.read_again")
def read_groups_again(group_ids: list[int]) -> None:
    """Campaigns have grown: their text, their sponsor, what was added. Where some cannot be read, each is tried again
    by itself."""
    for start in range(0, len(group_ids), AT_ONCE):
        some = group_ids[start : start + AT_ONCE]
        try:
            read_again(group_ids=some, now=now())
        except Exception:
            if len(group_ids) == 1:
                raise
            log.exception("campaigns %s could not be read again together", some)
            for group_id in some:
                jobs.enqueue("campaigns.read_again", once=f"campaigns:{group_id}", group_ids=[group_id])


@jobs.job("campaigns.forget_old", cron="41 3 * * *")
def forget_old_sheaves(timestamp: int) -> None:
    """Single letters of long ago are compared with no more."""
    forget_old(now=now())
