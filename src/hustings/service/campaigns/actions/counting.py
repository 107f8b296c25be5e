"""How many letters a campaign has, by state and day, kept up to date as they come; a recount where rows changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count as Number
from django.db.models import Max, Min, Q

from hustings.foundation.core import bulk

from ..models import Count, Group, Member
from .comparing import known_groups

_ADD = """
insert into campaigns_count (group_id, day, state_code, letters)
select * from unnest(%s::bigint[], %s::date[], %s::text[], %s::int[])
on conflict (group_id, day, state_code) do update set letters = campaigns_count.letters + excluded.letters
"""
_KNOWN = """
select distinct coalesce(g.combined_into_id, g.id), m.person_id
from campaigns_member m join campaigns_group g on g.id = m.group_id
where m.person_id = any(%s) and m.id < %s and coalesce(g.combined_into_id, g.id) = any(%s)
"""
_ONTO = """
update campaigns_group g set letters = g.letters + new.letters, people = g.people + new.people,
    lifted = g.lifted + new.lifted,
    first_at = least(g.first_at, new.first_at), last_at = greatest(g.last_at, new.last_at)
from unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::timestamptz[], %s::timestamptz[])
    as new (id, letters, people, lifted, first_at, last_at)
where g.id = new.id
"""


@dataclass(frozen=True, slots=True)
class Top:
    """A campaign that letters are read as: how many it has with these."""

    uid: UUID
    letters: int


def add(rows: Iterable[tuple[int, date, str]]) -> None:
    """One more letter for each of (group, day, state)."""
    counts = sorted(Counter(rows).items())
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            [
                [group for (group, _day, _state), _n in counts],
                [day for (_group, day, _state), _n in counts],
                [state for (_group, _day, state), _n in counts],
                [n for _key, n in counts],
            ],
        )


def count_onto(rows: Sequence[tuple[int, int, datetime, bool]], *, before: int) -> dict[int, Top]:
    """Count letters (group, person, moment, lifted) onto the campaigns they are read as, which are given by group.
    `before`: members from this id on are these letters."""
    groups = dict(Group.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", "combined_into_id"))
    tops = {into or pk for pk, into in groups.items()}
    held = (
        Group.objects.select_for_update(no_key=True)
        .filter(pk__in=tops)
        .order_by("pk")
        .values_list("pk", "uid", "letters")
    )
    there = {pk: (uid, letters) for pk, uid, letters in held}
    found = bulk.fetch(_KNOWN, bulk.bigints({row[1] for row in rows}), before, bulk.bigints(tops))
    known = {(top, person) for top, person in found}
    by_top: dict[int, list[tuple[int, int, datetime, bool]]] = defaultdict(list)
    for row in rows:
        by_top[groups[row[0]] or row[0]].append(row)
    new = []
    for pk, letters in sorted(by_top.items()):
        people = {person for _group, person, _at, _lifted in letters if (pk, person) not in known}
        times = [at for _group, _person, at, _lifted in letters]
        new.append((pk, len(letters), len(people), sum(row[3] for row in letters), min(times), max(times)))
    with connection.cursor() as cursor:
        cursor.execute(_ONTO, [list(column) for column in zip(*new, strict=True)])
    return {pk: _with(there[into or pk], len(by_top[into or pk])) for pk, into in groups.items()}


def _with(held: tuple[UUID, int], more: int) -> Top:
    return Top(held[0], held[1] + more)


def recount(groups: Iterable[int]) -> None:
    """Count these campaigns anew from their letters, with those that are combined into them."""
    for group in known_groups(groups).values():
        members = Member.objects.filter(Q(group=group) | Q(group__combined_into=group))
        told = members.aggregate(
            letters=Number("pk"),
            people=Number("person_id", distinct=True),
            lifted=Number("pk", filter=~Q(reason="")),
            first=Min("at"),
            last=Max("at"),
        )
        group.letters, group.people, group.lifted = told["letters"], told["people"], told["lifted"]
        group.first_at, group.last_at = told["first"] or group.first_at, told["last"] or group.last_at
        group.save(update_fields=["letters", "people", "lifted", "first_at", "last_at"])


def recount_days(groups: Iterable[int]) -> None:
    """The counts by state and day, anew: after letters moved from one group to another."""
    for group in groups:
        Count.objects.filter(group_id=group).delete()
        members = Member.objects.filter(group_id=group).values_list("at", "state_code")
        rows = Counter((at.date(), state) for at, state in members)
        Count.objects.bulk_create(
            Count(group_id=group, day=day, state_code=state, letters=n) for (day, state), n in rows.items()
        )
