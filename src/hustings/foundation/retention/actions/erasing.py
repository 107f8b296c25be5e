"""Erasing a person: part by part, some rows at a time, each step a transaction of its own.

A step that is cut short is undone and done again; a part that is through is remembered in the tombstone. Rows keep
their ids, so that counts hold. What a person is found by goes last.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import bus, jobs
from hustings.foundation.core.guard import action, unveiled

from ..announcements import PersonErased
from ..models import OPEN, Erasure, ErasureState, Tombstone, Who
from ..queries.holding import holds_on, in_force, wait_for_holds
from ..registry import Part, ordered, registry, subject_of_person
from ..rules import mark_of
from . import objects, tombstones
from .refusing import Held, refuse_subject

AGAIN_AFTER = timedelta(hours=1)  # a hold came in the midst of it


@action
def begin(*, erasure: Erasure, by: User | None, now: datetime, at: datetime | None = None) -> Tombstone:
    """The erasure is decided: its tombstone stands, and a job erases. Raises Held."""
    subject = subject_of_person(erasure.person_id)
    refuse_subject(by, subject)
    people = registry.people
    assert people is not None
    erasure.state, erasure.settled_by, erasure.settled_at = ErasureState.RUNNING, by, now
    erasure.save(update_fields=["state", "settled_by", "settled_at"])
    stone = Tombstone.objects.create(
        erasure=erasure,
        person_ids=list(subject.person_ids),
        person_uids=list(people.uids(subject.person_ids)),
        marks=sorted({mark_of(kind, value) for kind, value in subject.reached_by}),
        at=at or now,
        by_id=by.pk if by else None,
    )
    jobs.enqueue("retention.erase", once=f"retention.erase:{erasure.pk}", erasure_id=erasure.pk)
    return stone


def erase(*, erasure_id: int, now: datetime) -> bool:
    """Go through with it, from wherever it stopped. False when a hold that came meanwhile keeps the rest: then it is
    tried again later."""
    stone = Tombstone.objects.select_related("erasure").get(erasure_id=erasure_id)
    if stone.erasure.state != ErasureState.RUNNING:
        return stone.erasure.state == ErasureState.DONE
    if stone.listed_at is None:
        tombstones.append(stone)
        Tombstone.objects.filter(pk=stone.pk).update(listed_at=now)
    asked: set[int] = set()  # holds that are known not to be about this person
    for part in ordered():
        if part.of is None or part.stays:
            continue
        while (left := _step(stone.pk, part, asked, now)) is not None:
            if left is False:
                jobs.enqueue("retention.erase", at=now + AGAIN_AFTER, erasure_id=erasure_id)
                return False
    _finish(erasure_id, now)
    objects.remove_due(now=now)
    return True


@transaction.atomic
def _step(stone_id: int, part: Part, asked: set[int], now: datetime) -> bool | None:
    """Some rows of the part: True when there may be more, False when they are held now, None when it is through."""
    with unveiled():
        stone = Tombstone.objects.select_for_update().get(pk=stone_id)
        if part.name in stone.done:
            return None
        wait_for_holds()
        subject = subject_of_person(stone.person_ids[0])
        in_force_now = {term.hold_id for term in in_force()}
        if not in_force_now <= asked:
            if holds_on(subject):
                return False
            asked |= in_force_now
        assert part.of is not None
        ids = list(part.rows().filter(part.of(subject)).order_by("pk").values_list("pk", flat=True)[: part.at_once])
        if ids:
            objects.let_go(part.erase(ids, now), now=now)
            if not part.private:
                stone.counts[part.name] = stone.counts.get(part.name, 0) + len(ids)
        through = len(ids) < part.at_once
        if through:
            stone.done = [*stone.done, part.name]
        stone.save(update_fields=["counts", "done"])
        return None if through else True


@action
def begin_by_schedule(*, person_ids: Sequence[int], now: datetime) -> None:
    """Erase these people: nothing was heard of them for as long as a schedule says; whom a hold keeps stays."""
    people = registry.people
    assert people is not None
    for person_id in person_ids:
        if Erasure.objects.filter(person_id=person_id, state__in=OPEN).exists():
            continue
        with suppress(Held), transaction.atomic():
            erasure = Erasure.objects.create(
                person_id=person_id, person_uid=people.uids([person_id])[0], who=Who.SCHEDULE, asked_at=now
            )
            begin(erasure=erasure, by=None, now=now)


@action
def _finish(erasure_id: int, now: datetime) -> None:
    erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
    if erasure.state != ErasureState.RUNNING:
        return
    erasure.state, erasure.finished_at, erasure.note = ErasureState.DONE, now, ""
    erasure.save(update_fields=["state", "finished_at", "note"])
    record_audit(
        actor=erasure.settled_by,
        action="person.erased",
        record_type="person",
        record_uid=erasure.person_uid,
        detail={"erasure": str(erasure.uid), "counts": erasure.tombstone.counts},
        now=now,
    )
    bus.announce(PersonErased(person_id=erasure.person_id, person_uid=erasure.person_uid, at=now))


@action
def go_on_with_all(*, now: datetime) -> int:
    """Put every erasure in line again that is not through: what a job lost to a dead machine had begun. How many."""
    running = Erasure.objects.filter(state=ErasureState.RUNNING).values_list("pk", flat=True)
    for erasure_id in running:
        jobs.enqueue("retention.erase", once=f"retention.erase:{erasure_id}", erasure_id=erasure_id)
    return len(running)


def known_tombstone(erasure_uid: UUID) -> Tombstone | None:
    """Of an erasure of the list outside; None where this database has not heard of it."""
    return Tombstone.objects.select_related("erasure").filter(erasure__uid=erasure_uid).first()
