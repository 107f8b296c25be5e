"""What access tells the rooms above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class UserJoined:
    """Someone accepted an invitation."""

    user_id: int


@dataclass(frozen=True)
class AccessEnded:
    """The person may do nothing any more; what they hold goes back. `actor_id` is who ended it, None for their date."""

    user_id: int
    actor_id: int | None
    at: datetime
