"""Two records found to be one person, and taking that back. No row moves: only `canonical_id` changes.

The merges in force are a forest: each joins the top record of one person to that of another, so a record has at most
one way up and there is never a circle. Undoing one cuts its branch, whatever was merged before or since; what was
below it stays together. `canonical_id` is always the top, so readers take one step.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.foundation.retention.actions.refusing import why_not_merged

from ..announcements import PeopleMerged, PersonChanged
from ..models import Distinction, Merge, Person
from ..queries import canonical_id, members
from ..rules import flattened, may_merge

LOCK = 7_041_877  # merges are rare and done by hand: one at a time keeps the forest a forest


def _one_at_a_time(actor: User | None) -> None:
    if actor is not None and not may_merge(actor):
        raise PermissionDenied
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


@action
def merge_people(*, actor: User | None, person: Person, into: Person, reason: str = "", now: datetime) -> Merge:
    """`person`, with all that was merged into it, is read as `into` from now on. Raises ValidationError when they are
    one person already or a legal hold is over `person`, PermissionDenied for whoever does not lead."""
    _one_at_a_time(actor)
    below, above = canonical_id(person.pk), canonical_id(into.pk)
    if below == above:
        raise ValidationError(_("These are one person already."), code="same")
    if said := why_not_merged(actor, "person", below):
        raise ValidationError(said, code="held")
    merge = Merge.objects.create(
        person_id=below, into_id=above, at=now, by_id=actor.pk if actor else None, reason=reason.strip()
    )
    Person.objects.filter(pk__in=members(below)).update(canonical_id=above)
    _tell(merge, undone=False, now=now, actor=actor)
    return merge


@action
def undo_merge(*, actor: User | None, merge: Merge, now: datetime) -> None:
    """The record stands by itself again, with what had been merged into it. Undoing twice changes nothing."""
    _one_at_a_time(actor)
    merge.refresh_from_db()
    if merge.undone_at is not None:
        return
    whole = members(merge.person_id)
    merge.undone_at, merge.undone_by_id = now, actor.pk if actor else None
    merge.save(update_fields=["undone_at", "undone_by_id"])
    edges = Merge.objects.filter(person_id__in=whole, undone_at__isnull=True).values_list("person_id", "into_id")
    tops = flattened(dict(edges))
    below = [pk for pk in whole if tops.get(pk) == merge.person_id]
    Person.objects.filter(pk__in=below).update(canonical_id=merge.person_id)
    # The top of its own person points nowhere.
    Person.objects.filter(pk=merge.person_id).update(canonical_id=None)
    _tell(merge, undone=True, now=now, actor=actor)


def _tell(merge: Merge, *, undone: bool, now: datetime, actor: User | None) -> None:
    bus.announce(
        PeopleMerged(
            person_id=merge.person_id,
            into_id=merge.into_id,
            undone=undone,
            merge_uid=merge.uid,
            at=now,
            actor_id=actor.pk if actor else None,
        )
    )
    bus.announce(PersonChanged(person_id=merge.person_id))
    bus.announce(PersonChanged(person_id=merge.into_id))


@action
def tell_apart(*, actor: User | None, person: Person, other: Person, now: datetime) -> Distinction:
    """These two look alike and are two people: they are not proposed to each other again."""
    _one_at_a_time(actor)
    first, second = sorted((canonical_id(person.pk), canonical_id(other.pk)))
    if first == second:
        raise ValidationError(_("These are one person. Undo the merge first."), code="same")
    found, _made = Distinction.objects.get_or_create(
        person_id=first, other_id=second, defaults={"at": now, "by_id": actor.pk if actor else None}
    )
    return found
