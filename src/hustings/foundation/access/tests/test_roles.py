"""How grants compose, as properties of any roles; and the roles that came with the house."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.access import ready_made
from hustings.foundation.access.roles import (
    ROWS,
    VERBS,
    BadRole,
    Definition,
    RecordGrant,
    compile_grants,
    definition_from,
    told_of,
)
from hustings.foundation.core.guard import Level
from hustings.foundation.core.records import Field


@dataclass
class Kind:
    """As much of a record type as grants ask for."""

    name: str
    private: bool = False
    fields: list[Field] = field(default_factory=list)


KINDS: list[Any] = [
    Kind("voter", fields=[Field("name", "n"), Field("phone", "p", sensitive=True)]),
    Kind("letter", fields=[Field("text", "t")]),
    Kind("file", private=True, fields=[Field("finding", "f", sensitive=True)]),
]
ALL_FIELDS = [(kind.name, one.name) for kind in KINDS for one in kind.fields]


@pytest.fixture(autouse=True, scope="module")
def _own_fields():
    """These kinds have their own fields alone: none that an administrator added."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hustings.foundation.access.roles.fields_of", lambda kind: kind.fields)
        yield


levels = st.sampled_from(list(Level))
fields = st.dictionaries(st.sampled_from(["*", "**", "name", "phone", "text", "finding"]), levels, max_size=4)
grants = st.builds(
    RecordGrant,
    verbs=st.frozensets(st.sampled_from(VERBS)),
    rows=st.frozensets(st.sampled_from(ROWS)),
    fields=fields,
    never=st.frozensets(st.sampled_from(VERBS), max_size=1),
    never_fields=st.frozensets(st.sampled_from(["name", "phone", "text", "finding"]), max_size=1),
)
abilities = st.frozensets(st.sampled_from(["lead", "audit", "erase"]))
roles = st.builds(
    Definition,
    slug=st.sampled_from("abcdef"),
    records=st.dictionaries(st.sampled_from(["*", "voter", "letter", "file"]), grants, max_size=4),
    abilities=abilities,
    never_abilities=st.frozensets(st.sampled_from(["lead", "audit", "erase"]), max_size=1),
    second_factor=st.booleans(),
    people_a_shift=st.none() | st.integers(1, 500),
)
never_less = st.lists(roles, max_size=4)


def without_nevers(role: Definition) -> Definition:
    return Definition(
        role.slug,
        {name: RecordGrant(grant.verbs, grant.rows, grant.fields) for name, grant in role.records.items()},
        role.abilities,
        frozenset(),
        role.second_factor,
        role.people_a_shift,
    )


@given(st.lists(roles, max_size=4), roles)
def test_another_role_without_a_never_takes_nothing_away(held, more):
    before, after = compile_grants(held, KINDS), compile_grants([*held, without_nevers(more)], KINDS)
    for place in ALL_FIELDS:
        assert after.level(*place) >= before.level(*place)
    for kind in KINDS:
        assert after.verbs.get(kind.name, frozenset()) >= before.verbs.get(kind.name, frozenset())
        assert after.rows(kind.name) >= before.rows(kind.name)
    assert after.abilities >= before.abilities


@given(st.lists(roles, min_size=1, max_size=4))
def test_each_level_is_the_highest_of_the_roles_by_themselves(held):
    free = [without_nevers(role) for role in held]
    together, alone = compile_grants(free, KINDS), [compile_grants([role], KINDS) for role in free]
    for place in ALL_FIELDS:
        assert together.level(*place) == max(one.level(*place) for one in alone)
    assert together.abilities == frozenset().union(*(one.abilities for one in alone))


@given(st.lists(roles, max_size=3), st.lists(roles, max_size=3), st.sampled_from(ALL_FIELDS))
def test_a_never_wins_over_every_grant(before, after, place):
    record, name = place
    no = Definition("no", {record: RecordGrant(never_fields=frozenset([name]), never=frozenset(["export"]))})
    together = compile_grants([*before, no, *after], KINDS)
    assert together.level(record, name) == Level.HIDDEN
    assert not together.may(record, "export")


@given(st.lists(roles, max_size=4))
def test_without_see_nothing_of_a_type_is_seen(held):
    together = compile_grants(held, KINDS)
    for record, name in ALL_FIELDS:
        if not together.may(record, "see"):
            assert together.level(record, name) == Level.HIDDEN
            assert together.rows(record) == frozenset()


@given(st.lists(roles, max_size=4))
def test_the_order_of_roles_does_not_matter(held):
    assert compile_grants(held, KINDS) == compile_grants(list(reversed(held)), KINDS)


@given(st.lists(roles, max_size=4))
def test_every_type_does_not_mean_a_private_one(held):
    if not any("file" in role.records for role in held):
        assert compile_grants(held, KINDS).level("file", "finding") == Level.HIDDEN


@given(roles)
def test_a_role_survives_being_written_down(role):
    # What is told twice of a field, a level and a never, is a never.
    plain = definition_from(role.slug, told_of(role))
    assert compile_grants([plain], KINDS) == compile_grants([role], KINDS)
    assert told_of(plain) == told_of(definition_from(role.slug, told_of(plain)))


def test_all_ordinary_fields_do_not_include_what_is_sensitive():
    role = definition_from("r", {"records": {"voter": {"verbs": ["see"], "rows": ["all"], "fields": {"*": "edit"}}}})
    together = compile_grants([role], KINDS)
    assert (together.level("voter", "name"), together.level("voter", "phone")) == (Level.EDIT, Level.HIDDEN)


def test_a_name_beats_what_is_said_of_all_fields():
    told = {"*": {"verbs": ["see"], "fields": {"**": "edit"}}, "voter": {"verbs": [], "fields": {"phone": "masked"}}}
    together = compile_grants([definition_from("r", {"records": told})], KINDS)
    assert together.level("voter", "phone") == Level.MASKED


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"records": {"voter": {"verbs": ["peek"]}}}, "voter.verbs: peek is not known"),
        ({"records": {"voter": {"rows": ["mine"]}}}, "voter.rows: mine is not known"),
        ({"records": {"voter": {"fields": {"phone": "half"}}}}, "voter.phone: 'half' is no level"),
        ({"records": ["voter"]}, "records: ['voter'] is not a set of names and values"),
        ({"people_a_shift": 0}, "people_a_shift: 0 is no number of people"),
    ],
)
def test_a_definition_that_cannot_be_is_refused_with_its_place(told, said):
    with pytest.raises(BadRole, match="^" + said.replace("[", r"\[").replace("]", r"\]")):
        definition_from("r", told)


def test_the_ready_made_roles_are_those_the_campaign_needs():
    assert sorted(ready_made.DEFINITIONS) == sorted(
        [
            *("administrator", "director", "state-director", "lead", "volunteer", "contact-supervisor", "caller"),
            *("voter-protection", "counsel", "compliance", "budget", "fundraising", "scheduling", "vetting", "press"),
            *("security", "data", "observer"),
        ]
    )
    said = {ability for role in ready_made.DEFINITIONS.values() for ability in role.abilities}
    assert said <= set(ready_made.ABILITIES)
    assert "budget" not in ready_made.DEFINITIONS["fundraising"].abilities
    assert "fundraising" not in ready_made.DEFINITIONS["budget"].abilities
