"""What the rooms below put beside a person: the campaign's own fields, each by its permission, and approvals."""

import pytest
from django.test import Client

from hustings.foundation.access import grants
from hustings.foundation.access.models import Role
from hustings.foundation.automation.actions.processes import save_process
from hustings.foundation.objects.actions.shaping import add_field
from hustings.foundation.objects.actions.values import set_values
from hustings.foundation.objects.queries.shape import forget

from .conftest import NOW


@pytest.fixture(autouse=True)
def shape_anew():
    forget()
    yield
    forget()


@pytest.fixture
def ruth(cast, make_person):
    person = make_person()
    add = {"actor": cast["administrator"], "record": "person", "now": NOW}
    add_field(label="Shirt size", kind="choice", choices=["Large", "Small"], **add)
    add_field(label="Diet", kind="text", is_sensitive=True, **add)
    add_field(label="Badge photo", kind="file", **add)
    grants.forget(cast["administrator"])
    values = {"shirt_size": "Large", "diet": "no zanzibar nuts"}
    set_values(actor=cast["administrator"], record_type="person", record=person, values=values, now=NOW)
    return person


def page_of(user, person) -> str:
    browser = Client()
    browser.force_login(user)
    return " ".join(browser.get(person.get_absolute_url()).content.decode().split())


def test_added_fields_stand_on_the_page_and_lead_to_their_form(cast, ruth):
    page = page_of(cast["administrator"], ruth)
    assert "<dt>Shirt size</dt><dd>Large</dd><dt>Diet</dt><dd>no zanzibar nuts</dd><dt>Badge photo</dt>" in page
    assert f'href="/records/fields/person/{ruth.uid}/"' in page


@pytest.mark.parametrize(
    ("levels", "shown", "hidden"),
    [
        ({"*": "read"}, ["<dd>Large</dd>"], ["zanzibar", "Diet", '>Change</a></h3><dl class="facts"><dt>Shirt']),
        ({"*": "read", "diet": "masked"}, ["Diet", "•••"], ["zanzibar"]),
        ({"*": "read", "shirt_size": "hidden"}, [], ["Shirt size", "Large"]),
    ],
)
def test_each_as_its_reader_may_see_it(cast, ruth, levels, shown, hidden):
    given = {"records": {"person": {"verbs": ["see"], "rows": ["all"], "fields": levels}}}
    Role.objects.create(slug="guest", name="Guest", grants=given)
    reader = cast["lead"]
    reader.roles = ["guest"]
    reader.save()
    page = page_of(reader, ruth)
    assert [each for each in shown if each not in page] == []
    assert [each for each in hidden if each in page] == []


def test_nothing_was_added(cast, make_person):
    assert 'id="added"' not in page_of(cast["administrator"], make_person())


def test_what_can_be_asked_for_is_asked_there(cast, make_person):
    admin = cast["administrator"]
    steps = [{"name": "Counsel", "roles": ["administrator"], "quorum": 1}]
    save_process(actor=admin, process=None, name="Name on a leaflet", record="person", steps=steps, now=NOW)
    person = make_person()
    page = page_of(admin, person)
    assert f'action="/settings/rules/ask/name-on-a-leaflet/{person.uid}/"' in page
    assert "Ask for: Name on a leaflet" in page
