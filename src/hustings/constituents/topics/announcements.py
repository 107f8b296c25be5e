"""What this room tells others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """Letters were read once more after a split: of each of these inquiries, the topics that stand now where it had
    one of `slugs`, those that were split. What else it is about stays."""

    slugs: Sequence[str]
    became: Mapping[int, Sequence[str]]
