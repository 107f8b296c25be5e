"""What retention tells the rooms above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class PersonErased:
    """Nothing is left of this person but numbers."""

    person_id: int
    person_uid: UUID
    at: datetime
