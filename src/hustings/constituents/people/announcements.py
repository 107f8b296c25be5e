"""What people tells the rooms above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class PersonChanged:
    """A field, an identifier, a consent or the household of this person changed."""

    person_id: int


@dataclass(frozen=True)
class FactStated:
    """Someone stated a field of this person by hand or by form; not told for what intake read from letters."""

    person_id: int
    fact_id: int
    at: datetime
    actor_id: int | None


@dataclass(frozen=True)
class ConsentRecorded:
    person_id: int
    consent_uid: UUID
    at: datetime
    actor_id: int | None


@dataclass(frozen=True)
class PersonNoted:
    """A note was left on the person."""

    person_id: int
    note_uid: UUID
    at: datetime
    actor_id: int | None


@dataclass(frozen=True)
class AddressFailed:
    """Mail to one of this person's addresses came back."""

    person_id: int
    identifier_uid: UUID
    at: datetime
    for_good: bool


@dataclass(frozen=True)
class HouseholdChanged:
    """`household_id` None: the person left theirs."""

    person_id: int
    household_id: int | None
    at: datetime
    actor_id: int | None


@dataclass(frozen=True)
class PeopleMerged:
    """`person_id` is now read as `into_id`; or, `undone`, as itself again."""

    person_id: int
    into_id: int
    undone: bool = False
    merge_uid: UUID | None = None
    at: datetime | None = None
    actor_id: int | None = None
