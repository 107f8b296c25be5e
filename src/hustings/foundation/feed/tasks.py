"""What runs by itself: one line each."""

from hustings.foundation.core import jobs
from hustings.foundation.core.clock import now
from hustings.foundation.core.loops import Loop, register_loop

from .actions.digests import send_due_digests
from .actions.telling import tell_followers


@jobs.job("feed.tell")
def tell(post_id: int) -> None:
    """Those who follow hear of a new post."""
    tell_followers(post_id=post_id)


def send_digests() -> bool:
    """A turn of digests that are due; True when there may be more."""
    return send_due_digests(now=now())


def register() -> None:
    """Called when the room is ready."""
    register_loop(Loop("feed.digests", process="worker", step=send_digests, every=60.0))
