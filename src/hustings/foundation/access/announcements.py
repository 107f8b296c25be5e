"""What access tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UserJoined:
    """Someone accepted an invitation."""

    user_id: int


@dataclass(frozen=True)
class AccessEnded:
    """The person may do nothing any more; what they hold goes back."""

    user_id: int
