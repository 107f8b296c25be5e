"""A rule asks by added fields of people: the database's answer is the same as asking each person."""

from typing import Any

import pytest

from hustings.constituents.people.models import Person
from hustings.foundation.access import grants
from hustings.foundation.automation.conditions.evaluate import holds
from hustings.foundation.automation.conditions.filters import filter_of
from hustings.foundation.automation.conditions.tree import Group, Leaf
from hustings.foundation.automation.queries.asking import frame_of, reading_for, subject_of
from hustings.foundation.core import records
from hustings.foundation.objects.actions.shaping import add_field
from hustings.foundation.objects.actions.values import set_values
from hustings.foundation.objects.queries.shape import forget

from .conftest import NOW

WORDS = ("is", "is_not", "contains", "lacks")
EMPTY = ("empty", "filled")
ASKED = [
    *((op, "diet", value) for op in WORDS for value in ("vegan", "VEG", "", "rice")),
    *((op, "size", value) for op in ("is", "is_not") for value in ("large", "small", "")),
    *((op, "size", value) for op in ("one_of", "none_of") for value in (["large"], ["large", "small"], [""])),
    *((op, "pledge", value) for op in ("is", "is_not", "more", "less") for value in ("25.50", "3")),
    *((op, "visits", value) for op in ("is", "is_not", "more", "less") for value in ("3", "3.5")),
    *((op, "born", value) for op in ("on_day", "before", "after") for value in ("1980-02-01", "1985-01-01")),
    *((op, "born", value) for op in ("last_days", "next_days", "older_days") for value in ("10", "3000")),
    *((op, "skills", value) for op in ("contains", "lacks") for value in ("phones", "doors")),
    *((op, "drives", "") for op in ("yes", "no")),
    *((op, name, "") for op in EMPTY for name in ("diet", "size", "pledge", "born", "skills", "visits")),
]


@pytest.fixture(autouse=True)
def shape_anew():
    forget()
    yield
    forget()


@pytest.fixture
def people(cast, make_person) -> list[Person]:
    """With all, with some, with a row that is blank, with none."""
    admin = cast["administrator"]
    for label, kind, more in (
        ("Diet", "text", {}),
        ("Size", "choice", {"choices": ["Large", "Small"]}),
        ("Pledge", "money", {}),
        ("Visits", "number", {}),
        ("Born", "date", {}),
        ("Skills", "choices", {"choices": ["Phones", "Doors"]}),
        ("Drives", "yes_no", {}),
    ):
        add_field(actor=admin, record="person", label=label, kind=kind, now=NOW, **more)
    grants.forget(admin)
    found = [make_person(name) for name in ("All Given", "Some Given", "Blank Row", "No Row")]
    every = {"diet": "Vegan", "size": "large", "pledge": "25.50", "visits": 3, "born": "1980-02-01",
             "skills": ["phones"], "drives": True}  # fmt: skip
    for person, values in zip(found, (every, {"pledge": "3", "drives": False, "born": "2028-10-18"}), strict=False):
        set_values(actor=admin, record_type="person", record=person, values=values, now=NOW)
    set_values(actor=admin, record_type="person", record=found[2], values={"diet": "x"}, now=NOW)
    set_values(actor=admin, record_type="person", record=found[2], values={"diet": None}, now=NOW)
    return found


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked)))
def test_asked_of_the_database_as_of_each(cast, people, asked: tuple[str, str, Any]) -> None:
    op, name, value = asked
    admin, person = cast["administrator"], records.get("person")
    assert person is not None
    tree = Group((Leaf(name, op, value),))
    with reading_for(admin):
        found = filter_of(tree, frame_of(admin, person, NOW))
        one_by_one = [each for each in people if holds(tree, subject_of(admin, person, each, NOW))]
        rows = list(person.visible_to(admin).filter(found.q).order_by("pk"))
    if found.whole:
        assert [each.name for each in rows] == [each.name for each in one_by_one]
    else:
        assert name == "skills"  # no column says it; each is asked
        assert set(one_by_one) <= set(rows)
