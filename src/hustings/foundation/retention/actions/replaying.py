"""Erasing again whom a restored backup brought back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from hustings.foundation.core.guard import action, unveiled

from ..models import Erasure, ErasureState, Who
from ..registry import registry
from ..rules import mark_of
from .erasing import begin, erase, known_tombstone
from .refusing import Held
from .tombstones import Line


@dataclass
class Replayed:
    """How many people of the list were erased now, were so already or are not there, and which a hold keeps."""

    erased: int = 0
    already: int = 0
    absent: int = 0
    held: list[str] = field(default_factory=list)


def replay(lines: Iterable[Line], *, now: datetime) -> Replayed:
    """Each erasure of the list that this database does not know of is done again. Doing it twice changes nothing."""
    outcome = Replayed()
    for line in lines:
        with unveiled():
            stone = known_tombstone(line.erasure)
            if stone is not None:
                if stone.erasure.state == ErasureState.DONE:
                    outcome.already += 1
                elif erase(erasure_id=stone.erasure_id, now=now):
                    outcome.erased += 1
                else:
                    outcome.held.append(str(line.erasure))
                continue
            people = _people_of(line)
            if not people:
                outcome.absent += 1
            for place, person_id in enumerate(people):
                _again(line, person_id, is_first=place == 0, outcome=outcome, now=now)
    return outcome


def _again(line: Line, person_id: int, *, is_first: bool, outcome: Replayed, now: datetime) -> None:
    try:
        erasure = _decide(line, person_id, is_first, now)
    except Held:
        outcome.held.append(str(line.erasure))
        return
    if erase(erasure_id=erasure.pk, now=now):
        outcome.erased += 1
    else:
        outcome.held.append(str(line.erasure))


@action
def _decide(line: Line, person_id: int, is_first: bool, now: datetime) -> Erasure:
    people = registry.people
    assert people is not None
    open_ones = Erasure.objects.filter(person_id=person_id)
    open_ones.filter(state=ErasureState.WAITING).update(state=ErasureState.WITHDRAWN, settled_at=now, note="")
    erasure = open_ones.filter(state=ErasureState.RUNNING).first()
    if erasure is not None:
        return erasure
    erasure = Erasure(
        person_id=person_id,
        person_uid=people.uids([person_id])[0],
        who=Who.REPLAY,
        asked_at=now,
    )
    if is_first:
        erasure.uid = line.erasure
    erasure.save()
    begin(erasure=erasure, by=None, now=now, at=line.at)
    return erasure


def _people_of(line: Line) -> list[int]:
    """The people that the line is about: by their uids, and who was there at the time and was reached the same way.
    Whoever wrote after it is a new person."""
    people = registry.people
    assert people is not None
    wanted = set(line.marks)
    found = set(people.known(line.people))
    if wanted:
        found |= {pk for pk, kind, value in people.all_reached(line.at) if mark_of(kind, value) in wanted}
    tops: dict[int, None] = {}
    for person_id in sorted(found):
        tops[people.members(person_id)[0]] = None
    return list(tops)
