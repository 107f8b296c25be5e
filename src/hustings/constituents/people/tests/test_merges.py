"""Whatever is merged and undone, in any order: one step leads to the top, there is no circle, undoing restores."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.constituents.people.actions.merges import merge_people, tell_apart, undo_merge
from hustings.constituents.people.models import Distinction, Merge, Person
from hustings.constituents.people.queries import canonical_id, canonical_ids, members

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
COUNT = 6

steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)),
        st.tuples(st.just("undo"), st.integers(0, 20), st.just(0)),
    ),
    max_size=14,
)


def relation() -> dict[int, int | None]:
    return dict(Person.objects.values_list("id", "canonical_id"))


def expected(edges: dict[int, int], ids: list[int]) -> dict[int, int | None]:
    """Each record's top by the merges in force, worked out the long way."""
    tops: dict[int, int | None] = {}
    for pk in ids:
        here = pk
        while here in edges:
            here = edges[here]
        tops[pk] = None if here == pk else here
    return tops


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(steps)
def test_any_sequence_of_merges_and_undos_keeps_the_relation_flat(sequence):
    with transaction.atomic():
        ids = [Person.objects.create(name=f"Person {number}").pk for number in range(COUNT)]
        people = {pk: Person.objects.get(pk=pk) for pk in ids}
        edges: dict[int, int] = {}
        in_force: dict[int, int] = {}
        made: list[Merge] = []
        for step, first, second in sequence:
            if step == "undo":
                if made:
                    merge = made[first % len(made)]
                    undo_merge(actor=None, merge=merge, now=NOW)
                    # Undone a second time it changes nothing: a later merge of the same record stands.
                    if in_force.get(merge.person_id) == merge.pk:
                        del edges[merge.person_id], in_force[merge.person_id]
            else:
                before, one, other = relation(), people[ids[first]], people[ids[second]]
                if canonical_id(one.pk) == canonical_id(other.pk):
                    with pytest.raises(ValidationError):
                        merge_people(actor=None, person=one, into=other, now=NOW)
                    assert relation() == before
                    continue
                merge = merge_people(actor=None, person=one, into=other, now=NOW)
                undo_merge(actor=None, merge=merge, now=NOW)
                assert relation() == before  # undoing at once restores everything
                merge = merge_people(actor=None, person=one, into=other, now=NOW)
                edges[merge.person_id] = merge.into_id
                in_force[merge.person_id] = merge.pk
                made.append(merge)
            now_is = relation()
            assert {pk: now_is[pk] for pk in ids} == expected(edges, ids)
            tops = {top for top in now_is.values() if top is not None}
            assert all(now_is[top] is None for top in tops)
            for pk in ids:
                whole = members(pk)
                assert pk in whole
                assert whole[0] == canonical_id(pk)
                assert all(set(members(other)) == set(whole) for other in whole)
        transaction.set_rollback(True)


def test_undoing_a_lower_merge_leaves_the_upper_one(make_person, now):
    a, b, c, d = (make_person(name) for name in ("A A", "B B", "C C", "D D"))
    merge_people(actor=None, person=d, into=a, now=now)
    lower = merge_people(actor=None, person=a, into=b, now=now)
    merge_people(actor=None, person=b, into=c, now=now)
    assert set(members(d.pk)) == {a.pk, b.pk, c.pk, d.pk}
    undo_merge(actor=None, merge=lower, now=now)
    assert members(d.pk) == [a.pk, d.pk]
    assert members(b.pk) == [c.pk, b.pk]
    assert canonical_ids([a.pk, b.pk, d.pk]) == {a.pk: a.pk, b.pk: c.pk, d.pk: a.pk}


def test_merging_into_a_merged_record_reaches_its_top(make_person, now):
    a, b, c = (make_person(name) for name in ("A A", "B B", "C C"))
    merge_people(actor=None, person=b, into=c, now=now)
    merge = merge_people(actor=None, person=a, into=b, now=now)
    assert (merge.person_id, merge.into_id) == (a.pk, c.pk)
    assert canonical_id(a.pk) == c.pk


def test_undoing_twice_changes_nothing(make_person, now):
    a, b = make_person("A A"), make_person("B B")
    merge = merge_people(actor=None, person=a, into=b, now=now)
    undo_merge(actor=None, merge=merge, now=now)
    first = merge.undone_at
    undo_merge(actor=None, merge=merge, now=datetime(2029, 1, 1, tzinfo=UTC))
    assert merge.undone_at == first
    assert members(a.pk) == [a.pk]


def test_a_volunteer_merges_nobody(make_person, cast, now):
    a, b = make_person("A A"), make_person("B B")
    with pytest.raises(PermissionDenied):
        merge_people(actor=cast["volunteer"], person=a, into=b, now=now)
    merge = merge_people(actor=cast["lead"], person=a, into=b, reason=" Said so ", now=now)
    assert merge.reason == "Said so"
    assert merge.by_id == cast["lead"].pk
    with pytest.raises(PermissionDenied):
        undo_merge(actor=cast["volunteer"], merge=merge, now=now)
    assert canonical_id(a.pk) == b.pk
    with pytest.raises(PermissionDenied):
        tell_apart(actor=cast["volunteer"], person=a, other=b, now=now)
    assert not Distinction.objects.exists()


def test_two_told_apart_are_kept_once(make_person, cast, now):
    a, b = make_person("A A"), make_person("B B")
    one = tell_apart(actor=cast["lead"], person=b, other=a, now=now)
    two = tell_apart(actor=cast["lead"], person=a, other=b, now=now)
    assert (one.pk, one.person_id, one.other_id) == (two.pk, a.pk, b.pk)


def test_the_database_itself_refuses_a_record_that_is_its_own_top(make_person):
    a = make_person("A A")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=a.pk).update(canonical_id=a.pk)
