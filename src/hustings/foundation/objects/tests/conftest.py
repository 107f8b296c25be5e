"""A "Yard sign request", and the cast in front of it."""

from datetime import UTC, datetime

import pytest

from hustings.foundation.access import grants as access_grants
from hustings.foundation.access.actions.users import make_user
from hustings.foundation.access.models import Role, Team
from hustings.foundation.geography.models import State, Zip
from hustings.foundation.geography.queries import forget as forget_places
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.queries.shape import forget, shape

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def shape_anew():
    """What another test built is rolled back; nothing of it is remembered."""
    forget()
    yield
    forget()


@pytest.fixture
def places(db):
    """One ZIP is enough here."""
    for code, name, fips in (("OH", "Ohio", "39"), ("PA", "Pennsylvania", "42")):
        State.objects.create(code=code, name=name, fips=fips)
    Zip.objects.create(code="43215", city="Columbus", state_id="OH", latitude=40, longitude=-83)
    forget_places()
    yield
    forget_places()


@pytest.fixture
def teams(db):
    return {name: Team.objects.create(name=name) for name in ("Signs", "Press desk")}


@pytest.fixture
def made(teams):
    def made(name, role, team="Signs"):
        return make_user(
            actor=None, email=f"{name.lower()}@adair.example.org", name=f"{name} Sample", role=role,
            teams=[teams[team]], now=NOW,
        )  # fmt: skip

    return made


@pytest.fixture
def admin(made):
    return made("Marguerite", Role.ADMINISTRATOR)


@pytest.fixture
def role(db):
    """Makes a role from what it grants on the yard signs."""

    def make(slug, **grant):
        return Role.objects.create(slug=slug, name=slug, grants={"records": {"x_yard_sign": grant}})

    return make


@pytest.fixture
def signs(admin, places, teams):
    """Name, phone (sensitive), size, how many, fee, wanted by, place, a note for staff, who asked for it."""
    kind = make_object(
        actor=admin, label="Yard sign", plural="Yard signs", stages=["New", "Packed", "Delivered"],
        team=teams["Signs"], now=NOW,
    )  # fmt: skip
    for label, holds, more in (
        ("Name", "text", {"is_required": True, "on_form": True, "is_indexed": True}),
        ("Phone", "phone", {"is_sensitive": True, "on_form": True}),
        ("Size", "choice", {"choices": ["Small", "Large"], "on_form": True, "is_indexed": True}),
        ("How many", "number", {"is_indexed": True, "on_form": True}),
        ("Fee", "money", {}),
        ("Wanted by", "date", {}),
        ("Place", "place", {"on_form": True}),
        ("Extras", "choices", {"choices": ["Stakes", "Bumper sticker"]}),
        ("Paid", "yes_no", {}),
        ("Staff note", "long_text", {}),
        ("Photo", "file", {"on_form": True}),
        ("Asked by", "link", {"to": "user"}),
    ):
        add_field(actor=admin, record=kind.record, label=label, kind=holds, now=NOW, **more)
    access_grants.forget(admin)  # asked for once a request; this is the next one
    return shape().by_slug["yard-sign"]
