"""What mail campaigns tell the rooms above."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LettersGrouped:
    """Letters joined a campaign and were not lifted out: those who will have written. In the intake's transaction."""

    group_id: int
    inquiry_ids: Sequence[int]


@dataclass(frozen=True)
class GroupChanged:
    """A campaign was made, named, combined, split, read again or given its standing reply. `kind` is the Change's."""

    group_id: int
    kind: str
