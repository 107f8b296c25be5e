"""Records over the API: added fields list, filter and sort like any other, money is dollars, deleting says why not, and
a page of many costs what a page of one does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.constituents.people.models import Consent, Household, Identifier, Person
from hustings.constituents.people.models import Note as PersonNote
from hustings.foundation.access import grants
from hustings.foundation.access.models import AuditEntry, Role
from hustings.foundation.objects.actions.making import make_record
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.actions.values import set_values
from hustings.foundation.objects.models import CustomRecord
from hustings.foundation.objects.queries.shape import shape
from hustings.foundation.retention.actions.holds import Over, place_hold
from hustings.foundation.retention.models import TermKind
from hustings.service.answers.models import Article
from hustings.service.correspondence.tests.replying import NOW, Cast, article, cast, inquiry, person, user
from hustings.service.desk.models import Inquiry, Note

from .visiting import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shape_anew")]
API = "/api/v1/records/"
LIST = f"{API}person/"


@pytest.fixture
def us() -> Cast:
    return cast()


def names(answer: Any) -> list[str]:
    return [row["fields"]["name"] for row in answer.json()["results"]]


@pytest.fixture
def three(us: Cast) -> dict[str, Person]:
    """Ruth gives 25.50 and is vegan, Sol gives 3, Una has no row at all."""
    for label, kind, more in (
        ("Pledge", "money", {}),
        ("Diet", "text", {}),
        ("Size", "choice", {"choices": ["Large", "Small"]}),
        ("Drives", "yes_no", {}),
        ("Born", "date", {}),
        ("Skills", "choices", {"choices": ["Phones", "Doors"]}),
        ("Visits", "number", {}),
    ):
        add_field(actor=us.administrator, record="person", label=label, kind=kind, now=NOW, **more)
        grants.forget(us.administrator)
    found = {"Ruth": us.person, "Sol": person("Sol Iveson", "sol@example.org"), "Una": person("Una Moss", "una@x.org")}
    for name, values in (
        ("Ruth", {"pledge": "25.50", "diet": "Vegan", "size": "large", "drives": True, "born": "1980-02-01",
                  "skills": ["phones"], "visits": 3}),
        ("Sol", {"pledge": "3", "diet": "none", "size": "small", "drives": False, "born": "1990-05-01", "visits": 12}),
    ):  # fmt: skip
        set_values(actor=us.administrator, record_type="person", record=found[name], values=values, now=NOW)
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pledge=25.50", "Ruth"),
        ("pledge__gte=3.00", "Ruth Sol"),
        ("pledge__lt=25.50", "Sol"),
        ("diet=Vegan", "Ruth"),
        ("diet__contains=egA", "Ruth"),
        ("diet__empty=true", "Una"),
        ("diet__empty=false", "Ruth Sol"),
        ("size__in=small,large", "Ruth Sol"),
        ("drives=true", "Ruth"),
        ("born__lte=1985-01-01", "Ruth"),
        ("skills=phones", "Ruth"),
        ("visits__gt=4", "Sol"),
        ("sort=pledge", "Sol Ruth Una"),
        ("sort=-pledge", "Ruth Sol Una"),
        ("sort=diet", "Sol Ruth Una"),
        ("sort=-born", "Sol Ruth Una"),
    ],
)
def test_added_fields_filter_and_sort(us: Cast, three: dict[str, Person], query: str, found: str) -> None:
    answer = browser(us.administrator).get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.content
    told = [name.split()[0] for name in names(answer)]
    if query.startswith("sort=diet"):
        assert told[2] == "Una"  # capitals are the database's own affair
    else:
        assert (told if query.startswith("sort") else sorted(told)) == found.split()


def test_pages_of_an_added_field_miss_nothing(us: Cast, three: dict[str, Person]) -> None:
    here, seen, at = browser(us.administrator), [], f"{LIST}?sort=-pledge&limit=1"
    while at:
        told = here.get(at).json()
        seen += [row["fields"]["name"].split()[0] for row in told["results"]]
        at = told["next"]
    assert seen == ["Ruth", "Sol", "Una"]


def test_an_added_field_that_is_hidden_filters_and_sorts_nothing(us: Cast, three: dict[str, Person]) -> None:
    fields = {"name": "read", "diet": "masked", "size": "read"}
    given = {"records": {"person": {"verbs": ["see"], "rows": ["all"], "fields": fields}}}
    Role.objects.create(slug="guest", name="Guest", grants=given)
    here = browser(user("Gus Guest", roles=["guest"]))
    assert names(here.get(f"{LIST}?size=large")) == ["Ruth Abernathy"]
    for query in ("pledge__gte=1", "diet=Vegan", "sort=pledge", "sort=-diet", "diet__empty=true"):
        assert here.get(f"{LIST}?{query}").status_code == 403, query
    row = next(row for row in here.get(LIST).json()["results"] if row["fields"]["name"].startswith("Ruth"))
    assert row["fields"] == {"name": "Ruth Abernathy", "diet": "•••", "size": "large"}


def test_money_is_told_and_taken_in_dollars(us: Cast, three: dict[str, Person]) -> None:
    here, at = browser(us.administrator), f"{LIST}{three['Ruth'].uid}/"
    assert here.get(at).json()["fields"]["pledge"] == "25.50"
    for sent, told in (("7.25", "7.25"), (7, "7.00"), (0.5, "0.50"), ("-3", "-3.00")):
        answer = here.patch(at, {"fields": {"pledge": sent}}, "application/json")
        assert (answer.status_code, answer.json()["fields"]["pledge"]) == (200, told)
    assert here.patch(at, {"fields": {"pledge": "1.005"}}, "application/json").status_code == 422
    assert here.get(at).json()["fields"]["pledge"] == "-3.00"
    assert [row["pledge"] for row in exported(here)] == ["-3.00", "3.00", ""]
    schema = here.get("/api/v1/openapi.json").json()["components"]["schemas"]["person"]
    assert schema["properties"]["fields"]["properties"]["pledge"]["pattern"] == r"^-?\d+\.\d{2}$"


def exported(here: Client) -> list[dict[str, str]]:
    text = b"".join(here.get(f"{LIST}export.csv").streaming_content).decode().lstrip("\ufeff")
    head, *lines = (line.split(",") for line in text.splitlines())
    return [dict(zip(head, line, strict=False)) for line in lines]


@pytest.mark.parametrize("fields", ["email,phone,external", "household", "pledge,diet,size"])
def test_a_page_of_many_costs_what_a_page_of_one_does(us: Cast, three: dict[str, Person], fields: str) -> None:
    here = browser(us.administrator)
    here.get(LIST)

    def cost(limit: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(here.get(f"{LIST}?fields={fields}&limit={limit}").json()["results"]) == limit
        return len(asked)

    assert cost(1) == cost(3)


def test_reach_is_of_the_whole_person_and_by_level(us: Cast) -> None:
    also = Person.objects.create(name="R. Abernathy", canonical=us.person)
    Identifier.objects.create(person=also, kind="phone", value="+16145550142")
    row = browser(us.administrator).get(f"{LIST}?fields=email,phone").json()["results"][0]["fields"]
    assert row == {"email": "ruth.a@example.org", "phone": "+16145550142"}
    masked = {"email": "masked", "phone": "masked"}
    given = {"records": {"person": {"verbs": ["see"], "rows": ["all"], "fields": masked}}}
    Role.objects.create(slug="guest", name="Guest", grants=given)
    row = browser(user("Gus Guest", roles=["guest"])).get(LIST).json()["results"][0]["fields"]
    assert row == {"email": "r•••@e•••.org", "phone": "•••-•••-0142"}


@pytest.fixture
def sign(us: Cast) -> CustomRecord:
    kind = make_object(actor=us.administrator, label="Yard sign", plural="Yard signs", now=NOW)
    add_field(actor=us.administrator, record=kind.record, label="Name", kind="text", now=NOW)
    grants.forget(us.administrator)
    built = shape().by_slug["yard-sign"]
    return make_record(actor=us.administrator, kind=built, values={"name": "Ruth"}, now=NOW)


def test_deleting_is_for_roles_that_may(us: Cast, sign: CustomRecord) -> None:
    at = f"{API}x_yard_sign/{sign.uid}/"
    given = {"records": {"x_yard_sign": {"verbs": ["see", "change"], "rows": ["all"], "fields": {"*": "edit"}}}}
    Role.objects.create(slug="signs", name="Signs", grants=given)
    keeper = browser(user("Sina Signs", roles=["signs"]))
    refused = keeper.delete(at)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:hustings:problem:forbidden")
    assert "delete" not in keeper.get("/api/v1/openapi.json").json()["paths"]["/records/x_yard_sign/{uid}/"]
    assert CustomRecord.objects.filter(pk=sign.pk).exists()
    here = browser(us.administrator)
    assert "delete" in here.get("/api/v1/openapi.json").json()["paths"]["/records/x_yard_sign/{uid}/"]
    assert (here.delete(at).status_code, here.get(at).status_code, here.delete(at).status_code) == (204, 404, 404)
    assert not CustomRecord.objects.filter(pk=sign.pk).exists()


def test_what_is_not_deleted_here_says_so(us: Cast) -> None:
    here = browser(us.administrator)
    answer = here.delete(f"{LIST}{us.person.uid}/")
    assert (answer.status_code, answer.json()["type"]) == (405, "urn:hustings:problem:method")
    assert Person.objects.filter(pk=us.person.pk).exists()


def test_what_must_stay_says_why(us: Cast, sign: CustomRecord) -> None:
    counsel = user("Cora Counsel", roles=[Role.ADMINISTRATOR, "counsel"])
    over = Over(kind=TermKind.PERIOD, since=NOW - timedelta(days=9999), until=NOW + timedelta(days=9999))
    place_hold(actor=counsel, name="Doe v. Adair", reason="A suit", over=[over], now=NOW)
    at, here = f"{API}x_yard_sign/{sign.uid}/", browser(us.administrator)
    answer = here.delete(at)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:hustings:problem:held")
    assert answer.json()["detail"] == "A legal hold keeps this: it cannot be erased now. Nothing was changed."
    assert here.get(at).status_code == 200
    page = here.post(f"/records/yard-sign/{sign.uid}/delete/", follow=True)
    assert "it cannot be erased now." in page.content.decode()
    assert here.get(at).status_code == 200
    assert not AuditEntry.objects.filter(action="record.deleted").exists()


def test_the_audit_tells_values_as_people_read_them(us: Cast, three: dict[str, Person]) -> None:
    page = browser(us.administrator).get("/settings/audit/?action=record.changed").content.decode()
    for words in ("$25.50", "$3.00", "Large", "yes", "Phones"):
        assert f"→ {words}" in page, words
    assert "2550" not in page


def _fill(us: Cast, count: int) -> None:
    """That many people, each with a merged record, and with what each type's fields are read from."""
    for number in range(count):
        one = person(f"Person {number}", f"p{number}@example.org")
        also = Person.objects.create(name="Also", canonical=one)
        house = Household.objects.create(key=f"{number} elm", street=f"{number} Elm Street")
        Person.objects.filter(pk=one.pk).update(household=house)
        for member in (one, also):
            Consent.objects.create(person=member, channel="email", state="granted", source="form", at=NOW)
            PersonNote.objects.create(person=member, text=f"Of {member.pk}", by=us.lead, at=NOW)
        here, merged = inquiry(us), inquiry(us)
        Inquiry.objects.filter(pk__in=[here.pk, merged.pk]).update(person=one, assignee=us.volunteer)
        Inquiry.objects.filter(pk=merged.pk).update(merged_into=here, status="merged")
        for of in (here, merged):
            Note.objects.create(inquiry=of, author=us.lead, at=NOW, text=f"On {of.pk}")
        Article.objects.filter(pk=article(f"Answer {number}").version.article_id).update(owner=us.lead)


