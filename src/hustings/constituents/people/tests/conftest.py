"""One cast, three places, and people made in a line."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hustings.constituents.people import queries
from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.actions import make_user
from hustings.foundation.access.models import Role, Team, User
from hustings.foundation.geography.models import County, State, Zip
from hustings.foundation.geography.queries import forget

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def places(db: None):
    """Ohio and Iowa; what the process remembers of places is forgotten before and after."""
    ohio, iowa = State.objects.create(code="OH", name="Ohio", fips="39"), State(code="IA", name="Iowa", fips="19")
    iowa.save()
    franklin = County.objects.create(fips="39049", name="Franklin County", state=ohio)
    Zip.objects.create(code="43211", city="Columbus", state=ohio, county=franklin)
    Zip.objects.create(code="43085", city="Worthington", state=ohio, county=franklin)
    Zip.objects.create(code="52501", city="Ottumwa", state=iowa)
    forget()
    yield
    forget()


@pytest.fixture
def cast(places: None) -> dict[str, User]:
    team = Team.objects.create(name="Voter help")

    def made(name: str, role: str) -> User:
        return make_user(
            actor=None, email=f"{name}@adair.example.org", name=f"{name} Sample", role=role, teams=[team], now=NOW
        )

    return {
        "administrator": made("Marguerite", Role.ADMINISTRATOR),
        "lead": made("Theo", Role.LEAD),
        "volunteer": made("June", Role.VOLUNTEER),
    }


@pytest.fixture
def scopes(monkeypatch: pytest.MonkeyPatch) -> list[queries.Scope]:
    """No room grants anything, until the test says so."""
    found: list[queries.Scope] = []
    monkeypatch.setattr(queries, "_scopes", found)
    monkeypatch.setattr(queries, "_in_hand", [])
    return found


@pytest.fixture
def make_person(db: None) -> Callable[..., Person]:
    def make(name: str = "Ruth Abernathy", *, email: str = "", phone: str = "", **fields: object) -> Person:
        first, _space, last = name.rpartition(" ")
        person = Person.objects.create(name=name, first_name=first, last_name=last, **fields)
        for kind, value in (("email", email), ("phone", phone)):
            if value:
                Identifier.objects.create(person=person, kind=kind, value=value, source="letter")
        return person

    return make
