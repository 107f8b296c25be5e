"""Finding people; who is seen by whom; how many questions it takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q

from hustings.constituents.people import queries
from hustings.constituents.people.actions import changes
from hustings.constituents.people.actions.merges import tell_apart
from hustings.constituents.people.models import Person, PersonFact
from hustings.constituents.people.queries.likeness import perhaps_same
from hustings.constituents.people.queries.page import whole
from hustings.constituents.people.queries.search import Wish, count, people, rows_of
from hustings.foundation.access.actions.visits import note_visit
from hustings.foundation.access.queries.shifts import opened_in_shift
from hustings.foundation.core import clock, records
from hustings.foundation.objects.queries import links


@pytest.fixture
def crowd(cast, make_person):
    ruth = make_person(email="ruth.a@example.org", phone="+16145550142", city="Columbus", state_code="OH", zip="43211")
    return {
        "ruth": ruth,
        "joel": make_person(
            "Joel Baptiste", email="joel@example.org", city="Ottumwa", state_code="IA", zip="52501", language="es"
        ),
        "tim": make_person("Tim Crowe", is_child=True, city="Worthington", state_code="OH"),
        "jose": make_person("José Quiles", email="quiles@example.net"),
    }


def found(user, **wish) -> list[str]:
    return sorted(person.name for person in people(user, Wish.of(wish)))


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("abernathy", ["Ruth Abernathy"]),
        ("ABERNATHY ruth", ["Ruth Abernathy"]),
        ("Abernaty", ["Ruth Abernathy"]),
        ("Jose Quiles", ["José Quiles"]),
        ("joel@", ["Joel Baptiste"]),
        ("JOEL@EXAMPLE.ORG", ["Joel Baptiste"]),
        ("example.org", ["Joel Baptiste", "Ruth Abernathy"]),
        ("(614) 555-0142", ["Ruth Abernathy"]),
        ("5550142", ["Ruth Abernathy"]),
        ("43211", ["Ruth Abernathy"]),
        ("columbus", ["Ruth Abernathy"]),
        ("Columbus, Ohio", ["Ruth Abernathy"]),
        ("Columbus, IA", []),
        ("Ohio", ["Ruth Abernathy", "Tim Crowe"]),
        ("zzzzzz", []),
        ("100%", []),
        ("a.b*c(", []),
        ("\\", []),
    ],
)
def test_people_are_found(cast, crowd, q, names):
    assert found(cast["lead"], q=q) == names


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        ({"state": "OH"}, ["Ruth Abernathy", "Tim Crowe"]),
        ({"state": "ohio", "q": "ruth"}, ["Ruth Abernathy"]),
        ({"language": "es"}, ["Joel Baptiste"]),
        ({"mark": "child"}, ["Tim Crowe"]),
        ({"mark": "bouncing"}, ["Joel Baptiste"]),
        ({"mark": "unsubscribed"}, ["Ruth Abernathy"]),
        ({"mark": "do_not_contact"}, ["José Quiles"]),
        (
            {"mark": "nonsense", "sort": "nonsense", "state": "nonsense"},
            ["Joel Baptiste", "José Quiles", "Ruth Abernathy", "Tim Crowe"],
        ),
    ],
)
def test_people_are_filtered(cast, crowd, now, wish, names):
    changes.mark_bounced(address="joel@example.org", for_good=True, now=now)
    changes.record_consent(actor=None, person=crowd["ruth"], channel="email", state="refused", source="form", now=now)
    changes.set_do_not_contact(actor=cast["lead"], person=crowd["jose"], on=True, now=now)
    assert found(cast["lead"], **wish) == names


def test_a_merged_record_finds_its_person_once(cast, crowd, make_person):
    make_person("Ruthie Linden", email="ruthie@old.example", canonical=crowd["ruth"])
    for q in ("Linden", "ruthie@old.example", "ruth"):
        assert found(cast["lead"], q=q) == ["Ruth Abernathy"]


def nobody(_user):
    return None


def test_a_volunteer_sees_only_what_a_room_grants(cast, crowd, scopes, make_person):
    volunteer = cast["volunteer"]
    assert found(volunteer) == []
    assert queries.visible_to(volunteer).count() == 0
    old = make_person("Ruthie Linden", canonical=crowd["ruth"])
    queries.register_scope(lambda user: Q(pk=old.pk) if user == volunteer else None, in_hand=nobody)
    queries.register_scope(lambda _user: Q(name="Joel Baptiste"), in_hand=nobody)
    queries.register_scope(nobody, in_hand=nobody)
    assert set(queries.canonical_visible_to(volunteer)) == {crowd["joel"], crowd["ruth"]}
    assert set(queries.visible_to(volunteer)) == {crowd["ruth"], old, crowd["joel"]}
    assert queries.find(volunteer, old.uid) == crowd["ruth"]
    with pytest.raises(Person.DoesNotExist):
        queries.find(volunteer, crowd["tim"].uid)
    assert found(cast["lead"]) == ["Joel Baptiste", "José Quiles", "Ruth Abernathy", "Tim Crowe"]


def test_lists_show_a_volunteer_whom_they_have_in_hand_or_opened(cast, crowd, scopes, make_person, now, client):
    """All of their team's they may see, but come to them by the letters alone."""
    volunteer, old = cast["volunteer"], make_person("Ruthie Linden", canonical=crowd["ruth"])
    queries.register_scope(lambda _user: ~Q(name="Tim Crowe"), in_hand=lambda _user: Q(pk=old.pk))
    queries.register_scope(nobody, in_hand=nobody)
    assert found(volunteer) == ["Ruth Abernathy"]
    assert found(volunteer, q="joel") == found(volunteer, q="tim") == []
    offered = records.get("person").offered_to(volunteer)
    assert list(offered) == [crowd["ruth"]]
    assert links.offered("person", "Joel", user=volunteer) == []
    client.force_login(volunteer)
    page = client.get("/people/").text
    assert ("Ruth Abernathy" in page, "Joel Baptiste" in page) == (True, False)
    assert "Baptiste" not in client.get("/ui/palette/?q=joel").text
    # By a letter they come to him; then lists show him for the shift.
    moment = clock.now()
    assert queries.find(volunteer, crowd["joel"].uid) == crowd["joel"]
    note_visit(user=volunteer, record_type="person", record=crowd["joel"], now=moment)
    assert found(volunteer) == ["Joel Baptiste", "Ruth Abernathy"]
    assert "Baptiste" in client.get("/ui/palette/?q=joel").text
    assert opened_in_shift(volunteer, moment + timedelta(hours=8, seconds=1)) == set()
    assert found(cast["lead"]) == ["Joel Baptiste", "José Quiles", "Ruth Abernathy", "Tim Crowe"]


