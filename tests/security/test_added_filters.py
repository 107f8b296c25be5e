"""Lists of people and conversations filtered by the fields an administrator added: right, kept in the address and in
saved views, and for nobody who may not read the field."""

import json
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.constituents.people.models import Person
from hustings.foundation.access import grants
from hustings.foundation.access.models import AuditEntry, Role
from hustings.foundation.objects.actions.indexing import index_field
from hustings.foundation.objects.actions.shaping import add_field
from hustings.foundation.objects.actions.values import set_values
from hustings.foundation.objects.models import FieldType, FieldValue
from hustings.foundation.objects.queries import narrowing
from hustings.service.correspondence.tests.replying import NOW, Cast, cast, inquiry, person, user
from hustings.service.desk.models import Inquiry, SavedView

from .visiting import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shape_anew")]
FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Pledge", "money", {}),
    ("Diet", "text", {}),
    ("Nick", "text", {"is_indexed": True}),
    ("Size", "choice", {"choices": ["Large", "Small"]}),
    ("Drives", "yes_no", {}),
    ("Born", "date", {"is_indexed": True}),
    ("Skills", "choices", {"choices": ["Phones", "Doors", "Data"]}),
    ("Visits", "number", {"is_indexed": True}),
)
RUTH = {"pledge": "25.50", "diet": "Vegan, no nuts", "nick": "Ruthie", "size": "large", "drives": True,
        "born": "1980-02-01", "skills": ["phones", "data"], "visits": 3}  # fmt: skip
SOL = {"pledge": "3", "diet": "none", "nick": "Solly", "size": "small", "drives": False, "born": "1990-05-01",
       "visits": 12}  # fmt: skip
CASES = [
    ("f.pledge=25.50", "Ruth"),
    ("f.pledge.min=3", "Ruth Sol"),
    ("f.pledge.min=3&f.pledge.max=25.49", "Sol"),
    ("f.diet=vegan", "Ruth"),
    ("f.diet=nuts", "Ruth"),
    ("f.nick=RUTH", "Ruth"),
    ("f.nick=thie", ""),
    ("f.size=large", "Ruth"),
    ("f.size=large&f.size=small", "Ruth Sol"),
    ("f.drives=yes", "Ruth"),
    ("f.drives=no", "Sol"),
    ("f.born.min=1985-01-01", "Sol"),
    ("f.born=1980-02-01", "Ruth"),
    ("f.skills=data", "Ruth"),
    ("f.skills=data&f.visits.max=2", ""),
    ("f.visits.min=3&f.visits.max=11", "Ruth"),
    ("f.visits=", "Ruth Sol Una"),
]


@pytest.fixture
def us() -> Cast:
    made = cast()
    for record in ("person", "inquiry"):
        for label, kind, more in FIELDS:
            add_field(actor=made.administrator, record=record, label=label, kind=kind, now=NOW, **more)
    for pk in FieldType.objects.filter(is_indexed=True).values_list("pk", flat=True):
        index_field(field_id=pk)
    grants.forget(made.administrator)
    return made


@pytest.fixture
def three(us: Cast) -> dict[str, Person]:
    found = {"Ruth": us.person, "Sol": person("Sol Iveson", "sol@example.org"), "Una": person("Una Moss", "una@x.org")}
    for name, values in (("Ruth", RUTH), ("Sol", SOL)):
        set_values(actor=us.administrator, record_type="person", record=found[name], values=values, now=NOW)
    return found


@pytest.fixture
def letters(us: Cast, three: dict[str, Person]) -> dict[str, Inquiry]:
    found = {name: inquiry(us) for name in three}
    for name, one in found.items():
        Inquiry.objects.filter(pk=one.pk).update(person=three[name])
    for name, values in (("Ruth", RUTH), ("Sol", SOL)):
        set_values(actor=us.administrator, record_type="inquiry", record=found[name], values=values, now=NOW)
    return found


def names(rows: list[dict[str, Any]], key: str) -> str:
    return " ".join(sorted(str(row[key]).split()[0] for row in rows))


@pytest.mark.parametrize(("query", "found"), CASES)
def test_people_by_added_fields(us: Cast, three: dict[str, Person], query: str, found: str) -> None:
    here = browser(us.administrator)
    answer = here.get(f"/people/people.json?{query}")
    rows = json.loads(b"".join(answer.streaming_content))["people"]
    assert names(rows, "name") == found
    page = here.get(f"/people/?{query}").content.decode()
    assert [name for name in three if str(three[name].uid) in page] == found.split()
    assert AuditEntry.objects.get(action="exported").detail["by"] == sorted(
        {part.split(".")[1].partition("=")[0] for part in query.split("&") if not part.endswith("=")}
    )


@pytest.mark.parametrize(("query", "found"), CASES)
def test_conversations_by_added_fields(us: Cast, letters: dict[str, Inquiry], query: str, found: str) -> None:
    answer = browser(us.administrator).get(f"/?view=all&{query}&format=json").json()
    assert names(answer["inquiries"], "person") == found
    assert answer["count"] == len(found.split())


def guest(level: str, **more: str) -> Client:
    """Whoever sees all, but these fields so."""
    fields = {"*": "read", **dict.fromkeys((*RUTH, "pledge"), level), **more}
    both = {"verbs": ["see", "export"], "rows": ["all"], "fields": fields}
    Role.objects.create(slug="guest", name="Guest", grants={"records": {"person": both, "inquiry": both}})
    return browser(user("Gus Guest", roles=["guest"]))


