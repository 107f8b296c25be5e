"""The queue of erasures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.access.queries.counting import counted

from ..models import OPEN, Erasure, ErasureState
from ..registry import registry

SETTLED = 50


@dataclass(frozen=True)
class Line:
    """One wish: of a person that is there still, their name as the reader sees it."""

    erasure: Erasure
    person: Any
    is_late: bool


def waiting_count(user: User) -> int:
    """How many wait for a second person."""
    return counted(user, "retention.waiting", lambda: Erasure.objects.filter(state=ErasureState.WAITING))


def all_of_them() -> "QuerySet[Erasure]":
    """Every wish."""
    return Erasure.objects.select_related("asked_by", "settled_by")


def line_of(user: User, erasure: Erasure, today: date) -> Line:
    """As this reader sees it."""
    people = registry.people
    person = people.visible(user, erasure.person_id) if people and erasure.state != ErasureState.DONE else None
    late = erasure.due_on is not None and erasure.due_on < today and erasure.state in OPEN
    return Line(erasure, person, late)


def open_lines(user: User, today: date) -> list[Line]:
    """What is not settled, the nearest due first."""
    rows = all_of_them().filter(state__in=OPEN).order_by(F("due_on").asc(nulls_last=True), "id")
    return [line_of(user, row, today) for row in rows]


def settled_lines(user: User, today: date) -> list[Line]:
    """The last that were."""
    rows = all_of_them().exclude(state__in=OPEN).order_by("-id")[:SETTLED]
    return [line_of(user, row, today) for row in rows]


def open_erasure(person_id: int) -> Erasure | None:
    """The wish about this person that is not settled."""
    return Erasure.objects.filter(person_id=person_id, state__in=OPEN).first()