def test_whose_access_ended_sees_nobody(cast, crowd, scopes):
    queries.register_scope(lambda _user: Q(), in_hand=lambda _user: Q())
    for user in cast.values():
        user.is_active = False
        assert found(user) == []
        with pytest.raises(Person.DoesNotExist):
            queries.find(user, crowd["ruth"].uid)


def test_counting_stops(monkeypatch, cast, crowd):
    monkeypatch.setattr("hustings.constituents.people.queries.search.MOST_COUNTED", 3)
    assert count(people(cast["lead"], Wish())) == (3, True)
    assert count(people(cast["lead"], Wish(q="ruth"))) == (1, False)


@pytest.mark.parametrize("number", [1, 3])
def test_rows_take_as_many_questions_for_three_as_for_one(cast, crowd, number, django_assert_num_queries):
    chosen = list(people(cast["lead"], Wish())[:number])
    with django_assert_num_queries(3):
        assert len(rows_of(chosen)) == number


def test_a_row_shows_the_best_address_and_all_marks(cast, crowd, make_person, now):
    make_person("Ruthie", email="ruthie@old.example", canonical=crowd["ruth"], do_not_contact=True)
    changes.mark_bounced(address="ruthie@old.example", for_good=True, now=now)
    (row,) = rows_of([crowd["ruth"]])
    assert (row.email, row.phone, row.marks) == ("ruth.a@example.org", "+16145550142", ["do_not_contact"])


def test_the_same_name_at_the_same_place_is_proposed_until_told_apart(cast, crowd, make_person, now):
    twin = make_person("ruth abernathy", state_code="OH", zip="43211")
    make_person("Ruth Abernathy", state_code="IA", zip="52501")
    make_person("Ruth", state_code="OH", zip="43211")
    likes = perhaps_same(cast["lead"], whole(crowd["ruth"]))
    assert [(like.person, like.reason) for like in likes] == [(twin, "the same name at the same place")]
    tell_apart(actor=cast["lead"], person=twin, other=crowd["ruth"], now=now)
    assert perhaps_same(cast["lead"], whole(crowd["ruth"])) == []
    assert perhaps_same(cast["lead"], whole(twin)) == []


def test_a_phone_stated_for_two_is_proposed_from_both_sides(cast, crowd, make_person, now):
    other = make_person("R. L. A.", email="rl@example.com", state_code="OH", zip="43211")
    PersonFact.objects.create(person=other, field="phone", value="+16145550142", source="letter", at=now)
    (like,) = perhaps_same(cast["lead"], whole(crowd["ruth"]))
    assert (like.person, like.reason) == (other, "the same phone")
    assert [like.person for like in perhaps_same(cast["lead"], whole(other))] == [crowd["ruth"]]


def test_a_volunteer_is_not_told_of_people_out_of_their_sight(cast, crowd, make_person, scopes):
    make_person("Ruth Abernathy", state_code="OH", zip="43211")
    scopes.append(lambda _user: Q(pk=crowd["ruth"].pk))
    assert perhaps_same(cast["volunteer"], whole(crowd["ruth"])) == []


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_by_name_they_come_from_an_index_in_order(cast, crowd, sort):
    names = [person.name for person in people(cast["lead"], Wish.of({"sort": sort}))]
    ordered = ["Joel Baptiste", "José Quiles", "Ruth Abernathy", "Tim Crowe"]
    assert names == (ordered if sort == "name" else ordered[::-1])
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_bitmapscan = off")
    plan = people(cast["lead"], Wish.of({"sort": sort}))[:51].explain()
    assert "people_by_name" in plan
    assert "Sort" not in plan


def test_by_name_capitals_count_for_nothing_and_a_name_may_be_of_any_length(cast, make_person):
    for name in ("omar Haddad", "Ines Navarro", "Zoe " + "x" * 20_000):
        make_person(name)
    names = [person.name[:4] for person in people(cast["lead"], Wish.of({"sort": "name"}))]
    assert names == ["Ines", "omar", "Zoe "]
