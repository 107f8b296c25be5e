"""What this room tells others."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaxonomyChanged:
    """Areas or topics are others than they were; `number` is the version of the taxonomy now."""

    number: int


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """Letters were read once more (after a split), and what was read of these inquiries is another than before."""

    inquiry_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class VersionWentLive:
    """Another model decides on this kind (`topic`, `nature`) from now on; None: words do."""

    kind: str
    version_id: int | None
