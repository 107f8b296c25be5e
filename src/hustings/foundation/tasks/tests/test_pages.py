"""The pages of tasks: the list, one task, a record's own page; what they refuse."""

import csv
import io
import json
import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hustings.foundation.access.models import AuditEntry, Role
from hustings.foundation.automation.models import Notice
from hustings.foundation.tasks import entries
from hustings.foundation.tasks.actions.changing import change_task
from hustings.foundation.tasks.actions.giving import give_task
from hustings.foundation.tasks.models import Status, Task
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_person, make_user
from hustings.service.incidents.actions.reporting import report

HX = {"HTTP_HX_REQUEST": "true"}


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def given(actor, title="Call the county", **facts):
    return give_task(actor=actor, title=title, now=NOW, **facts)


def text_of(response):
    return response.content.decode()


def test_a_lead_gives_one_on_a_letter_and_the_volunteer_does_it(cast):
    talk = make_inquiry(cast.help)
    lead, volunteer = client_of(cast.dana), client_of(cast.june)
    address = f"/tasks/new/?about=inquiry/{talk.uid}"
    assert talk.subject in text_of(lead.get(address))
    sent = {"title": "Ask the clerk", "to": f"person:{cast.june.uid}", "due_on": "2999-01-02", "words": "By phone"}
    response = lead.post(address, sent)
    task = Task.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/tasks/{task.uid}/")
    assert (task.assignee, task.record_id, task.due_on.isoformat()) == (cast.june, talk.pk, "2999-01-02")
    page = text_of(volunteer.get("/tasks/"))
    assert "Ask the clerk" in page
    assert talk.subject in page
    assert "Ask the clerk" in text_of(volunteer.get(f"/i/{talk.uid}/"))
    done = volunteer.post(f"/tasks/{task.uid}/done/", HTTP_HX_TARGET="tasks-panel", **HX)
    assert done.status_code == 200
    assert "Nothing is to be done" not in text_of(done)
    task.refresh_from_db()
    assert (task.status, task.ended_by) == (Status.DONE, cast.june)
    assert "Ask the clerk" not in text_of(volunteer.get("/tasks/"))
    assert "Ask the clerk" in text_of(volunteer.get("/tasks/?view=over"))
    assert volunteer.post(f"/tasks/{task.uid}/reopen/", **HX).status_code == 204
    task.refresh_from_db()
    assert task.status == Status.OPEN


def test_who_may_not_see_what_it_is_about_is_named_before_it_is_given(cast):
    talk = make_inquiry(cast.gifts)
    admin = client_of(cast.ada)
    address = f"/tasks/new/?about=inquiry/{talk.uid}"
    sent = {"title": "Look", "to": f"person:{cast.june.uid}"}
    refused = admin.post(address, sent)
    assert refused.status_code == 422
    assert "June Oduya may not see what this is about" in text_of(refused)
    assert Task.objects.count() == 0
    assert admin.post(address, {**sent, "anyway": "on"}).status_code == 302
    task = Task.objects.get()
    page = text_of(client_of(cast.june).get(f"/tasks/{task.uid}/"))
    assert "A record you may not see" in page
    assert talk.subject not in page


def test_what_is_refused_is_said_and_the_words_are_kept(cast):
    lead = client_of(cast.dana)
    for sent, said in (
        ({"title": "", "to": "me"}, "Say what is to be done."),
        ({"title": "Kept words", "to": "person:no"}, "Select a valid choice"),
        ({"title": "Kept words", "to": "me", "due_on": "2020-01-01"}, "That day is over"),
    ):
        response = lead.post("/tasks/new/", sent)
        assert response.status_code == 422
        assert said in text_of(response)
        assert sent["title"] in text_of(response)
    hidden = make_inquiry(cast.gifts)
    response = client_of(cast.june).get(f"/tasks/new/?about=inquiry/{hidden.uid}")
    assert response.status_code == 200
    assert hidden.subject not in text_of(response)
    assert client_of(cast.june).get(f"/tasks/on/inquiry/{hidden.uid}/").status_code == 404
    assert Task.objects.count() == 0


def test_it_is_changed_on_its_page(cast):
    task = given(cast.dana, assignee=cast.june)
    lead = client_of(cast.dana)
    sent = {"title": "Call both", "words": "Twice", "to": "keep", "due_on": ""}
    assert lead.post(f"/tasks/{task.uid}/", sent).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.words, task.assignee) == ("Call both", "Twice", cast.june)
    assert lead.post(f"/tasks/{task.uid}/", {**sent, "to": f"team:{cast.voters.uid}"}).status_code == 302
    task.refresh_from_db()
    assert (task.assignee, task.team) == (None, cast.voters)
    assert client_of(cast.theo).post(f"/tasks/{task.uid}/take/").status_code == 302
    stale = client_of(cast.june).post(f"/tasks/{task.uid}/take/", **HX)
    assert stale.status_code == 409
    assert text_of(stale) == "Somebody took it a moment ago. Nothing was changed."
    task.refresh_from_db()
    assert task.assignee == cast.theo
    assert client_of(cast.june).post(f"/tasks/{task.uid}/nonsense/").status_code == 404


