"""Who may be the same person. A simple rule that says its reason; a person decides."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read, unveiled

from ..models import Distinction, Identifier, IdentifierKind, Person, PersonFact
from . import canonical_ids, canonical_visible_to
from .page import Whole

MOST = 5


@dataclass(frozen=True)
class Likeness:
    person: Person
    reason: str


def perhaps_same(user: User, whole: Whole) -> list[Likeness]:
    """Others the user may see who have the same phone, or the same full name in the same ZIP or household.

    One number stands with one person only, so "the same phone" means: someone else's number was stated for this
    person too (or this one's for them). Pairs that were told apart are not proposed again.
    """
    apart = _told_apart(whole.member_ids)
    reasons: dict[int, str] = {}
    if may_read("person", "phone"):
        for person_id in _same_phone(whole):
            reasons[person_id] = _("the same phone")
    if may_read("person", "name", "state", "zip", "household"):
        for person_id in _same_name(whole):
            reasons.setdefault(person_id, _("the same name at the same place"))
    roots = canonical_ids(reasons)
    by_root = {roots[pk]: reason for pk, reason in reasons.items()}
    wanted = [pk for pk in by_root if pk not in apart and pk not in whole.member_ids]
    found = canonical_visible_to(user).filter(pk__in=wanted).order_by("id")[:MOST]
    return [Likeness(person, by_root[person.pk]) for person in found]


def _told_apart(member_ids: list[int]) -> set[int]:
    pairs = Distinction.objects.filter(Q(person_id__in=member_ids) | Q(other_id__in=member_ids))
    ids = {pk for pair in pairs.values_list("person_id", "other_id") for pk in pair} - set(member_ids)
    return ids | set(canonical_ids(ids).values())


def _same_phone(whole: Whole) -> set[int]:
    mine = {i.value for i in whole.standing.phones} | {fact.value for fact in whole.facts.get("phone", [])}
    if not mine:
        return set()
    with unveiled():  # by telephones alone, which the reader may read
        held = Identifier.objects.filter(kind=IdentifierKind.PHONE, value__in=mine)
        owners = held.values_list("person_id", flat=True)
    if not may_read("person", "state", "zip"):
        return set(owners)
    # Only those this person shares a place with are looked at: facts have no index by value.
    near = Person.objects.filter(state_code=whole.person.state_code, zip=whole.person.zip).exclude(zip="").values("id")
    with unveiled():
        said = PersonFact.objects.filter(field="phone", value__in=mine, person_id__in=near[:500])
    return set(owners) | set(said.values_list("person_id", flat=True))


def _same_name(whole: Whole) -> set[int]:
    person = whole.person
    if not (person.first_name and person.last_name):
        return set()
    here = Q(state_code=person.state_code, zip=person.zip) if person.zip else Q(pk__in=[])
    if person.household_id:
        here |= Q(household_id=person.household_id)
    rows = Person.objects.filter(here, name__iexact=person.name).exclude(pk__in=whole.member_ids)
    return set(rows.values_list("id", flat=True)[: MOST * 4])
