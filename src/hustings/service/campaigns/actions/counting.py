"""How many letters a campaign has, by state and day, kept up to date as they come; a recount where rows changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

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
# Of the groups that are to be read as others: how many people wrote to them alone, and not to the other before.
_JOINING = """
select joining.top, count(distinct m.person_id)
from unnest(%s::bigint[], %s::bigint[]) as joining (id, top)
join campaigns_group g on g.id = joining.id or g.combined_into_id = joining.id
join campaigns_member m on m.group_id = g.id
where not exists (
    select from campaigns_member o join campaigns_group og on og.id = o.group_id
    where o.person_id = m.person_id and coalesce(og.combined_into_id, og.id) = joining.top
) group by joining.top
"""
_JOIN = """
update campaigns_group g set combined_into_id = joining.top
from unnest(%s::bigint[], %s::bigint[]) as joining (id, top)
where g.id = joining.id or g.combined_into_id = joining.id
"""
_RECOUNT = """
update campaigns_group t set letters = told.letters, people = told.people, lifted = told.lifted,
    first_at = coalesce(told.first_at, t.first_at), last_at = coalesce(told.last_at, t.last_at)
from (
    select top.id, count(m.id) as letters, count(distinct m.person_id) as people,
        count(m.id) filter (where m.reason <> '') as lifted, min(m.at) as first_at, max(m.at) as last_at
    from unnest(%s::bigint[]) as top (id)
    join campaigns_group g on g.id = top.id or g.combined_into_id = top.id
    left join campaigns_member m on m.group_id = g.id
    group by top.id
) told where t.id = told.id
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


def count_joined(rows: Sequence[tuple[Group, int]]) -> None:
    """Read these groups, with what was combined into them, as others (by id): those count what these had. Nothing but
    the letters of who goes is looked at, however many the other has."""
    ids = [bulk.bigints([group.pk for group, _top in rows]), bulk.bigints([top for _group, top in rows])]
    people = dict(bulk.fetch(_JOINING, *ids))
    bulk.fetch(_JOIN, *ids)
    by_top: dict[int, list[Group]] = defaultdict(list)
    for group, top in rows:
        by_top[top].append(group)
    new = [
        (
            *(top, sum(group.letters for group in groups), people.get(top, 0), sum(group.lifted for group in groups)),
            *(min(group.first_at for group in groups), max(group.last_at for group in groups)),
        )
        for top, groups in sorted(by_top.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ONTO, [list(column) for column in zip(*new, strict=True)])


def recount(groups: Iterable[int]) -> None:
    """Count these campaigns anew from their letters, with those that are combined into them."""
    if held := known_groups(groups):
        bulk.fetch(_RECOUNT, bulk.bigints(held))


def recount_days(groups: Iterable[int]) -> None:
    """The counts by state and day, anew: after letters moved from one group to another."""
    for group in groups:
        Count.objects.filter(group_id=group).delete()
        members = Member.objects.filter(group_id=group).values_list("at", "state_code")
        rows = Counter((at.date(), state) for at, state in members)
        Count.objects.bulk_create(
            Count(group_id=group, day=day, state_code=state, letters=n) for (day, state), n in rows.items()
        )