@pytest.mark.parametrize("name", ["person", "inquiry", "message", "article", "user"])
def test_a_page_of_any_type_costs_the_same_for_two_and_for_twenty(us: Cast, name: str) -> None:
    _fill(us, 12)
    if name == "user":
        for number in range(20):
            user(f"Colleague {number}", us.team)
    here = browser(us.administrator)

    def cost(limit: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            rows = here.get(f"{API}{name}/?limit={limit}").json()["results"]
        assert len(rows) == limit
        return len(asked)

    most = 12 if name in ("person", "article") else 20
    cost(most)  # what is read for the first time this hour is kept once
    assert cost(2) == cost(most)


def test_what_is_read_of_many_is_what_is_read_of_one(us: Cast) -> None:
    _fill(us, 3)
    here = browser(us.administrator)
    for name in ("person", "inquiry", "message", "article"):
        rows = here.get(f"{API}{name}/").json()["results"]
        assert len(rows) >= 3
        for row in rows:
            assert here.get(f"{API}{name}/{row['uid']}/").json() == row
    fields = here.get(f"{LIST}?name=Person 2").json()["results"][0]["fields"]
    assert (fields["consent"], len(fields["notes"]), fields["household"]) == (["email: granted"], 2, "2 Elm Street")


def test_what_is_read_of_many_is_masked_and_hidden_like_the_rest(us: Cast) -> None:
    _fill(us, 2)
    given = {
        "person": {"verbs": ["see"], "rows": ["all"], "fields": {"name": "read", "notes": "masked"}},
        "message": {"verbs": ["see"], "rows": ["all"], "fields": {"subject": "masked", "sender": "masked"}},
        "inquiry": {"verbs": ["see"], "rows": ["all"], "fields": {"notes": "masked"}},
    }
    Role.objects.create(slug="guest", name="Guest", grants={"records": given})
    here = browser(user("Gus Guest", roles=["guest"]))
    for name in ("person", "message", "inquiry"):
        body = here.get(f"{API}{name}/").content.decode()
        for words in ("Of ", "On ", "granted", "ballot", "example.org"):
            assert words not in body, (name, words)
    assert here.get(f"{API}inquiry/").json()["results"][0]["fields"] == {"notes": ["•••", "•••"]}
