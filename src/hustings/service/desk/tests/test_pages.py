from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.foundation.core.clock import now
from hustings.foundation.geography import queries as geography
from hustings.foundation.geography.models import State
from hustings.service.desk.actions import life
from hustings.service.desk.actions.notes import write_note
from hustings.service.desk.models import BulkRun, Event, Inquiry, Mention, Note, Presence, Queue, QueueRule, Status
from hustings.service.desk.queries.presence import others
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry, make_person

PART = {"HX-Request": "true"}
OF_A_CONVERSATION, OF_A_LIST, OF_A_RAIL = 68, 26, 19


@pytest.fixture
def june(cast: Cast, client: Client) -> Client:
    client.force_login(cast.june)
    return client


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada)
    return client


def test_the_conversation_as_page_and_as_part(cast: Cast, june: Client) -> None:
    row = make_inquiry(cast.help, assignee=cast.june)
    write_note(actor=cast.theo, inquiry=row, text="@June: <b>look</b>", now=NOW)
    page = june.get(f"/i/{row.uid}/?view=mine").content.decode()
    assert "<html" in page
    assert "<mark>@June</mark>" in page
    assert "&lt;b&gt;look&lt;/b&gt;" in page
    assert Mention.objects.get().seen_at is not None
    row.refresh_from_db()
    assert not row.unread
    part = june.get(f"/i/{row.uid}/?view=mine", headers=PART)
    assert "<html" not in part.content.decode()
    assert 'id="thread"' in part.content.decode()
    for name in ("head", "log", "here"):
        assert june.get(f"/i/{row.uid}/{name}/", headers=PART).status_code == 200


def test_what_one_does_not_see_is_not_there(cast: Cast, june: Client) -> None:
    row = make_inquiry(cast.gifts)
    before = list(Inquiry.objects.values())
    for path in ("", "head/", "log/", "here/", "ask/assign/"):
        assert june.get(f"/i/{row.uid}/{path}").status_code == 404
    acts = "take assign snooze wake close reopen stage priority move tag note merge split ping"
    for act in acts.split():
        assert june.post(f"/i/{row.uid}/{act}/", {"stage": "answer", "text": "x"}).status_code == 404
    assert list(Inquiry.objects.values()) == before
    assert (Event.objects.count(), Note.objects.count(), Presence.objects.count()) == (0, 0, 0)


def test_a_merged_one_leads_to_where_it_is_read(cast: Cast, june: Client) -> None:
    kept = make_inquiry(cast.help)
    gone = make_inquiry(cast.help, status="merged", merged_into=kept)
    assert june.get(f"/i/{gone.uid}/").headers["Location"] == f"/i/{kept.uid}/"


@pytest.mark.parametrize("parts", [False, True])
def test_acting_and_undoing(cast: Cast, june: Client, parts: bool) -> None:
    row = make_inquiry(cast.help)
    headers = PART if parts else {}
    answer = june.post(f"/i/{row.uid}/close/?view=mine", headers=headers)
    assert answer.status_code == (204 if parts else 302)
    row.refresh_from_db()
    assert row.status == Status.CLOSED
    event = Event.objects.get()
    june.post(f"/desk/undo/{event.uid}/", headers=headers)
    row.refresh_from_db()
    assert row.status == Status.OPEN


def test_each_act_by_its_form(cast: Cast, june: Client) -> None:
    row = make_inquiry(cast.help, tags=["Old"])
    june.post(f"/i/{row.uid}/take/")
    june.post(f"/i/{row.uid}/tag/", {"tags": "Ballot, Ohio"})
    june.post(f"/i/{row.uid}/stage/", {"stage": "answer"})
    june.post(f"/i/{row.uid}/priority/", {"priority": "1"})
    june.post(f"/i/{row.uid}/note/", {"text": "Look"})
    june.post(f"/i/{row.uid}/assign/", {"user": str(cast.theo.uid), "word": "Please go on"})
    june.post(f"/i/{row.uid}/snooze/", {"until": (now() + timedelta(hours=3)).isoformat()})
    row.refresh_from_db()
    assert (row.assignee, row.tags, row.stage, row.priority, row.status) == (
        cast.theo,
        ["Ballot", "Ohio"],
        "answer",
        1,
        "snoozed",
    )
    assert list(Note.objects.order_by("id").values_list("text", flat=True)) == ["Look", "Please go on"]
    june.post(f"/i/{row.uid}/wake/")
    june.post(f"/i/{row.uid}/move/", {"queue": "donations"})
    row.refresh_from_db()
    assert (row.status, row.queue, row.assignee) == ("open", cast.gifts, None)


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("snooze", {}),
        ("snooze", {"until": "2001-01-01T00:00:00+00:00"}),
        ("tag", {"tags": "x" * 41}),
        ("note", {"text": ""}),
        ("assign", {"user": str(uuid4())}),
        ("move", {"queue": "nowhere"}),
        ("merge", {"into": str(uuid4())}),
        ("split", {}),
        ("stage", {"stage": "odd"}),
        ("priority", {"priority": "0"}),
    ],
)
def test_bad_input_is_said_and_nothing_happens(cast: Cast, june: Client, act: str, data: dict[str, str]) -> None:
    row = make_inquiry(cast.help)
    before = Inquiry.objects.values().get(pk=row.pk)
    answer = june.post(f"/i/{row.uid}/{act}/", data, headers=PART)
    assert answer.status_code in (403, 409, 422)
    assert Inquiry.objects.values().get(pk=row.pk) == before
    assert (Event.objects.count(), Note.objects.count()) == (0, 0)


