"""A letter as mail campaigns compare it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..engine.words import numbers_of

SHORTEST = 40  # characters; what is shorter is no letter that others copy


@dataclass(slots=True)
class NewLetter:
    """A letter that has opened its inquiry. `text` is its writer's words, without quotation and signature; `name` as
    the letter gives it. `sealed`: it belongs to no group, whatever it says: a threat, or someone in crisis.
    `numbers`, by which it is compared, are made of the text where they are not given; none where it is not compared."""

    message_id: int
    inquiry_id: int
    person_id: int
    at: datetime
    text: str
    name: str = ""
    subject: str = ""
    state_code: str = ""
    language: str = ""
    sealed: bool = False
    numbers: Sequence[int] | None = None

    def __post_init__(self) -> None:
        if self.numbers is None:
            is_compared = not self.sealed and len(self.text) >= SHORTEST
            self.numbers = numbers_of(self.text) if is_compared else ()
