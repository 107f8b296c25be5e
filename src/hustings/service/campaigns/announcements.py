"""What mail campaigns tell the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StandingReplyEnded:
    """Nobody is to get it any more: a person ended it, or set another. In the same transaction."""

    reply_id: int
    actor_id: int