@pytest.mark.parametrize("what", ["assign", "snooze", "move", "tag", "note", "merge", "split"])
def test_each_sheet_also_stands_alone(cast: Cast, june: Client, what: str) -> None:
    row = make_inquiry(cast.help, messages=2)
    assert "<html" in june.get(f"/i/{row.uid}/ask/{what}/").content.decode()
    sheet = june.get(f"/i/{row.uid}/ask/{what}/", headers=PART).content.decode()
    assert "<dialog" in sheet
    assert "<html" not in sheet


def test_merging_by_address(cast: Cast, june: Client) -> None:
    person = make_person()
    kept, gone = make_inquiry(cast.help, person=person), make_inquiry(cast.help, person=person)
    answer = june.post(
        f"/i/{gone.uid}/merge/?view=mine", {"other": f"https://desk.example.org/i/{kept.uid}/?view=mine"}
    )
    assert answer.headers["Location"] == f"/i/{kept.uid}/?"
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert "merged" in june.get(f"/i/{kept.uid}/").content.decode()
    june.post(f"/desk/undo/{Event.objects.get(kind='merged_away').uid}/")
    gone.refresh_from_db()
    assert gone.status == Status.OPEN


def test_undoing_what_another_did_out_of_sight_is_not_there(cast: Cast, june: Client) -> None:
    row = make_inquiry(cast.gifts)
    event = life.close(actor=cast.ines, inquiry=row, now=now())
    assert event is not None
    assert june.post(f"/desk/undo/{event.uid}/").status_code == 404
    row.refresh_from_db()
    assert row.status == Status.CLOSED


def test_taking_the_next(cast: Cast, june: Client) -> None:
    row = make_inquiry(cast.help)
    assert june.post("/desk/next/").headers["Location"] == f"/i/{row.uid}/?view=mine"
    assert june.post("/desk/next/").headers["Location"] == "/?view=unassigned"
    assert june.get("/desk/next/").status_code == 405


def test_presence(cast: Cast, june: Client) -> None:
    row = make_inquiry(cast.help)
    june.post(f"/i/{row.uid}/ping/", {"state": "writing"})
    here = others(cast.theo, row, now())
    assert (here.writing, here.reading) == ([cast.june], [])
    theo = Client()
    theo.force_login(cast.theo)
    assert "is writing a reply too" in theo.get(f"/i/{row.uid}/").content.decode()
    june.post(f"/i/{row.uid}/ping/", {"state": "reading"})
    assert others(cast.theo, row, now()).reading == [cast.june]
    assert others(cast.theo, row, now() + timedelta(minutes=2)).reading == []
    june.post(f"/i/{row.uid}/ping/", {"state": "gone"})
    assert others(cast.theo, row, now()).reading == []


def test_bulk_over_the_chosen_and_over_all(cast: Cast, june: Client) -> None:
    rows = [make_inquiry(cast.help) for _n in range(3)]
    alien = make_inquiry(cast.gifts)
    data = {"verb": "close", "ids": [str(rows[0].uid), str(alien.uid), "odd"], "list": "view=unassigned"}
    assert june.post("/desk/bulk/", data, headers=PART).status_code == 204
    assert set(Inquiry.objects.filter(status="closed")) == {rows[0]}
    june.post("/desk/bulk/", {"verb": "assign", "assignee": str(cast.theo.uid), "all": "1", "list": "view=unassigned"})
    assert set(Inquiry.objects.filter(assignee=cast.theo)) == set(rows[1:])
    run = BulkRun.objects.latest("id")
    june.post(f"/desk/bulk/{run.uid}/undo/")
    assert not Inquiry.objects.filter(assignee=cast.theo).exists()
    assert june.get("/desk/bulk/progress/").status_code == 200
    theo = Client()
    theo.force_login(cast.theo)
    assert theo.post(f"/desk/bulk/{run.uid}/undo/").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"verb": "explode"}, {"verb": "tag", "tags": " ,"}, {"verb": "move"}, {"verb": "snooze"}]
)
def test_bulk_that_makes_no_sense(cast: Cast, june: Client, data: dict[str, str]) -> None:
    row = make_inquiry(cast.help)
    answer = june.post("/desk/bulk/", {**data, "ids": str(row.uid), "list": "view=open"}, headers=PART)
    assert answer.status_code in (403, 422)
    assert (BulkRun.objects.count(), Event.objects.count()) == (0, 0)


