"""What the desk tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InquiryChanged:
    """Assigned, moved, tagged, snoozed, closed or reopened. `kind` is the Event's kind."""

    inquiry_id: int
    kind: str


@dataclass(frozen=True)
class InquiriesMerged:
    """All of `inquiry_id` is now read under `into_id`; rooms that point at inquiries move their rows."""

    inquiry_id: int
    into_id: int
    undone: bool = False
