"""The pages: who may do what at each address, and that a refusal leaves everything as it was."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hustings.constituents.people.actions import changes
from hustings.constituents.people.actions.merges import merge_people
from hustings.constituents.people.entries import people_found
from hustings.constituents.people.models import (
    Consent,
    Distinction,
    Household,
    Identifier,
    Merge,
    Note,
    Person,
    PersonFact,
)
from hustings.foundation.access.actions import make_user
from hustings.foundation.access.actions.visits import note_visit
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.core import clock

ROLES = ("administrator", "lead", "volunteer")


@pytest.fixture
def world(cast, make_person, scopes, now) -> dict[str, Person]:
    """Ruth is in the volunteer's sight, Joel is not; an old record was merged into Ruth."""
    ruth = make_person(email="ruth@example.org", phone="+16145550142", city="Columbus", state_code="OH", zip="43211")
    joel = make_person("Joel Baptiste", email="joel@example.org", state_code="IA")
    old = make_person("Ruthie Linden", email="ruthie@old.example")
    merge_people(actor=None, person=old, into=ruth, now=now)
    changes.mark_bounced(address="ruthie@old.example", for_good=True, now=now)
    scopes.append(lambda _user: Q(pk=ruth.pk))
    return {"ruth": ruth, "joel": joel, "old": old}


@pytest.fixture
def signed_in(cast) -> Callable[[str], Client]:
    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(cast[role])
        return client

    return sign_in


def snapshot() -> tuple:
    """Everything a form of this room could change."""
    tables = (Person, Identifier, PersonFact, Consent, Household, Merge, Distinction, Note)
    return tuple(tuple(table.objects.order_by("id").values_list()) for table in tables)


