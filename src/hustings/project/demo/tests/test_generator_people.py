"""The people of the sample: invented, each with a place, and none whom the public knows."""

from random import Random

import pytest

from hustings.project.demo.generator import letters, people
from hustings.project.demo.generator.featured import featured_letters
from hustings.project.demo.generator.names import compose_name, denied_names, name_lists
from hustings.project.demo.generator.places import place_at, place_of


def test_people_are_the_same_for_a_seed_and_their_addresses_are_their_own():
    first = list(people(2000, 1))
    assert first == list(people(2000, 1))
    assert len(first) == 1200
    assert len({person.address for person in first}) == 1200
    assert len({person.key for person in first}) == 1200


def test_people_beyond_the_checked_ones_have_addresses_of_their_own():
    addresses = [person.address for person in people(12000, 5)]
    assert len(set(addresses)) == 7200


def test_writers_are_these_people():
    by_key = {person.key: person for person in people(600, 4)}
    for letter in letters(count=600, seed=4):
        if letter.kind == "inquiry":
            person = by_key[letter.person]
            assert (person.name, person.address, person.place.zip) == (letter.name, letter.address, letter.zip)


def test_nobody_bears_a_denied_name():
    for seed in (1, 2, 3):
        assert not {person.name for person in people(3000, seed)} & denied_names()


def test_the_deny_list_guards_names_the_lists_would_compose():
    lists = name_lists()
    firsts = {name for key, names in lists.items() if not key.endswith("last") for name in names}
    lasts = {name for key, names in lists.items() if key.endswith("last") for name in names}
    reachable = [name for name in denied_names() if name.split()[0] in firsts and name.split()[-1] in lasts]
    assert reachable


@pytest.mark.parametrize("name", ["Marsha Blackburn", "Marcus Garvey", "Beth Chapman", "Darius Rucker", "Emma Watson"])
def test_well_known_names_are_denied(name: str):
    assert name in denied_names()


def test_a_name_fits_the_person():
    rng = Random(1)
    lists = name_lists()
    name = compose_name(rng, age="old", gender="f", hispanic=True)
    assert name.first in lists["hispanic_f"]
    assert name.last in lists["hispanic_last"]


def test_letters_by_hand_live_at_real_places():
    for featured in featured_letters():
        assert place_of(featured.person_settings["zip"]).city


def test_a_place_for_any_draw():
    assert place_at(0.0, 0.0).state == "CA"
    assert place_at(0.9999999, 0.9999999).state == "DC"
    with pytest.raises(KeyError):
        place_of("00000")
