"""What is computed without a database."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hustings.constituents.people import rules


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(614) 555-0142", "+16145550142"),
        ("614.555.0142", "+16145550142"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_phone_number_is_kept_in_one_shape(text, number):
    assert rules.clean_phone(text) == number


@pytest.mark.parametrize("text", ["", "12", "call me", "+"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValidationError):
        rules.clean_phone(text)


def test_a_number_is_shown_as_people_write_it():
    assert rules.phone_words("+16145550142") == "(614) 555-0142"
    assert rules.phone_words("+442079460958") == "+44 20 7946 0958"
    assert rules.phone_words("unknown") == "unknown"


def test_one_door_has_one_key():
    keys = {
        rules.household_key(street, "43211")
        for street in ("12 Main Street, Apt. 3", "12 main st apt 3", "12 MAIN ST #3", "12  Main St.  Unit 3")
    }
    assert keys == {"43211|12 main st apt 3"}
    assert rules.household_key("12 Main St", "43085") != rules.household_key("12 Main St", "43211")


@pytest.mark.parametrize(("street", "zip_code"), [("Main Street", "43211"), ("12", "43211"), ("12 Main St", "4321")])
def test_what_names_no_door_is_no_household(street, zip_code):
    with pytest.raises(ValidationError):
        rules.clean_household(street, zip_code)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ruth Abernathy", ("Ruth", "Abernathy")),
        ("Dr. Amir Sayegh Jr.", ("Amir", "Sayegh")),
        ("Ana de la Cruz", ("Ana", "de la Cruz")),
        ("Ruth", ("Ruth", "")),
    ],
)
def test_a_name_is_split(name, parts):
    assert rules.split_name(name) == parts


def test_a_colleague_is_surer_than_a_form_and_a_form_than_a_letter():
    sources = ["user:0197", "form", "import:van", "letter:0197", "rumour"]
    assert sorted(sources, key=rules.surety, reverse=True) == sources


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20))
def test_every_chain_of_merges_ends_at_its_top(pairs):
    edges: dict[int, int] = {}
    for low, high in pairs:
        if high > low:  # upward only: never a circle
            edges.setdefault(low, high)
    ends = rules.flattened(edges)
    assert ends.keys() == edges.keys()
    for start, end in ends.items():
        assert end not in edges
        here = start
        while here in edges:
            here = edges[here]
        assert here == end


def test_a_circle_of_merges_is_an_error():
    with pytest.raises(ValueError, match="circle"):
        rules.flattened({1: 2, 2: 3, 3: 1})