POSTS = {
    "details": ({"name": "Ruth A. Abernathy", "language": "en"}, ROLES),
    "care": ({"care_note": "Call after ten"}, ROLES),
    "place": ({"street": "12 Parsons Ave", "zip": "43211", "city": "Bexley", "state_code": ""}, ROLES),
    "reach": ({"kind": "phone", "value": "614 555 0199"}, ("lead", "administrator")),
    "consent": ({"channel": "email", "state": "refused"}, ROLES),
    "mark": ({"mark": "child", "on": "1"}, ROLES),
    "household": (
        {"street": "12 Parsons Ave", "zip": "43211", "city": "", "state_code": ""},
        ("lead", "administrator"),
    ),
    "note": ({"text": "Ask for the unit number"}, ROLES),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", POSTS)
def test_who_sees_a_person_may_write_what_they_were_told(world, signed_in, name, role):
    data, allowed = POSTS[name]
    before = snapshot()
    response = signed_in(role).post(reverse(f"people:{name}", args=[world["ruth"].uid]), data)
    if role not in allowed:  # what their role may not edit is on no form of theirs
        assert response.status_code == 403
        assert snapshot() == before
        return
    assert (response.status_code, response["Location"]) == (302, world["ruth"].get_absolute_url())
    assert snapshot() != before
    if role == "volunteer":
        assert not PersonFact.objects.filter(field="street").exists()


@pytest.mark.parametrize("name", [*POSTS, "leave"])
def test_out_of_sight_is_not_there(world, signed_in, name):
    before = snapshot()
    data = POSTS.get(name, ({}, ()))[0]
    response = signed_in("volunteer").post(reverse(f"people:{name}", args=[world["joel"].uid]), data)
    assert response.status_code == 404
    assert snapshot() == before


BAD = {
    "details": {"name": "  ", "language": "en"},
    "place": {"zip": "99999", "street": "", "city": "", "state_code": ""},
    "reach": {"kind": "phone", "value": "none"},
    "consent": {"channel": "email", "state": "perhaps"},
    "household": {"street": "Parsons Ave", "zip": "43211", "city": "", "state_code": ""},
    "note": {"text": " "},
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_comes_back_with_the_form_open(world, signed_in, name):
    before = snapshot()
    response = signed_in("lead").post(reverse(f"people:{name}", args=[world["ruth"].uid]), BAD[name])
    assert response.status_code == 422
    assert b"data-error-summary" in response.content
    assert b"What you wrote is kept." in response.content
    assert snapshot() == before


def test_someone_elses_number_comes_back_as_an_error(world, signed_in):
    before = snapshot()
    data = {"kind": "email", "value": "Joel@example.org"}
    response = signed_in("lead").post(reverse("people:reach", args=[world["ruth"].uid]), data)
    assert response.status_code == 422
    assert "stands with someone else" in response.content.decode()
    assert snapshot() == before


@pytest.mark.parametrize(("role", "status"), [("administrator", 302), ("lead", 302), ("volunteer", 403)])
def test_leads_lift_what_protects(world, signed_in, cast, now, role, status):
    changes.set_do_not_contact(actor=cast["volunteer"], person=world["ruth"], on=True, now=now)
    failing = Identifier.objects.get(value="ruthie@old.example")
    before, client, uid = snapshot(), signed_in(role), world["ruth"].uid
    lift = client.post(reverse("people:mark", args=[uid]), {"mark": "do_not_contact", "on": "0"})
    again = client.post(reverse("people:try_again", args=[uid, failing.uid]))
    assert (lift.status_code, again.status_code) == (status, status)
    assert (snapshot() == before) is (status == 403)


def test_a_mark_nobody_knows_changes_nothing(world, signed_in):
    before = snapshot()
    response = signed_in("lead").post(reverse("people:mark", args=[world["ruth"].uid]), {"mark": "vip", "on": "1"})
    assert response.status_code == 400
    assert snapshot() == before


@pytest.mark.parametrize(("role", "status"), [("administrator", 302), ("lead", 302), ("volunteer", 403)])
@pytest.mark.parametrize("decision", ["keep", "other", "apart"])
def test_leads_say_who_is_one_person(world, scopes, signed_in, role, status, decision):
    scopes.append(lambda _user: Q(pk=world["joel"].pk))
    before = snapshot()
    address = reverse("people:compare", args=[world["ruth"].uid, world["joel"].uid])
    response = signed_in(role).post(address, {"decision": decision, "reason": "Same hand"})
    assert response.status_code == status
    assert (snapshot() == before) is (status == 403)
    if status == 302 and decision != "apart":
        kept = world["ruth" if decision == "keep" else "joel"]
        assert response["Location"] == kept.get_absolute_url()
        assert Person.objects.get(pk=world["old"].pk).canonical_id == kept.pk


@pytest.mark.parametrize(("role", "status"), [("administrator", 302), ("lead", 302), ("volunteer", 403)])
def test_leads_take_a_merge_apart(world, signed_in, role, status):
    merge, before = Merge.objects.get(), snapshot()
    response = signed_in(role).post(reverse("people:undo_merge", args=[world["ruth"].uid, merge.uid]))
    assert response.status_code == status
    assert (snapshot() == before) is (status == 403)


def test_a_merge_of_others_is_not_undone_from_here(world, signed_in):
    merge, before = Merge.objects.get(), snapshot()
    response = signed_in("lead").post(reverse("people:undo_merge", args=[world["joel"].uid, merge.uid]))
    assert response.status_code == 404
    assert snapshot() == before


@pytest.mark.parametrize("name", [*POSTS, "leave"])
def test_nothing_is_changed_by_looking(world, signed_in, name):
    before = snapshot()
    assert signed_in("lead").get(reverse(f"people:{name}", args=[world["ruth"].uid])).status_code == 405
    assert snapshot() == before


@pytest.mark.parametrize("role", ROLES)
def test_the_page_is_shown_and_the_visit_kept(world, signed_in, cast, role):
    response = signed_in(role).get(reverse("people:page", args=[world["ruth"].uid]))
    text = response.content.decode()
    assert response.status_code == 200
    for words in (
        "Ruth Abernathy",
        "What may not be done",
        "What they ask may always be answered.",
        "ruthie@old.example",
    ):
        assert words in text
    assert ("Take it apart again" in text) is (role != "volunteer")
    visit = AuditEntry.objects.get(action="person.seen")
    assert (visit.actor_id, visit.record_uid) == (cast[role].pk, world["ruth"].uid)


def test_a_page_out_of_sight_is_not_there_and_not_kept(world, signed_in):
    assert signed_in("volunteer").get(reverse("people:page", args=[world["joel"].uid])).status_code == 404
    assert not AuditEntry.objects.filter(action="person.seen").exists()


def test_a_merged_record_leads_to_its_person(world, signed_in):
    response = signed_in("volunteer").get(reverse("people:page", args=[world["old"].uid]))
    assert (response.status_code, response["Location"]) == (302, world["ruth"].get_absolute_url())


@pytest.mark.parametrize("edit", ["details", "care", "place", "reach", "consent", "household", "note", "nonsense"])
def test_each_form_opens_where_it_stands(world, signed_in, edit):
    text = signed_in("lead").get(f"{world['ruth'].get_absolute_url()}?edit={edit}&sources=1").content.decode()
    always = text.count('id="vip-kind"')  # the form that marks a VIP
    assert always == 1
    assert text.count('<form class="form"') == always + (edit != "nonsense")


def test_the_page_asks_no_more_for_more_facts(world, signed_in, cast, now):
    client, address = signed_in("lead"), world["ruth"].get_absolute_url()

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    for language in ("es", "en"):
        changes.change_fact(actor=cast["lead"], person=world["ruth"], field="language", value=language, now=now)
    questions()  # the first page also reads what the process remembers of places
    few = questions()
    for language in ("es", "fr", "de", "en"):
        changes.change_fact(actor=cast["volunteer"], person=world["ruth"], field="language", value=language, now=now)
        Identifier.objects.create(person=world["ruth"], kind="email", value=f"{language}@example.org", source="letter")
    assert questions() == few


@pytest.mark.parametrize(("role", "names"), [("lead", {"Ruth", "Joel"}), ("volunteer", {"Ruth"})])
def test_the_list_holds_whom_one_may_see(world, signed_in, role, names):
    assert ("Nobody in your hands" in signed_in(role).get(reverse("people:list")).text) is (role == "volunteer")
    assert signed_in(role).get(reverse("people:page", args=[world["ruth"].uid])).status_code == 200
    text = signed_in(role).get(reverse("people:list")).content.decode()
    assert {name for name in ("Ruth", "Joel", "Ruthie Linden") if f">{name}" in text} == names
    assert ("people.csv" in text) is (role == "lead")


def test_the_list_says_when_nobody_fits(world, signed_in):
    text = signed_in("lead").get(reverse("people:list"), {"q": "<b>zzzz"}).content.decode()
    assert "Nobody fits" in text
    assert "&lt;b&gt;zzzz" in text
    assert "<b>zzzz" not in text


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "99999999999"])
def test_any_page_of_the_list_answers(world, signed_in, page):
    assert signed_in("lead").get(reverse("people:list"), {"page": page}).status_code == 200


