"""An incident from its letter to its closing: who sees it, who is told, who closes it."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from hustings.foundation.access.models import AuditEntry
from hustings.foundation.automation.models import Notice
from hustings.foundation.core import clock, live
from hustings.foundation.retention.registry import Subject, related
from hustings.foundation.retention.registry import registry as kept
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_person, make_user
from hustings.service.incidents.actions import keeping, reporting
from hustings.service.incidents.models import Incident
from hustings.service.incidents.queries import open_by_state, protectors, visible_to
from hustings.service.incidents.rules import Refused

WHAT = "Three hours in line at Lincoln Heights"


@pytest.fixture
def polly(cast):
    return make_user("Polly Vance", cast.voters, roles=["voter-protection"])


@pytest.fixture
def ohio(cast):
    return make_user("Otis Reed", cast.voters, roles=["voter-protection"], states=["OH"])


@pytest.fixture
def texan(cast):
    return make_user("Tess Ortiz", cast.voters, roles=["voter-protection"], states=["TX"])


def reported(actor, **facts):
    return reporting.report(
        actor=actor, now=NOW, **{"kind": "line", "state_code": "OH", "at": NOW, "what": WHAT, **facts}
    )


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_from_a_letter_in_a_click(cast, polly, django_capture_on_commit_callbacks, monkeypatch):
    said = []
    monkeypatch.setattr(live, "publish", lambda topics, **kind: said.append(topics))
    came = clock.now() - timedelta(minutes=5)
    inquiry = make_inquiry(cast.help, county_fips="39049", opened_at=came)
    client = client_of(cast.june)
    answer = client.post(f"/incidents/from/{inquiry.uid}/", {"kind": "line"})
    incident = Incident.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, incident.get_absolute_url())
    assert (incident.kind, incident.state_code, incident.county_fips) == ("line", "OH", "39049")
    assert (incident.what, incident.at, incident.source) == (inquiry.snippet, inquiry.opened_at, "letter")
    assert (incident.reported_by, incident.is_open) == (cast.june, True)
    assert ["incidents:all", "incidents:OH"] in said
    again = client.post(f"/incidents/from/{inquiry.uid}/", {"kind": "line"})
    assert again["Location"] == incident.get_absolute_url()
    assert Incident.objects.count() == 1
    shown = client.get(f"/i/{inquiry.uid}/").content.decode()
    assert incident.get_absolute_url() in shown


def test_those_who_protect_the_state_are_told_once(cast, polly, ohio, texan):
    reported(cast.june)
    reporting.tell_protectors(state_code="OH", now=NOW)
    reported(cast.june)
    reporting.tell_protectors(state_code="OH", now=NOW)
    assert {user.name for user in protectors(["OH"])} == {"Polly Vance", "Otis Reed"}
    told = {notice.user: (notice.text, notice.times) for notice in Notice.objects.all()}
    assert told == {
        polly: ("2 open incidents in OH", 2),
        ohio: ("2 open incidents in OH", 2),
    }


def test_only_voter_protection_closes_it_and_says_how_it_ended(cast, polly):
    incident = reported(cast.june)
    for someone in (cast.june, cast.dana, cast.ada):
        with pytest.raises(Refused):
            keeping.close_incident(actor=someone, incident=incident, outcome="Over", now=NOW)
    with pytest.raises(Refused):
        keeping.close_incident(actor=polly, incident=incident, outcome=" ", now=NOW)
    incident.refresh_from_db()
    assert incident.is_open
    client = client_of(polly)
    answer = client.post(f"/incidents/{incident.uid}/close/", {"outcome": "A second scanner came"})
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert (incident.closed_by, incident.outcome, incident.is_open) == (polly, "A second scanner came", False)
    fields = list(AuditEntry.objects.filter(record_type="incident", action="record.changed").values_list("detail"))
    assert fields == [({"fields": ["outcome", "status"]},)]
    assert client_of(cast.june).post(f"/incidents/{incident.uid}/reopen/").status_code == 403
    keeping.reopen_incident(actor=polly, incident=incident, now=NOW)
    assert Incident.objects.get().is_open


def test_who_sees_which(cast, polly, ohio):
    mine, other = reported(cast.june), reported(cast.theo, state_code="TX")
    secret = reported(polly, inquiry=make_inquiry(cast.help, is_sealed=True))
    assert set(visible_to(cast.june)) == {mine}
    assert set(visible_to(cast.dana)) == {mine, other}
    assert set(visible_to(polly)) == {mine, other}
    assert set(visible_to(cast.ines)) == set()
    assert secret not in set(visible_to(cast.ada))
    assert [(line.code, line.count) for line in open_by_state(polly)] == [("OH", 1), ("TX", 1)]
    assert client_of(cast.ines).get(f"/incidents/{mine.uid}/").status_code == 404


def test_what_lies_ahead_and_what_one_may_not_are_refused_whole(cast, polly):
    with pytest.raises(Refused):
        reported(cast.june, at=NOW + timedelta(minutes=1))
    accountant = make_user("Bea Holt", roles=["budget"])
    with pytest.raises(Refused):
        reported(accountant)
    incident = reported(cast.june)
    with pytest.raises(Refused):
        keeping.change_incident(actor=cast.june, incident=incident, precinct="9", now=NOW)
    assert [(one.precinct, one.what) for one in Incident.objects.all()] == [("", WHAT)]


def test_the_board_and_its_file(cast, polly):
    incident = reported(cast.june, precinct="12B", what="=Three hours")
    keeping.change_incident(actor=polly, incident=incident, done="Called the county", now=NOW)
    client = client_of(polly)
    page = client.get("/incidents/?state=OH").content.decode()
    assert "Precinct 12B" in page
    assert 'data-live="incidents:OH"' in page
    assert "Precinct 12B" not in client.get("/incidents/?view=closed").content.decode()
    answer = client.get("/incidents/incidents.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["kind"], row["state"], row["precinct"], row["done"], row["what"]) for row in rows] == [
        ("line", "OH", "12B", "Called the county", "'=Three hours")
    ]
    assert AuditEntry.objects.filter(action="incident.exported", actor_id=polly.pk).count() == 1
    assert client_of(cast.june).get("/incidents/incidents.csv").status_code == 403


def test_by_hand_with_errors_that_say_what_is_missing(cast):
    client = client_of(cast.june)
    assert client.post("/incidents/new/", {"kind": "line"}).status_code == 422
    assert Incident.objects.count() == 0


def test_a_letter_is_reported_once_by_the_rules(cast):
    inquiry = make_inquiry(cast.help)
    found = reporting.Found(inquiry.pk, "machine", NOW, "The scanner is down", "OH", "39049", "4", "Library")
    assert reporting.report_found([found, found], now=NOW) == 1
    assert reporting.report_found([found], now=NOW) == 0
    incident = Incident.objects.get()
    assert (incident.source, incident.precinct, incident.place) == ("rule", "4", "Library")


def test_erasing_takes_the_words_and_leaves_that_it_happened(cast):
    person = make_person()
    incident = reported(cast.june, inquiry=make_inquiry(cast.help, person=person))
    other = reported(cast.june)
    subject = related(Subject([person.pk], {"person": [person.pk]}))
    part = kept.parts["incidents.words"]
    ids = list(part.rows().filter(part.of(subject)).values_list("pk", flat=True))
    assert ids == [incident.pk]
    part.erase(ids, NOW)
    assert [(one.what, one.state_code) for one in Incident.objects.order_by("pk")] == [("", "OH"), (WHAT, "OH")]
    assert other.what == WHAT
