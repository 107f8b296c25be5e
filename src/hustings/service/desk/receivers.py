"""What the rooms below announce, and what it means at the desk."""

from hustings.constituents.topics.announcements import ReadAnew
from hustings.foundation.access.announcements import AccessEnded
from hustings.foundation.core import bus
from hustings.foundation.core.clock import now

from .actions.about import follow_reading
from .actions.leaving import give_back_all


@bus.inside(AccessEnded)
def access_ended(event: AccessEnded) -> None:
    give_back_all(user_id=event.user_id, actor_id=event.actor_id, now=event.at)


@bus.inside(ReadAnew)
def read_anew(event: ReadAnew) -> None:
    follow_reading(event.slugs, event.became, now=now())