@pytest.mark.parametrize("name", ["csv", "json"])
def test_volunteers_take_no_list_out(world, signed_in, name):
    assert signed_in("volunteer").get(reverse(f"people:{name}")).status_code == 403
    assert not AuditEntry.objects.filter(action="exported").exists()


def test_a_list_is_taken_out_as_it_is_filtered(world, signed_in, cast, make_person):
    make_person("=cmd()|x", state_code="OH", email="-evil@example.org")
    client = signed_in("lead")
    body = b"".join(client.get(reverse("people:csv"), {"state": "OH", "sort": "name"}).streaming_content).decode()
    rows = list(csv.DictReader(body.splitlines()))
    assert [(row["name"], row["email"], row["phone"], row["marks"]) for row in rows] == [
        ("Ruth Abernathy", "ruth@example.org", "+16145550142", ""),
        ("'=cmd()|x", "'-evil@example.org", "", ""),
    ]
    told = json.loads(b"".join(client.get(reverse("people:json"), {"q": "joel"}).streaming_content))
    assert [person["name"] for person in told["people"]] == ["Joel Baptiste"]
    exports = AuditEntry.objects.filter(action="exported", actor_id=cast["lead"].pk).order_by("id")
    assert [entry.detail["as"] for entry in exports] == ["csv", "json"]
    assert [entry.detail["searched"] for entry in exports] == [False, True]


def test_the_palette_finds_whom_one_may_see(world, cast):
    def labels(user: User, query: str) -> list[str]:
        return [hit.label for hit in people_found(user, query)]

    assert labels(cast["lead"], "joel") == ["Joel Baptiste"]
    assert labels(cast["volunteer"], "joel") == labels(cast["volunteer"], "linden") == []
    note_visit(user=cast["volunteer"], record_type="person", record=world["ruth"], now=clock.now())
    assert labels(cast["volunteer"], "joel") == []
    assert labels(cast["volunteer"], "linden") == ["Ruth Abernathy"]


def test_a_volunteer_is_shown_what_their_role_is(world, signed_in, cast):
    Person.objects.filter(pk=world["ruth"].pk).update(street="12 Parsons Ave")
    text = signed_in("volunteer").get(reverse("people:page", args=[world["ruth"].uid])).content.decode()
    assert "555-0142" not in text
    assert "•••-•••-0142" in text
    assert "12 Parsons Ave" not in text
    read = AuditEntry.objects.filter(action="read", actor_id=cast["volunteer"].pk)
    assert {(line.record_type, line.record_id) for line in read} == {
        ("person", world["ruth"].pk),
        ("person", world["old"].pk),  # merged into her: an address of hers stands there
    }
    assert [line.detail for line in read] == [{"fields": ["email"]}] * 2
    assert "555-0142" in signed_in("lead").get(reverse("people:page", args=[world["ruth"].uid])).content.decode()


@pytest.mark.parametrize("q", ["614 555 0142", "0142", "12 Parsons Ave"])
def test_nobody_is_found_by_what_may_not_be_read(world, signed_in, q):
    assert ">Ruth Abernathy" not in signed_in("volunteer").get(reverse("people:list"), {"q": q}).content.decode()


def test_a_list_sorted_by_a_hidden_name_is_refused(world, client):
    observer = make_user(
        actor=None,
        email="o@adair.example.org",
        name="Otis Sample",
        role="observer",
        now=datetime(2028, 10, 20, tzinfo=UTC),
    )
    client.force_login(observer)
    assert client.get(reverse("people:list"), {"sort": "name"}).status_code == 403
    text = client.get(reverse("people:list")).content.decode()
    assert "Abernathy" not in text
    assert "R. A." in text