def test_the_list_is_narrowed_by_its_address_and_taken_as_a_file(cast):
    given(cast.dana, title="Ask the clerk", assignee=cast.june)
    given(cast.dana, title="Order chairs", assignee=cast.theo, words="Forty of them")
    lead = client_of(cast.dana)
    both = text_of(lead.get("/tasks/?view=given"))
    assert "Ask the clerk" in both
    assert "Order chairs" in both
    one = text_of(lead.get("/tasks/?view=given&q=FORTY chairs"))
    assert "Ask the clerk" not in one
    assert "Order chairs" in one
    assert "Order chairs" not in text_of(lead.get(f"/tasks/?view=all&for={cast.june.uid}"))
    rows = list(csv.DictReader(io.StringIO(b"".join(lead.get("/tasks/?view=given&format=csv")).decode())))
    assert [(row["title"], row["assignee"], row["status"]) for row in rows] == [
        ("Ask the clerk", "June Oduya", "open"),
        ("Order chairs", "Theo Marsh", "open"),
    ]
    told = json.loads(lead.get("/tasks/?view=given&format=json").content)["tasks"]
    assert [row["words"] for row in told] == ["", "Forty of them"]
    assert AuditEntry.objects.filter(action="task.exported").count() == 2
    assert client_of(cast.june).get("/tasks/?format=csv").status_code == 403
    assert [hit.label for hit in entries.found(cast.dana, "chairs")] == ["Order chairs"]


def test_it_stands_on_the_pages_of_people_and_incidents(cast):
    person = make_person()
    given(cast.dana, title="Visit Ruth", about=f"person/{person.uid}")
    assert "Visit Ruth" in text_of(client_of(cast.dana).get(f"/people/{person.uid}/"))
    incident = report(actor=cast.ada, kind="line", state_code="OH", at=NOW, what="A line", now=NOW)
    given(cast.ada, title="Send a lawyer", about=f"incident/{incident.uid}")
    page = client_of(cast.ada).get(f"/incidents/{incident.uid}/")
    assert "Send a lawyer" in text_of(page)


def test_roles_without_tasks_have_none(cast):
    looker = client_of(make_user("Olive Stone", cast.voters, roles=["observer"]))
    assert [looker.get(address).status_code for address in ("/tasks/", "/tasks/new/")] == [403, 403]
    assert "Tasks" not in text_of(looker.get("/"))
    talk = make_inquiry(cast.help)
    assert "tasks-panel" not in text_of(looker.get(f"/i/{talk.uid}/"))


def test_who_may_not_change_them_is_offered_nothing(cast):
    Role.objects.create(
        slug="reader", name="Reader",
        grants={"records": {"task": {"verbs": ["see"], "rows": ["all"], "fields": {"*": "read", "status": "hidden"}}}},
    )  # fmt: skip
    reader = make_user("Rita Moss", cast.voters, roles=["reader"])
    task = given(cast.dana, assignee=cast.june)
    page = client_of(reader).get(f"/tasks/{task.uid}/")
    assert page.status_code == 200
    assert "Call the county" in text_of(page)
    assert "It is done" not in text_of(page)
    assert client_of(reader).post(f"/tasks/{task.uid}/done/").status_code == 403
    assert client_of(reader).get("/tasks/?view=over").status_code == 403
    task.refresh_from_db()
    assert task.status == Status.OPEN


def test_a_list_asks_the_same_however_long_it_is(cast):
    client, asked = client_of(cast.dana), []
    for more in (1, 2):
        for _n in range(more):
            given(cast.dana, title="One more", assignee=cast.june, about=f"inquiry/{make_inquiry(cast.help).uid}")
        client.get("/tasks/?view=all")  # what a process learns once
        with CaptureQueriesContext(connection) as queries:
            shown = text_of(client.get("/tasks/?view=all")).count("One more")
        asked.append((shown, len(queries)))
    assert asked == [(1, asked[0][1]), (3, asked[0][1])]


def test_the_rail_marks_the_tasks_and_no_list_of_the_same_words(cast):
    page = text_of(client_of(cast.dana).get("/tasks/?view=all"))
    rail = page[page.index('id="rail-main"') : page.index("</nav>", page.index('id="rail-main"'))]
    assert re.findall(r'href="([^"]+)"[^>]*aria-current', rail) == ["/tasks/"]
    desk = text_of(client_of(cast.dana).get("/?view=all"))
    rail = desk[desk.index('id="rail-main"') : desk.index("</nav>", desk.index('id="rail-main"'))]
    assert re.findall(r'href="([^"]+)"[^>]*aria-current', rail) == ["/?view=all"]


def test_who_has_it_is_told_once(cast):
    task = given(cast.dana, assignee=cast.june)
    change_task(actor=cast.dana, task=task, team=cast.voters, now=NOW)  # it stays hers
    assert Notice.objects.filter(user=cast.june).values_list("times", flat=True).get() == 1
    change_task(actor=cast.dana, task=task, assignee=None, now=NOW)
    assert Notice.objects.filter(user=cast.theo, text="Your team was given a task.").count() == 1


def test_through_the_api(cast):
    talk = make_inquiry(cast.help)
    client = client_of(cast.dana)
    sent = {"fields": {"title": "By program", "about": f"inquiry/{talk.uid}", "due_on": "2999-02-03"}}
    made = client.post("/api/v1/records/task/", json.dumps(sent), content_type="application/json")
    assert made.status_code == 201, made.content
    uid = json.loads(made.content)["uid"]
    assert Task.objects.get(uid=uid).record_id == talk.pk
    told = json.loads(client.get(f"/api/v1/records/task/{uid}/").content)["fields"]
    assert (told["title"], told["about"], told["due_on"]) == ("By program", f"inquiry/{talk.uid}", "2999-02-03")
    bad = {"fields": {"title": "", "about": f"inquiry/{talk.uid}"}}
    refused = client.post("/api/v1/records/task/", json.dumps(bad), content_type="application/json")
    assert refused.status_code == 422
    assert json.loads(refused.content)["errors"][0]["field"] == "title"
    changed = client.patch(
        f"/api/v1/records/task/{uid}/", json.dumps({"fields": {"status": "done"}}), content_type="application/json"
    )
    assert changed.status_code == 200, changed.content
    assert Task.objects.get(uid=uid).status == Status.DONE
