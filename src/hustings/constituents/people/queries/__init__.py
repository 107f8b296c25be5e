"""Reading people. A merge moves no rows, so whoever reads about a person asks for the member set first.

Rows are seen by what the reader's roles grant: everyone, those of their states or counties, or those whom a room above
lets them see (the people of the conversations they may see). Lists and searches show fewer than that to whoever may
open so many in a shift: whom they have in hand, and whom they opened in it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.queries.shifts import opened_in_shift
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.once import once

from ..models import Identifier, IdentifierKind, Person
from .marked import VipMark as VipMark
from .marked import vips as vips

Scope = Callable[[User], Q | None]
_scopes: list[Scope] = []
_in_hand: list[Scope] = []
_MEMBERS = """
with root as (select coalesce((select canonical_id from people_person where id = %(id)s), %(id)s) as id)
select id from root union all select p.id from people_person p join root on p.canonical_id = root.id
"""


def register_scope(scope: Scope, *, in_hand: Scope) -> None:
    """`scope(user)` says which Person rows someone may see who sees those of their work (a condition on Person), or
    None for none of them; `in_hand(user)` which of these they are at work on themselves."""
    if scope not in _scopes:
        _scopes.append(scope)
        _in_hand.append(in_hand)


def sees_everyone(user: User) -> bool:
    """Whose roles grant every person; nobody whose access has ended."""
    return "all" in grants_of(user).rows("person")


def _scope_of(user: User) -> Q | None:
    """The condition over all that the user's roles grant; None when nothing is."""
    rows = grants_of(user).rows("person")
    granted = []
    if "state" in rows and user.states:
        granted.append(Q(state_code__in=user.states))
    if "county" in rows and user.counties:
        granted.append(Q(county_fips__in=user.counties))
    if not rows.isdisjoint(("team", "assigned")):
        granted += [condition for scope in _scopes if (condition := scope(user)) is not None]
    if not granted:
        return None
    whole = granted[0]
    for condition in granted[1:]:
        whole |= condition
    return whole


def visible_to(user: User) -> QuerySet[Person]:
    """The rows this user may see. Who may see one record of a person sees all that were merged with it."""
    if sees_everyone(user):
        return Person.objects.all()
    roots = _roots(user)
    return (
        Person.objects.none() if roots is None else Person.objects.filter(Q(pk__in=roots) | Q(canonical_id__in=roots))
    )


def _roots(user: User) -> "QuerySet[Person, Any] | None":
    """Whom the scopes name; the house asks, since a scope may be by a field that the user does not see."""
    with unveiled():
        condition = _scope_of(user)
        return None if condition is None else _whole(condition)


def _whole(condition: Q) -> "QuerySet[Person, Any]":
    return Person.objects.filter(condition).annotate(root=Coalesce(F("canonical_id"), F("id"))).values("root")


def canonical_visible_to(user: User) -> QuerySet[Person]:
    """The same, one row a person: for lists."""
    if sees_everyone(user):
        return Person.objects.filter(canonical__isnull=True)
    if (roots := _roots(user)) is None:
        return Person.objects.none()
    return Person.objects.filter(canonical__isnull=True, pk__in=roots)


def comes_by_work(user: User) -> bool:
    """Whose roles grant people by their work alone, and so many in a shift: lists show them nobody else."""
    grants = grants_of(user)
    return grants.people_a_shift is not None and grants.rows("person") <= {"team", "assigned"}


def listed_to(user: User) -> QuerySet[Person]:
    """Whom a list or a search shows this user, one row a person: everyone they may see, but who comes to people by
    their work alone is shown whom they have in hand or opened in this shift. To others their letters lead."""
    found = canonical_visible_to(user)
    if not comes_by_work(user):
        return found
    near = Q(pk__in=opened_in_shift(user, now()))
    with unveiled():
        for condition in filter(None, (in_hand(user) for in_hand in _in_hand)):
            near |= Q(pk__in=_whole(condition))
    return found.filter(near)


def find(user: User, uid: UUID) -> Person:
    """The canonical record of one person the user may see; Person.DoesNotExist when there is none such.

    Asks the scopes about this person's few rows, not about everyone's: fast for a volunteer with many queues.
    """
    person = Person.objects.select_related("canonical", "household").get(uid=uid)
    root = person.canonical or person
    if sees_everyone(user):
        return root
    with unveiled():
        condition = _scope_of(user)
        if condition is None or not Person.objects.filter(condition, pk__in=members(root.pk)).exists():
            raise Person.DoesNotExist
    return root


def members(person_id: int) -> list[int]:
    """The ids of all records that are this person, the canonical one first. An unknown id is alone. One question, asked
    once a page."""
    return list(once(("people.members", person_id), lambda: _members(person_id)))


def _members(person_id: int) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"id": person_id})
        root, *rest = (pk for (pk,) in cursor.fetchall())
    return root, *sorted(rest)


def whole_of(person_ids: Iterable[int]) -> dict[int, int]:
    """The ids of all records that are these (canonical) persons, each with the id it is read under: one question."""
    wanted = list(person_ids)
    rows = Person.objects.filter(Q(pk__in=wanted) | Q(canonical__in=wanted)).values_list("pk", "canonical_id")
    return {pk: canonical or pk for pk, canonical in rows}


def canonical_id(person_id: int) -> int:
    """The id under which this record is read now."""
    found = Person.objects.filter(pk=person_id).values_list("canonical_id", flat=True).first()
    return found or person_id


def canonical_ids(person_ids: Iterable[int]) -> dict[int, int]:
    """The same for many, in one query; unmerged ones map to themselves."""
    wanted = list(person_ids)
    merged = Person.objects.filter(pk__in=wanted, canonical__isnull=False).values_list("id", "canonical_id")
    return dict(zip(wanted, wanted, strict=True)) | dict(merged)


def best_email(person_ids: Sequence[int]) -> str:
    """The address to write to over a member set: one that does not fail, else one not yet failing for good, newest
    first; empty when there is none."""
    emails = Identifier.objects.filter(person_id__in=person_ids, kind=IdentifierKind.EMAIL, bounced_for_good=False)
    best = emails.order_by(F("bounced_at").asc(nulls_first=True), "-id").first()
    return best.value if best else ""


def is_bouncing(address: str) -> bool:
    """Whether mail to this address, which the asker has at hand, is known to fail for good."""
    with unveiled():
        return Identifier.objects.filter(
            kind=IdentifierKind.EMAIL, value=address.strip().lower(), bounced_for_good=True
        ).exists()
