"""The pages of calls."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hustings.constituents.people.models import Consent, Person
from hustings.foundation.access.models import Role, User
from hustings.foundation.core.clock import now
from hustings.service.answers.actions import withdraw
from hustings.service.answers.models import CorrectionRecipient
from hustings.service.calls.actions.taking import begin, take
from hustings.service.calls.models import Call

from .cast import NOW, Cast, asked, somebody, to_call, told


def browser(of: User) -> Client:
    made = Client()
    made.force_login(of)
    session = made.session
    session["second_factor"] = True  # some roles ask for it
    session.save()
    return made


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


@pytest.fixture(name="ruth")
def _ruth(cast: Cast) -> Person:
    return somebody("Ruth Abernathy")


def test_a_caller_takes_dials_and_notes_without_ever_seeing_the_number(cast: Cast, ruth: Person) -> None:
    (row,) = to_call(cast, ruth, about=asked(cast, ruth))
    cora = browser(cast.cora)
    page = shown(cora, "/calls/")
    assert ("Shown once you take the call" in page, "Ruth" in page) == (True, False)
    taken = cora.post("/calls/next/")
    call = Call.objects.get()
    assert taken["Location"] == f"/calls/{call.uid}/"
    page = shown(cora, taken["Location"])
    assert ("Ruth Abernathy" in page, "•••-•••-0142" in page, "It is until eight." in page) == (True, True, True)
    dialled = cora.get(f"/calls/{call.uid}/dial/")
    assert (dialled.status_code, dialled["Location"], dialled["Cache-Control"]) == (302, "tel:+16145550142", "no-store")
    assert "6145550142" not in dialled.content.decode() + page.replace("-", "")
    refused = cora.post(f"/calls/{call.uid}/", {"outcome": ""})
    assert (refused.status_code, "What came of it?" in refused.content.decode()) == (422, True)
    noted = cora.post(f"/calls/{call.uid}/", {"outcome": "told", "note": "Thanked us."})
    assert (noted.status_code, noted["Location"]) == (302, "/calls/")
    row.refresh_from_db()
    call.refresh_from_db()
    assert (row.state, row.called_by, call.outcome, call.note) == ("called", cast.cora, "told", "Thanked us.")
    assert cora.get(f"/calls/{call.uid}/dial/")["Location"] == f"/calls/{call.uid}/"
    assert "Nobody is to be called now" in shown(cora, "/calls/")


def test_whom_another_is_calling_is_not_dialled(cast: Cast, ruth: Person) -> None:
    (row,) = to_call(cast, ruth, about=asked(cast, ruth))
    call = take(actor=cast.cora, recipient=row, now=now())
    cole = browser(cast.cole)
    assert "Cora Bell is calling" in shown(cole, "/calls/")
    assert cole.get(f"/calls/{call.uid}/dial/").status_code == 404
    assert cole.post(f"/calls/{call.uid}/", {"outcome": "told"}).status_code == 404
    assert cole.post(f"/calls/take/{row.uid}/")["Location"] == "/calls/"
    call.refresh_from_db()
    assert (call.by, call.ended_at, Call.objects.count()) == (cast.cora, None, 1)


def test_noted_from_a_conversation_with_the_words_that_were_said(cast: Cast, ruth: Person) -> None:
    of = asked(cast, ruth)
    june = browser(cast.june)
    assert 'aria-label="Call them, or note that they called"' in shown(june, f"/i/{of.uid}/")
    begun = june.post("/calls/begin/", {"inquiry": str(of.uid)})
    page = shown(june, begun["Location"])
    assert ("Ohio takes mail ballots until noon." in page, "The conversation is done" in page) == (True, True)
    given = {"direction": "in", "outcome": "told", "text": str(cast.words.uid), "note": "Had moved.", "close": "on"}
    assert june.post(begun["Location"], given)["Location"] == f"/i/{of.uid}/"
    call = Call.objects.get()
    assert (call.version, call.direction, call.inquiry) == (cast.words.version, "in", of)
    of.refresh_from_db()
    assert of.status == "closed"
    thread = shown(june, f"/i/{of.uid}/")
    assert re.search(r"noted that they called.*Spoke with them.*Mail ballots, version 7.*Had moved\.", thread)
    person = shown(june, ruth.get_absolute_url())
    assert re.search(r"spoke with them on the telephone.*Had moved\.", person)
    page = shown(june, call.get_absolute_url())
    assert ("Mail ballots, version 7" in page, "Note the call" in page) == (True, False)


def test_words_that_are_withdrawn_meanwhile_are_gone_or_say_so(cast: Cast, ruth: Person) -> None:
    call = begin(actor=cast.june, person=ruth, inquiry=asked(cast, ruth), now=now())
    june = browser(cast.june)
    words = f"/calls/{call.uid}/words/"
    assert "until noon" in shown(june, words)
    withdraw(actor=cast.us.administrator, article=cast.article, reason="x", now=now())
    assert "until noon" not in shown(june, words)
    page = shown(june, f"{words}?text={cast.words.uid}")
    assert ("until noon" in page, "Withdrawn: do not say this." in page) == (False, True)
    june.post(f"/calls/{call.uid}/", {"direction": "out", "outcome": "told", "text": str(cast.words.uid)})
    call.refresh_from_db()
    assert call.version == cast.words.version  # what was said was said


def test_a_button_on_the_persons_page(cast: Cast, ruth: Person) -> None:
    page = shown(browser(cast.lead), ruth.get_absolute_url())
    assert (f'name="person" value="{ruth.uid}"' in page, "tel:" in page, "No call:" in page) == (True, False, False)
    reader = browser(cast.counsel)  # reads numbers, makes no calls
    assert 'href="tel:+16145550142"' in shown(reader, ruth.get_absolute_url())
    assert reader.post("/calls/begin/", {"person": str(ruth.uid)}).status_code == 403
    assert browser(cast.june).post("/calls/begin/", {"person": str(ruth.uid)}).status_code == 404
    assert browser(cast.lead).post("/calls/begin/", {"person": ""}).status_code == 404
    assert Call.objects.count() == 0


def test_why_there_is_no_call_is_said(cast: Cast, ruth: Person) -> None:
    lead = browser(cast.lead)
    assert "No call: No telephone number is known." in shown(lead, somebody("Tom Pike", phone="").get_absolute_url())
    Consent.objects.create(person=ruth, channel="phone", state="refused", source="form", at=NOW)
    assert "No call: They asked not to be called" in shown(lead, ruth.get_absolute_url())
    asked(cast, ruth)
    assert "No call:" not in shown(lead, ruth.get_absolute_url())
    Person.objects.filter(pk=ruth.pk).update(do_not_contact=True)
    assert "No call: Marked “do not contact”." in shown(lead, ruth.get_absolute_url())
    call = begin(actor=cast.lead, person=ruth, now=now())
    page = shown(lead, call.get_absolute_url())
    assert ("Do not call:" in page, "/dial/" in page) == (True, False)
    assert lead.get(f"/calls/{call.uid}/dial/")["Location"] == call.get_absolute_url()


def test_the_correction_and_the_list_are_one_act(cast: Cast, ruth: Person) -> None:
    (row,) = to_call(cast, ruth)
    page = reverse("answers:correction", args=[cast.article.uid, row.correction.uid])
    assert f"/calls/take/{row.uid}/" in shown(browser(cast.us.administrator), page)
    assert f"/calls/take/{row.uid}/" not in shown(browser(cast.counsel), page)
    admin = browser(cast.us.administrator)
    admin.post(admin.post(f"/calls/take/{row.uid}/")["Location"], {"outcome": "told"})
    assert "Marguerite Sole" in shown(admin, f"{page}?in=called")


def test_tries_and_lists(cast: Cast, ruth: Person) -> None:
    row, without = to_call(cast, ruth, somebody("Tom Pike", phone=""))
    lead = browser(cast.lead)
    call = take(actor=cast.lead, recipient=row, now=now())
    assert "Go on" in shown(lead, "/calls/?list=mine")
    lead.post(f"/calls/{call.uid}/drop/")
    assert Call.objects.count() == 0
    taken = lead.post("/calls/next/")["Location"]
    lead.post(taken, {"outcome": "none"})
    assert "tried 1 time" in shown(lead, "/calls/?list=later")
    assert "Tom Pike" in shown(lead, "/calls/?list=no-number")
    lead.post(f"/calls/give-up/{without.uid}/")
    assert CorrectionRecipient.objects.get(pk=without.pk).state == "given_up"
    assert lead.post(f"/calls/give-up/{row.uid}/").status_code == 302
    assert CorrectionRecipient.objects.get(pk=row.pk).state == "to_call"  # he has a number


def test_who_makes_no_calls_sees_no_list(cast: Cast, ruth: Person) -> None:
    (row,) = to_call(cast, ruth)
    counsel = browser(cast.counsel)
    assert counsel.get("/calls/").status_code == 403
    assert counsel.post(f"/calls/take/{row.uid}/").status_code == 404
    assert "Calls to make" not in shown(counsel, "/answers/")
    assert Call.objects.count() == 0


def test_the_list_costs_as_many_questions_for_three_as_for_one(cast: Cast, ruth: Person) -> None:
    lead = browser(cast.lead)
    counts = []
    for people in ([ruth], [somebody(f"Voter{n} Sample", phone=f"+1614555017{n}") for n in range(2)]):
        to_call(cast, *people)
        shown(lead, "/calls/")
        with CaptureQueriesContext(connection) as captured:
            shown(lead, "/calls/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_call_that_was_not_noted_says_so(cast: Cast, ruth: Person) -> None:
    call = begin(actor=cast.june, person=ruth, now=now() - timedelta(hours=1))
    june = browser(cast.june)
    assert "This call was not noted." in shown(june, call.get_absolute_url())
    assert june.post(call.get_absolute_url(), {"outcome": "told", "direction": "out"}).status_code == 200
    call.refresh_from_db()
    assert call.ended_at is None


def test_a_message_was_left_for_whom_it_is_seen(cast: Cast, ruth: Person) -> None:
    call = told(cast, ruth, asked(cast, ruth), outcome="message", at=NOW)
    assert browser(cast.wes).get(call.get_absolute_url()).status_code == 404
    assert browser(cast.dana).get(call.get_absolute_url()).status_code == 200


def test_who_may_not_know_when_and_by_whom_calls_all_the_same(cast: Cast, ruth: Person) -> None:
    Role.objects.create(slug="veiled", name="Veiled", grants={"records": {"call": {"fields": {
        "at": "never", "by": "never", "answered_from": "never"}}}})  # fmt: skip
    cast.cole.roles = ["caller", "veiled"]
    cast.cole.save()
    of = asked(cast, ruth)
    tried, free = to_call(cast, ruth, somebody("Wendell Pike", phone="+16145550199"), about=of)
    take(actor=cast.cora, recipient=tried, now=now())
    cole = browser(cast.cole)
    page = shown(cole, "/calls/")
    assert ("Somebody is calling" in page, "Cora" in page) == (True, False)
    refused = cole.post(f"/calls/take/{tried.uid}/", follow=True)
    assert "Somebody is calling them now." in refused.content.decode()
    assert "Cora Bell" not in refused.content.decode()
    address = cole.post("/calls/next/")["Location"]
    assert "It is until eight." in shown(cole, address)
    assert shown(cole, "/calls/?list=mine").count("Go on") == 1
    assert cole.get(f"{address}dial/")["Location"] == "tel:+16145550199"
    assert cole.post(address, {"outcome": "none"}).status_code == 302
    call = Call.objects.get(recipient=free)
    assert (call.by, call.outcome, call.ended_at is not None) == (cast.cole, "none", True)
    page = shown(cole, "/calls/?list=later")
    assert ("Wendell Pike" in page or "Shown once you take the call" in page, "tried 1 time" in page) == (True, True)
    assert "ago" not in page.partition("tried 1 time")[2][:80]
    page = shown(cole, "/calls/?list=noted")
    assert ("No answer" in page, "Cole Nash" in page.partition("<tbody>")[2].partition("</tbody>")[0]) == (True, False)
    assert cole.post(f"{address}undo/").status_code == 302
    assert Call.objects.filter(undoing__isnull=False).get() == call
    assert "Undone" in shown(cole, address)
    said = told(cast, ruth, of)
    assert shown(browser(cast.june), f"/i/{of.uid}/").count(f"call-{said.uid}") == 1
    cast.dana.roles = ["volunteer", "caller", "veiled"]
    cast.dana.save()
    dana = browser(cast.dana)
    assert f"call-{said.uid}" not in shown(dana, f"/i/{of.uid}/")
    page = shown(dana, f"/calls/{said.uid}/")
    assert ("Spoke with them" in page, "June Oduya" in page, "Mail ballots" in page) == (True, False, False)
