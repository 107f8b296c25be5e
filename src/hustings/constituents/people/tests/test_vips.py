"""Whose letters go to people: marked by person, address or domain; and who may mark."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from hustings.constituents.people.actions.merges import merge_people
from hustings.constituents.people.actions.vips import add_kind, end_vip, mark_vip
from hustings.constituents.people.models import Identifier, Person, Vip
from hustings.constituents.people.queries import VipMark, vips
from hustings.constituents.people.queries.marked import vip_kinds
from hustings.foundation.access.models import Role, User

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 10, 19, 13, tzinfo=UTC)


@pytest.fixture
def lead() -> User:
    return User.objects.create(email="dana@example.org", name="Dana Kessler", roles=[Role.LEAD])


def person(name: str, *addresses: str) -> Person:
    row = Person.objects.create(name=name)
    for address in addresses:
        Identifier.objects.create(person=row, kind="email", value=address)
    return row


def test_by_person_by_address_and_by_domain(lead: User) -> None:
    ruth, mayor, aide = person("Ruth"), person("Mayor", "mayor@city.example"), person("Aide", "a@mail.senate.example")
    other = person("Other", "x@notsenate.example")
    everyone = [ruth.pk, mayor.pk, aide.pk, other.pk]
    assert vips(everyone) == {}
    mark_vip(actor=lead, kind="clergy", person=ruth, now=NOW)
    mark_vip(actor=lead, kind="official", address=" Mayor@City.example ", now=NOW)
    mark_vip(actor=lead, kind="official", domain="@senate.example", now=NOW)
    assert vips(everyone) == {
        ruth.pk: VipMark("clergy", "person"),
        mayor.pk: VipMark("official", "address"),
        aide.pk: VipMark("official", "domain"),
    }
    end_vip(actor=lead, vip=Vip.objects.get(person=ruth), now=NOW)
    assert ruth.pk not in vips(everyone)


def test_the_whole_person_is_marked_whatever_record_carries_it(lead: User) -> None:
    ruth, again = person("Ruth"), person("Ruth A.", "ruth@church.example")
    mark_vip(actor=lead, kind="clergy", address="ruth@church.example", now=NOW)
    merge_people(actor=lead, person=again, into=ruth, now=NOW)
    assert vips([ruth.pk, again.pk]) == {pk: VipMark("clergy", "address") for pk in (ruth.pk, again.pk)}
    mark_vip(actor=lead, kind="big-donor", person=again, now=NOW)
    assert Vip.objects.get(kind="big-donor").person == ruth
    assert vips([again.pk]) == {again.pk: VipMark("big-donor", "person")}


def test_few_questions_however_many_are_asked(lead: User, django_assert_num_queries) -> None:
    people = [person(f"P{number}", f"p{number}@example.org").pk for number in range(30)]
    with django_assert_num_queries(1):
        assert vips(people) == {}
    mark_vip(actor=lead, kind="official", domain="example.org", now=NOW)
    with django_assert_num_queries(3):
        assert len(vips(people)) == 30


def test_what_cannot_be_marked_is_refused_whole(lead: User) -> None:
    ruth = person("Ruth")
    for wrong in (
        {"kind": "official"},
        {"kind": "official", "person": ruth, "domain": "x.org"},
        {"kind": "nobody", "person": ruth},
        {"kind": "official", "address": "no address"},
        {"kind": "official", "domain": "org"},
        {"kind": "official", "domain": "a b.org"},
    ):
        with pytest.raises(ValidationError):
            mark_vip(actor=lead, now=NOW, **wrong)
    with pytest.raises(PermissionDenied):
        mark_vip(actor=User.objects.create(email="j@example.org", name="June"), kind="clergy", person=ruth, now=NOW)
    assert not Vip.objects.exists()


def test_marking_again_changes_the_mark_and_kinds_can_be_added(lead: User) -> None:
    ruth = person("Ruth")
    add_kind(actor=lead, name="Tribal leaders", now=NOW)
    assert vip_kinds()["tribal-leaders"] == "Tribal leaders"
    mark_vip(actor=lead, kind="clergy", person=ruth, now=NOW)
    mark_vip(actor=lead, kind="tribal-leaders", person=ruth, note="Elder", now=NOW)
    assert (Vip.objects.get().kind, Vip.objects.get().note) == ("tribal-leaders", "Elder")
    with pytest.raises(ValidationError):
        add_kind(actor=lead, name="clergy", now=NOW)


def test_a_new_kind_never_takes_the_place_of_another(lead: User) -> None:
    built_in = dict(vip_kinds())
    for name in ("Раввин", "伝道師", "Official!", "Any", "Clergy: bishops", "Clergy, bishops"):
        add_kind(actor=lead, name=name, now=NOW)
    kinds = vip_kinds()
    assert {slug: kinds[slug] for slug in built_in} == built_in
    assert {slug: name for slug, name in kinds.items() if slug not in built_in} == {
        "kind": "Раввин", "kind-2": "伝道師", "official-2": "Official!", "any-2": "Any",
        "clergy-bishops": "Clergy: bishops", "clergy-bishops-2": "Clergy, bishops",
    }  # fmt: skip


def test_the_page_cannot_name_the_kind_it_would_overwrite(lead: User) -> None:
    client = Client()
    client.force_login(lead)
    client.post("/people/vips/kinds/", {"name": "Lobbyists", "slug": "clergy"})
    assert (vip_kinds()["lobbyists"], vip_kinds()["clergy"]) == ("Lobbyists", "Clergy")


def test_the_pages(lead: User) -> None:
    ruth, client, june = person("Ruth Abernathy"), Client(), Client()
    client.force_login(lead)
    june.force_login(User.objects.create(email="june@example.org", name="June Oduya"))
    assert client.post("/people/vips/", {"who": "senate.example", "kind": "official"}).status_code == 302
    assert client.post("/people/vips/", {"who": "mayor@city.example", "kind": "official"}).status_code == 302
    assert client.post("/people/vips/", {"who": "nowhere", "kind": "official"}).status_code == 422
    client.post(f"/people/{ruth.uid}/vip/", {"kind": "clergy"})
    page = client.get("/people/vips/").content.decode()
    assert all(word in page for word in ("everyone at senate.example", "mayor@city.example", "Ruth Abernathy"))
    assert "Their letters go to people" in client.get(f"/people/{ruth.uid}/").content.decode()
    assert june.get("/people/vips/").status_code == 403
    client.post(f"/people/vips/{Vip.objects.get(person=ruth).uid}/end/", {"from": "person"})
    assert vips([ruth.pk]) == {}
    assert Vip.objects.filter(ended_at=None).count() == 2
