"""What people tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonChanged:
    """A field, an identifier, a consent or the household of this person changed."""

    person_id: int


@dataclass(frozen=True)
class PeopleMerged:
    """`person_id` is now read as `into_id`."""

    person_id: int
    into_id: int
    undone: bool = False
