"""Conditions: asked of one record and of the database they give the same; and their stored form comes back."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hustings.foundation.access.models import User
from hustings.foundation.automation.conditions.evaluate import Subject, holds
from hustings.foundation.automation.conditions.filters import Frame, filter_of
from hustings.foundation.automation.conditions.operators import CHANGED, DAY, DAYS, MANY, NOTHING, operators_of
from hustings.foundation.automation.conditions.tree import BadCondition, Group, Leaf, leaves, told_of, tree_from
from hustings.foundation.core import records

from .samples import NOW, TYPE, Sample

FIELDS = {one.name: one for one in TYPE.fields}
ZONE = zoneinfo.ZoneInfo("America/New_York")
FILTERED = [name for name in FIELDS if name != "length"]
LETTERS = "aAbBéÉßİñÑ%_\\ '\""
words = st.text(LETTERS, max_size=4)
days = st.dates(date(2028, 10, 10), date(2028, 10, 29))
moments = st.integers(0, 19 * 24 * 60).map(
    lambda minutes: datetime(2028, 10, 10, tzinfo=UTC) + timedelta(minutes=minutes)
)


def value_for(one, needs):
    if needs == NOTHING:
        return st.just("")
    if needs == DAYS:
        return st.integers(0, 12).map(str)
    if needs == DAY:
        return days.map(date.isoformat)
    single = {
        records.NUMBER: st.sampled_from(["0", "1", "2.5", "-3", "1000", "2.500"]),
        records.MONEY: st.sampled_from(["0", "1", "2.50", "$3", "0.005"]),
        records.CHOICE: st.sampled_from(["sign", "ride", "call", "gone"]),
        records.USER: st.sampled_from(["1", "2", "nobody", "007"]),
    }.get(one.kind, words)
    return st.lists(single, min_size=1, max_size=3) if needs == MANY else single


@st.composite
def leaf(draw):
    one = FIELDS[draw(st.sampled_from(FILTERED))]
    asked = draw(st.sampled_from([op for op in operators_of(one) if op not in CHANGED]))
    return Leaf(one.name, asked.name, draw(value_for(one, asked.needs)))


trees = st.recursive(
    leaf(),
    lambda part: st.builds(lambda parts, every: Group(tuple(parts), every), st.lists(part, max_size=3), st.booleans()),
    max_leaves=6,
).map(lambda part: part if isinstance(part, Group) else Group((part,)))

rows = st.fixed_dictionaries(
    {
        "title": words,
        "body": st.none() | words,
        "secret": words,
        "size": st.none() | st.integers(-4, 4) | st.just(1000),
        "price": st.none() | st.sampled_from([0, 1, 100, 250, 300]),
        "weight": st.none() | st.sampled_from([Decimal("2.5"), Decimal(1), Decimal(-3)]),
        "day": st.none() | days,
        "moment": st.none() | moments,
        "kind": st.sampled_from(["", "sign", "ride", "gone"]),
        "tags": st.lists(words, max_size=2),
        "is_good": st.booleans(),
        "holder_id": st.sampled_from([None, 1, 2]),
    }
)


@pytest.fixture
def two(sample_type):
    for pk in (1, 2):
        User.objects.create(pk=pk, email=f"{pk}@adair.example.org", name=f"Number {pk}")


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees, facts=st.lists(rows, min_size=1, max_size=4))
@example(Group((Leaf("size", "is_not", "2.5"), Leaf("size", "more", "2.5"))), [{"size": 3}, {"size": 2}, {}])
@example(Group((Leaf("moment", "on_day", "2028-10-19"),)), [{"moment": datetime(2028, 10, 19, 3, tzinfo=UTC)}])
@example(Group((Leaf("body", "none_of", ["a"]),)), [{"body": None}, {"body": ""}, {"body": "A"}])
@example(Group((Group((), False), Leaf("kind", "is", "sign")), False), [{"kind": "ride"}])
def test_a_record_at_hand_and_the_database_agree(two, tree, facts):
    made = Sample.objects.bulk_create(Sample(**each) for each in facts)
    ids = [row.pk for row in made]
    frame = Frame(Sample, FIELDS, NOW, ZONE)
    asked = filter_of(tree, frame)
    assert asked.whole
    by_hand = [
        row.pk
        for row in Sample.objects.filter(pk__in=ids).select_related("holder")
        if holds(tree, Subject(row, FIELDS, NOW, ZONE))
    ]
    by_query = Sample.objects.filter(pk__in=ids).filter(asked.q).values_list("pk", flat=True)
    assert sorted(by_query) == sorted(by_hand)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees, facts=st.lists(rows, min_size=1, max_size=3), more=st.sampled_from([True, False]))
def test_what_the_database_cannot_tell_lets_more_through_never_less(two, tree, facts, more):
    tree = Group((tree, Leaf("length", "more", "1")), more)
    made = Sample.objects.bulk_create(Sample(**each) for each in facts)
    asked = filter_of(tree, Frame(Sample, FIELDS, NOW, ZONE))
    assert not asked.whole
    found = set(Sample.objects.filter(pk__in=[row.pk for row in made]).filter(asked.q).values_list("pk", flat=True))
    assert {row.pk for row in made if holds(tree, Subject(row, FIELDS, NOW, ZONE))} <= found


@given(trees)
def test_the_stored_form_comes_back(tree):
    assert tree_from(told_of(tree)) == tree
    assert list(leaves(tree_from(told_of(tree)))) == list(leaves(tree))


@pytest.mark.parametrize(
    "told", ["x", {"all": "x"}, {"all": [{"is": "is"}]}, {"all": [{"field": "a", "is": "is", "value": 3}]}]
)
def test_what_is_no_condition_is_refused(told):
    with pytest.raises(BadCondition):
        tree_from(told)


def test_conditions_too_deep_are_refused():
    told = {"all": []}
    for _depth in range(9):
        told = {"all": [told]}
    with pytest.raises(BadCondition):
        tree_from(told)


def test_changes_are_asked_of_what_has_just_happened():
    sample = Sample(kind="sign", tags=["b"])
    subject = Subject(sample, FIELDS, NOW, ZONE, changes={"kind": ["ride", "sign"], "tags": [["a"], ["a", "b"]]})
    assert holds(Leaf("kind", "changed"), subject)
    assert holds(Leaf("kind", "changed_to", "sign"), subject)
    assert holds(Leaf("kind", "changed_from", "ride"), subject)
    assert holds(Leaf("tags", "changed_to", "B"), subject)
    assert not holds(Leaf("kind", "changed_to", "ride"), subject)
    assert not holds(Leaf("title", "changed"), subject)


def test_a_field_that_is_not_there_holds_for_nothing():
    subject = Subject(Sample(), FIELDS, NOW, ZONE)
    for op in ("is", "is_not", "empty", "filled", "none_of"):
        assert not holds(Leaf("nothing", op, "x"), subject)
        assert (
            filter_of(Leaf("nothing", op, "x"), Frame(Sample, FIELDS, NOW, ZONE)).q
            == filter_of(Leaf("nothing", "is", "x"), Frame(Sample, FIELDS, NOW, ZONE)).q
        )


def test_days_are_those_of_the_owners_zone():
    late = Sample(moment=datetime(2028, 10, 20, 3, 30, tzinfo=UTC))  # half past eleven in the evening of the 19th
    assert holds(Leaf("moment", "on_day", "2028-10-19"), Subject(late, FIELDS, NOW, ZONE))
    assert not holds(Leaf("moment", "on_day", "2028-10-20"), Subject(late, FIELDS, NOW, ZONE))
    assert holds(Leaf("moment", "next_days", "0"), Subject(late, FIELDS, NOW + timedelta(hours=10), ZONE))
