"""What the rooms below announce, and what it means for tasks."""

from hustings.foundation.access.announcements import AccessEnded
from hustings.foundation.core import bus

from .actions.going import give_back


@bus.inside(AccessEnded)
def access_ended(event: AccessEnded) -> None:
    give_back(user_id=event.user_id, now=event.at)
