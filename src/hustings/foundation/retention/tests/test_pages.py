"""The pages of schedules, holds and erasures: who sees them, and that they do what they say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import AuditEntry, Session, User
from hustings.foundation.retention.models import Erasure, Hold, Schedule

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)


@pytest.fixture
def person(db: None) -> Person:
    person = Person.objects.create(name="Ruth Abernathy")
    Identifier.objects.create(person=person, kind="email", value="ruth@example.org")
    return person


@pytest.fixture
def of(db: None) -> Any:
    def client(role: str, name: str = "") -> Client:
        email = f"{name or role}@adair.example.org"
        user = User.objects.create(email=email, name=role.title(), roles=[role], second_factor_at=NOW)
        client = Client()
        client.force_login(user)
        session = client.session
        session["second_factor"] = True
        session.save()
        return client

    return client


ALLOWED = {
    "/settings/retention/": {"administrator", "counsel"},
    "/settings/holds/": {"counsel"},
    "/settings/holds/new/": {"counsel"},
    "/settings/erasures/": {"administrator"},
}


@pytest.mark.parametrize("role", ["administrator", "counsel", "director", "lead", "volunteer", "vetting", "security"])
def test_each_page_is_for_those_who_may(of: Any, role: str) -> None:
    client = of(role)
    for address, roles in ALLOWED.items():
        assert client.get(address).status_code == (200 if role in roles else 403), address


def test_a_schedule_is_previewed_before_it_is_kept(of: Any) -> None:
    client = of("administrator")
    page = client.post("/settings/retention/", {"access.sessions": "90", "preview": "1"})
    assert "would expire 0" in page.content.decode()
    assert not Schedule.objects.exists()
    assert client.post("/settings/retention/", {"access.sessions": "90", "keep": "1"}).status_code == 302
    assert [(row.part, row.days) for row in Schedule.objects.all()] == [("access.sessions", 90)]
    assert AuditEntry.objects.get(action="schedule.set").detail == {
        "part": "access.sessions",
        "was": None,
        "became": 90,
    }
    wrong = client.post("/settings/retention/", {"access.sessions": "2", "keep": "1"})
    assert wrong.status_code == 422
    assert Schedule.objects.get().days == 90
    client.post("/settings/retention/", {"keep": "1"})
    assert not Schedule.objects.exists()
    assert Session.objects.exists()


def test_counsel_places_a_hold_and_releases_it_with_a_reason(of: Any, person: Person) -> None:
    client = of("counsel")
    told = {"name": "Doe v. Adair", "reason": "A suit", "people": "ruth@example.org\nnobody@example.org"}
    wrong = client.post("/settings/holds/new/", told)
    assert wrong.status_code == 422
    assert "nobody@example.org" in wrong.content.decode()
    assert not Hold.objects.exists()
    page = client.post("/settings/holds/new/", told | {"people": f"https://x.example/people/{person.uid}/"})
    hold = Hold.objects.get()
    assert page["Location"] == f"/settings/holds/{hold.uid}/"
    assert list(hold.terms.values_list("kind", "ids")) == [("people", [person.pk])]
    assert "Ruth Abernathy" in client.get(page["Location"]).content.decode()
    assert "Under hold" in client.get(f"/people/{person.uid}/").content.decode()
    assert client.post(page["Location"], {"because": ""}).status_code == 422
    assert client.post(page["Location"], {"because": "Settled"}).status_code == 302
    hold.refresh_from_db()
    assert hold.released_because == "Settled"
    assert sorted(AuditEntry.objects.filter(action__startswith="hold.").values_list("action", flat=True)) == [
        "hold.placed",
        "hold.released",
    ]


def test_one_asks_and_another_agrees(of: Any, person: Person) -> None:
    one, other = of("administrator", "one"), of("administrator", "other")
    ask = f"/settings/erasures/ask/{person.uid}/"
    assert "E-mail addresses, numbers and ids" in one.get(ask).content.decode()
    page = one.post(ask, {"who": "person", "note": "By letter", "due_on": "2028-11-20"})
    wish = Erasure.objects.get()
    assert (wish.who, wish.due_on, wish.state) == ("person", date(2028, 11, 20), "waiting")
    assert page["Location"] == f"/settings/erasures/{wish.uid}/"
    assert one.get(ask)["Location"] == page["Location"]
    assert "Ruth Abernathy" in other.get("/settings/erasures/").content.decode()
    assert one.post(f"{page['Location']}agree/").status_code == 403
    assert other.post(f"{page['Location']}agree/").status_code == 302
    wish.refresh_from_db()
    assert wish.state == "running"


def test_a_refusal_needs_a_reason_and_says_it(of: Any, person: Person) -> None:
    one, other = of("administrator", "one"), of("administrator", "other")
    one.post(f"/settings/erasures/ask/{person.uid}/", {"who": "person"})
    here = f"/settings/erasures/{Erasure.objects.get().uid}/"
    assert other.post(f"{here}refuse/", {"reason": ""}).status_code == 422
    assert other.post(f"{here}refuse/", {"reason": "Not the person"}).status_code == 302
    assert "Not the person" in one.get(here).content.decode()
    assert other.post(f"{here}agree/").status_code == 422
    assert Identifier.objects.count() == 1


KEPT = "A legal hold keeps this: it cannot be erased now."


def test_a_wish_that_waits_says_that_a_hold_has_come(of: Any, person: Person) -> None:
    one = of("administrator")
    ask = f"/settings/erasures/ask/{person.uid}/"
    assert KEPT not in one.get(ask).text
    here = one.post(ask, {"who": "person"})["Location"]
    assert KEPT not in one.get(here).text
    of("counsel").post("/settings/holds/new/", {"name": "Doe", "reason": "A suit", "people": "ruth@example.org"})
    page = one.get(here)
    assert (page.status_code, KEPT in page.text, "Doe" in page.text) == (200, True, False)


def test_under_hold_the_page_says_only_that_it_cannot_go_now(of: Any, person: Person) -> None:
    of("counsel").post("/settings/holds/new/", {"name": "Doe", "reason": "A suit", "people": "ruth@example.org"})
    one = of("administrator")
    before = one.get(f"/settings/erasures/ask/{person.uid}/")
    assert (before.status_code, KEPT in before.text, "Doe" in before.text) == (200, True, False)
    page = one.post(f"/settings/erasures/ask/{person.uid}/", {"who": "person"})
    assert page.status_code == 409
    assert "A legal hold keeps this: it cannot be erased now. Nothing was changed." in page.content.decode()
    assert "Doe" not in page.content.decode()
    assert not Erasure.objects.exists()
