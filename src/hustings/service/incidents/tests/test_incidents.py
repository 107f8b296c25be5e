"""An incident from its letter to its closing: who sees it, who is told, who closes it."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client

from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.automation.models import Notice
from hustings.foundation.core import clock, live
from hustings.foundation.objects.actions.shaping import add_field
from hustings.foundation.retention.registry import Subject, related
from hustings.foundation.retention.registry import registry as kept
from hustings.service.desk.models import Inquiry
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
    answer = client.post(f"/incidents/from/{inquiry.uid}/")
    incident = Incident.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, incident.get_absolute_url())
    assert (incident.kind, incident.state_code, incident.county_fips) == ("other", "OH", "39049")
    assert (incident.what, incident.at, incident.source) == (inquiry.snippet, inquiry.opened_at, "letter")
    assert (incident.reported_by, incident.is_open) == (cast.june, True)
    assert ["incidents:all", "incidents:OH"] in said
    again = client.post(f"/incidents/from/{inquiry.uid}/")
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


def test_of_a_conversation_one_of_each_kind_is_open_at_a_time(cast, polly):
    inquiry = make_inquiry(cast.help)
    found = reporting.Found(inquiry.pk, "machine", NOW, "The scanner is down", "OH", "39049", "4", "Library")
    later = replace(found, what="It is down again", precinct="5")
    assert reporting.report_found([found, later], now=NOW) == 1
    assert reporting.report_found([later], now=NOW) == 0
    incident = Incident.objects.get()
    assert (incident.source, incident.precinct, incident.place) == ("rule", "4", "Library")
    graver = replace(found, kind="intimidation", what="And now men with rifles stand there")
    assert reporting.report_found([graver], now=NOW) == 1
    keeping.close_incident(actor=polly, incident=incident, outcome="A second one came", now=NOW)
    assert reporting.report_found([later], now=NOW) == 1
    told = list(Incident.objects.order_by("pk").values_list("kind", "what", "closed_at"))
    assert told == [
        ("machine", "The scanner is down", NOW),
        ("intimidation", "And now men with rifles stand there", None),
        ("machine", "It is down again", None),
    ]


def test_what_was_reported_before_its_conversation_became_a_part_of_another_counts(cast):
    inquiry, gone = make_inquiry(cast.help), make_inquiry(cast.help)
    found = reporting.Found(gone.pk, "machine", NOW, "The scanner is down", "OH")
    assert reporting.report_found([found], now=NOW) == 1
    Inquiry.objects.filter(pk=gone.pk).update(merged_into=inquiry, status="merged")
    assert reporting.report_found([found, replace(found, inquiry_id=inquiry.pk)], now=NOW) == 0
    assert reporting.report_found([replace(found, kind="line")], now=NOW) == 1
    assert list(Incident.objects.order_by("pk").values_list("inquiry_id", flat=True)) == [gone.pk, inquiry.pk]


def test_none_becomes_a_second_of_its_kind(cast, polly):
    inquiry = make_inquiry(cast.help)
    rows = [reporting.Found(inquiry.pk, kind, NOW, "It is bad", "OH") for kind in ("machine", "line")]
    reporting.report_found(rows, now=NOW)
    machine, line = Incident.objects.order_by("pk")
    with pytest.raises(Refused):
        keeping.change_incident(actor=polly, incident=line, kind="machine", now=NOW)
    keeping.close_incident(actor=polly, incident=machine, outcome="Over", now=NOW)
    keeping.change_incident(actor=polly, incident=line, kind="machine", now=NOW)
    assert client_of(polly).post(f"/incidents/{machine.uid}/reopen/").status_code == 403
    assert set(Incident.objects.values_list("kind", "closed_at")) == {("machine", None), ("machine", NOW)}


def test_what_someone_in_crisis_told_is_for_those_who_are_trained(cast, polly, ohio):
    User.objects.filter(pk=ohio.pk).update(is_crisis_trained=True)
    ohio.refresh_from_db()
    marked = make_inquiry(cast.help, is_crisis=True)
    there = make_inquiry(cast.crisis)
    words = "They turned me away and I cannot go on"
    reporting.report_found([reporting.Found(one.pk, "id", NOW, words, "OH") for one in (marked, there)], now=NOW)
    by_hand = reported(cast.june)
    assert set(visible_to(polly)) == {by_hand}
    assert visible_to(ohio).count() == 3
    client = client_of(polly)
    for address in ("/incidents/", "/incidents/?view=all", *(one.get_absolute_url() for one in visible_to(ohio))):
        assert words not in client.get(address).content.decode()
    assert words not in b"".join(client.get("/incidents/incidents.csv").streaming_content).decode()
    assert words in client_of(ohio).get("/incidents/").content.decode()


def test_a_letter_that_was_reported_is_not_reported_again_by_who_does_not_see_it(cast, texan):
    inquiry = make_inquiry(cast.help)
    reporting.report_found([reporting.Found(inquiry.pk, "machine", NOW, "The scanner is down", "OH")], now=NOW)
    client, address = client_of(cast.june), f"/i/{inquiry.uid}/"
    assert "Reported already: voter protection has it." in client.get(address).content.decode()
    answer = client.post(f"/incidents/from/{inquiry.uid}/")
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "It was reported already" in client.get(address).content.decode()
    assert Incident.objects.count() == 1
    with pytest.raises(reporting.Reported):  # a double click
        reported(cast.june, inquiry=inquiry)
    Incident.objects.update(closed_at=NOW)
    assert reported(cast.june, inquiry=inquiry).is_open


@pytest.mark.parametrize(
    "facts",
    [
        {"county_fips": "390490"},
        {"county_fips": "OH049"},
        {"kind": "zombies"},
        {"precinct": "9" * 41},
        {"state_code": "OHI"},
        {"place": "a\x00b"},
    ],
)
def test_what_no_incident_can_be_is_refused_whole(cast, polly, facts):
    with pytest.raises(Refused):
        reported(cast.june, **facts)
    incident = reported(cast.june)
    with pytest.raises(Refused):
        keeping.change_incident(actor=polly, incident=incident, now=NOW, **facts)
    assert list(Incident.objects.values_list("kind", "county_fips", "precinct", "place", "state_code")) == [
        ("line", "", "", "", "OH")
    ]


def test_nobody_of_that_state_then_all_of_voter_protection_are_told(cast, ohio, texan):
    assert protectors(["TX"]) == [texan]
    assert protectors(["NV"]) == protectors([""]) == [ohio, texan]
    reported(cast.june, state_code="NV")
    assert reporting.tell_protectors(state_code="NV", now=NOW) == 2


def test_telling_waits_for_nobody_who_tells_of_the_same_state(cast, monkeypatch):
    asked = []
    monkeypatch.setattr(reporting.jobs, "enqueue", lambda name, **facts: asked.append((name, facts)))
    reported(cast.june)
    assert asked == [("incidents.tell", {"state_code": "OH"})]


def test_headings_of_its_page_do_not_jump(cast, polly):
    incident = reported(cast.june)
    keeping.change_incident(actor=polly, incident=incident, done="Called the county", now=NOW)
    closed = reported(cast.june)
    keeping.close_incident(actor=polly, incident=closed, outcome="Over", now=NOW)
    add_field(actor=cast.ada, record="incident", label="County clerk", kind="text", now=NOW)
    for user in (cast.june, cast.dana, polly, cast.ada):
        for one in (incident, closed):
            page = client_of(user).get(one.get_absolute_url())
            levels = [int(level) for level in re.findall(r"<h([1-6])", page.content.decode().partition("<main")[2])]
            assert page.status_code == 200
            assert levels[0] == 1
            assert all(after <= before + 1 for before, after in pairwise(levels)), levels


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
