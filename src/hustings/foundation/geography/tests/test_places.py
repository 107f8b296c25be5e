"""Places: loaded once, found by ZIP, states found by code and name."""

import pytest

from hustings.foundation.geography import actions, queries
from hustings.foundation.geography.models import County, State, Zip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    queries.forget()
    yield
    queries.forget()


def test_load_fills_every_state_once():
    added = actions.load_places()
    assert added == Zip.objects.count() > 40_000
    assert State.objects.filter(code__in=["OH", "DC", "PR"]).count() == 3
    assert County.objects.get(fips="39049").name == "Franklin County"
    assert actions.load_places() == 0


def test_a_zip_has_its_place_and_an_unknown_one_has_none():
    actions.load_places()
    place = queries.place_of_zip("43211")
    assert (place.city, place.state_code, place.county_fips) == ("Columbus", "OH", "39049")
    assert queries.place_of_zip("00000") is None
    assert set(queries.places_of_zips(["43211", "00000"])) == {"43211"}


@pytest.mark.parametrize(
    ("text", "code"), [("oh", "OH"), ("Ohio", "OH"), ("  new   york ", "NY"), ("D.C.", ""), ("Atlantis", ""), ("", "")]
)
def test_states_by_code_or_name(text, code):
    State.objects.create(code="OH", name="Ohio", fips="39")
    State.objects.create(code="NY", name="New York", fips="36")
    assert queries.state_code_of(text) == code


def test_the_name_of_a_code_nobody_knows_is_the_code():
    assert queries.state_name("ZZ") == "ZZ"