@pytest.mark.parametrize("level", ["hidden", "masked"])
@pytest.mark.parametrize(
    "address",
    [
        "/people/?",
        "/people/people.csv?",
        "/people/people.json?",
        "/?view=all&",
        "/desk/rows/?view=all&",
        "/desk/filters/?view=all&",
        "/?view=all&format=csv&",
        "/?view=all&format=json&",
    ],
)
def test_nobody_asks_by_what_they_may_not_read(us: Cast, letters: dict[str, Inquiry], level: str, address: str) -> None:
    here = guest(level, diet="read")
    for asked in ("f.visits=3", "f.visits=99", "f.skills=data", "f.skills=none", "f.pledge.min=", "f.visits.min=x"):
        answer = here.get(f"{address}{asked}")
        body = b"".join(answer) if answer.streaming else answer.content
        if asked.endswith("="):
            continue  # nothing is asked
        assert answer.status_code == 403, (asked, body[:300])
        assert b"Ruth" not in body
    # Whether there is such a field is not told either.
    ghost, veiled = here.get(f"{address}f.ghost=3"), here.get(f"{address}f.visits=3")
    assert (ghost.status_code, veiled.status_code) == (403, 403)
    answer = here.get(f"{address}f.diet=vegan")
    assert answer.status_code == 200
    assert b"f.visits" not in (b"".join(answer) if answer.streaming else answer.content)


def test_the_sheets_offer_what_may_be_read_and_hold_what_was_asked(us: Cast, letters: dict[str, Inquiry]) -> None:
    here = guest("hidden", visits="read", size="read")
    for address in ("/people/?", "/desk/filters/?view=all&"):
        page = here.get(f"{address}f.visits.min=2&f.size=small").content.decode()
        assert 'name="f.visits.min" value="2"' in page
        assert 'name="f.size" value="small" checked' in page
        assert "f.diet" not in page
        assert "f.born" not in page


def test_a_saved_view_keeps_what_it_asks(us: Cast, letters: dict[str, Inquiry]) -> None:
    here = browser(us.administrator)
    query = "view=all&f.size=large&f.size=small&f.visits.min=4"
    here.post("/desk/views/", {"name": "Small ones", "query": query, "team": us.team.pk})
    view = SavedView.objects.get()
    assert view.query == "view=all&f.size=large&f.size=small&f.visits.min=4"
    assert names(here.get(f"/?{view.query}&format=json").json()["inquiries"], "person") == "Sol"
    page = here.get(f"/?{view.query}").content.decode()
    assert "Size: Large, Small" in page
    assert "Visits: from 4" in page


def test_a_teams_view_tells_no_count_to_who_may_not_read(us: Cast, letters: dict[str, Inquiry]) -> None:
    SavedView.objects.create(owner=us.administrator, team=us.team, name="Threes", query="view=open&f.visits=3")
    rail = browser(us.administrator).get("/?view=all").content.decode()
    assert "<span>Threes</span><b>1</b>" in rail
    both = {"verbs": ["see"], "rows": ["all"], "fields": {"*": "read", "visits": "masked"}}
    Role.objects.create(slug="guest", name="Guest", grants={"records": {"inquiry": both}})
    guests = browser(user("Gus Guest", us.team, roles=["guest"]))
    page = guests.get("/?view=all")
    assert page.status_code == 200
    assert "<span>Threes</span></a>" in page.content.decode()
    assert guests.get("/?view=open&f.visits=3").status_code == 403


def test_what_cannot_be_read_is_said_and_nothing_is_found(us: Cast, letters: dict[str, Inquiry]) -> None:
    here = browser(us.administrator)
    page = here.get("/people/?f.visits.min=many").content.decode()
    assert "Visits: Write a number, like 12 or 3.5" in page
    assert "Ruth Abernathy" not in page
    page = here.get("/?view=all&f.visits.min=many").content.decode()
    assert "Visits: Write a number, like 12 or 3.5" in page
    assert 'class="row"' not in page


def test_an_index_is_used_where_the_field_has_one(us: Cast, three: dict[str, Person]) -> None:
    people = Person.objects.bulk_create([Person(name=f"Person {n}") for n in range(3000)])
    many = (
        FieldValue(record="person", record_id=one.pk, values={"visits": n, "nick": f"n{n}"}, changed_at=NOW)
        for n, one in enumerate(people)
    )
    FieldValue.objects.bulk_create(many)
    asked = narrowing.asked(us.administrator, "person", QueryDict("f.visits.min=2990&f.nick=n299"))
    assert asked.slugs == ["nick", "visits"]
    with connection.cursor() as cursor:
        cursor.execute("analyze objects_fieldvalue, people_person")
        for one in asked.conditions:
            rows = narrowing.narrowed("person", Person.objects.all(), narrowing.Asked([one]))
            plan = rows.explain()
            assert f"objects_v_{one.field.pk}" in plan, plan


def test_a_page_of_a_filtered_list_asks_a_fixed_number_of_questions(us: Cast, three: dict[str, Person]) -> None:
    here = browser(us.administrator)

    def cost(query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert here.get(f"/people/?{query}").status_code == 200
        return len(asked)

    cost("")  # who was read this hour is kept once
    assert cost("f.drives=yes") == cost("f.pledge.min=1") == cost("state=OH")
