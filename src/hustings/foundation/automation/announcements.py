"""What this room tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApprovalSettled:
    """Approved, refused or recalled (`outcome`), for good: announced inside the transaction of the last decision."""

    request_id: int
    process: str  # its slug
    record: str
    record_id: int
    outcome: str
    actor_id: int | None