def test_queries_of_a_conversation_do_not_grow_with_it(cast: Cast, june: Client) -> None:
    row = make_inquiry(cast.help, assignee=cast.june)
    counts = []
    for more in (1, 3):
        for n in range(more):
            write_note(actor=cast.theo, inquiry=row, text=f"{n} @June", now=NOW)
            life.tag(actor=cast.theo, inquiry=row, add=[f"t{more}{n}"], now=NOW)
        june.get(f"/i/{row.uid}/")  # what is new is seen once
        with CaptureQueriesContext(connection) as queries:
            assert june.get(f"/i/{row.uid}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("letters", [1, 3])
def test_queries_of_what_is_asked_for_most(
    cast: Cast, june: Client, letters: int, django_assert_max_num_queries: Any
) -> None:
    """They creep up one by one: whoever adds one says so here."""
    rows = [make_inquiry(cast.help, assignee=cast.june) for _n in range(letters)]
    for path, most in (
        (f"/i/{rows[0].uid}/", OF_A_CONVERSATION),
        ("/?view=mine", OF_A_LIST),
        ("/desk/rail/", OF_A_RAIL),
    ):
        june.get(path)  # what is new is seen once
        with django_assert_max_num_queries(most):
            assert june.get(path).status_code == 200


@pytest.fixture
def ohio(db: None) -> Iterator[None]:
    State.objects.create(code="OH", name="Ohio", fips="39")
    geography.forget()
    yield
    geography.forget()


def test_queues_and_rules(cast: Cast, ohio: None, ada: Client, june: Client) -> None:
    for n in range(3):
        make_inquiry(cast.help, subject=f"A letter on clinics {n}" if n else "Ramp")
    queue = {"name": "Press desk", "team": cast.voters.pk, "hours_to_answer": "4", "colour": "5"}
    assert ada.post("/settings/queues/new/", queue).status_code == 302
    press = Queue.objects.get(slug="press-desk")
    assert (press.minutes_to_answer, press.is_default) == (240, False)
    rule = {"words": "clinics, rural health", "queue": press.pk, "states": "Ohio", "tag": "Health", "priority": ""}
    tried = ada.post("/settings/queues/rules/new/", {**rule, "try": "1"}).content.decode()
    assert "Would match 2 of the last 3 letters" in tried
    assert not QueueRule.objects.exists()
    assert ada.post("/settings/queues/rules/new/", rule).status_code == 302
    saved = QueueRule.objects.get()
    assert (saved.words, saved.states, saved.tag) == (["clinics", "rural health"], ["OH"], "Health")
    for path in ("", "new/", f"{press.uid}/", "rules/new/", f"rules/{saved.uid}/"):
        assert ada.get(f"/settings/queues/{path}").status_code == 200
        assert june.get(f"/settings/queues/{path}").status_code == 403
    assert ada.post("/settings/queues/rules/new/", {"queue": press.pk}).status_code == 422
    assert ada.post("/settings/queues/rules/new/", {**rule, "states": "Atlantis"}).status_code == 422
    ada.post(f"/settings/queues/{press.uid}/up/")
    order = list(Queue.objects.order_by("position").values_list("slug", flat=True))
    assert order == ["crisis", "voter-help", "press-desk", "donations"]
    ada.post(f"/settings/queues/{press.uid}/default/")
    assert Queue.objects.get(is_default=True) == press
    ada.post(f"/settings/queues/rules/{saved.uid}/remove/")
    assert not QueueRule.objects.exists()


def test_a_lead_rules_their_own_queues_alone(cast: Cast) -> None:
    dana = Client()
    dana.force_login(cast.dana)
    mine = QueueRule.objects.create(position=1, queue=cast.help, words=["ramp"])
    theirs = QueueRule.objects.create(position=2, queue=cast.gifts, words=["gift"])
    assert dana.get(f"/settings/queues/rules/{mine.uid}/").status_code == 200
    assert dana.get(f"/settings/queues/rules/{theirs.uid}/").status_code == 403
    dana.post(f"/settings/queues/rules/{theirs.uid}/remove/")
    assert dana.post("/settings/queues/rules/new/", {"words": "x", "queue": cast.gifts.pk}).status_code == 422
    assert dana.get("/settings/queues/new/").status_code == 403
    assert dana.post(f"/settings/queues/{cast.help.uid}/remove/").status_code == 302
    assert set(QueueRule.objects.all()) == {mine, theirs}
    assert Queue.objects.filter(pk=cast.help.pk).exists()
