"""The public form: kept once, refused with words, in the reader's language, without a cookie."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from hustings.constituents.insight.actions.counting import buffer
from hustings.constituents.insight.actions.noting import noting, visitor_of
from hustings.constituents.insight.models import Kind, Tally
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.channels.models import Delivery
from hustings.foundation.channels.queries import raw_of
from hustings.foundation.channels.webform import facts_of
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.geography import queries as geography
from hustings.foundation.geography.models import State, Zip
from hustings.service.correspondence.views import ask

pytestmark = pytest.mark.django_db
QUESTION = "Where do I vote now that the school is shut?"


@pytest.fixture(autouse=True)
def _campaign():
    geography.forget()
    ohio = State.objects.create(code="OH", name="Ohio", fips="39")
    Zip.objects.create(code="43211", city="Columbus", state=ohio)
    make_mailbox(address="help@adair.example.org", name="Adair", is_default=True)
    yield
    geography.forget()


def token(client):
    page = client.get("/ask/")
    return re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]


def given(client, **more):
    values = {"token": token(client), "question": QUESTION, "state": "OH", "answer_by": "email"}
    return values | {"email": "Pat@example.org", "name": "Pat"} | more


def test_a_question_is_a_letter_and_sets_no_cookie(client):
    answer = client.post("/ask/", given(client, zip="43211", phone="(614) 555-0142"))
    assert (answer.status_code, answer["Location"]) == (302, "/ask/thanks/")
    delivery = Delivery.objects.get()
    raw = raw_of(delivery)
    assert (delivery.source, delivery.envelope_to) == ("form", ["help@adair.example.org"])
    assert QUESTION.encode() in raw
    assert b"From: Pat <pat@example.org>" in raw
    facts = facts_of(raw)
    assert (facts.state_code, facts.zip, facts.phone, facts.language) == ("OH", "43211", "+16145550142", "en")
    assert client.cookies == {}
    assert client.get("/ask/thanks/").status_code == 200


def test_sent_twice_it_is_one_letter(client):
    values = given(client)
    answers = [client.post("/ask/", values) for _ in range(3)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/ask/thanks/")] * 3
    assert Delivery.objects.count() == 1


def test_the_same_words_from_a_form_opened_anew_are_a_second_letter(client):
    for _ in range(2):
        assert client.post("/ask/", given(client)).status_code == 302
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    "change", [{"question": QUESTION + " And until when?"}, {"phone": "(614) 555-0142"}, {"email": "pat@example.com"}]
)
def test_other_words_from_the_page_one_went_back_to_are_not_lost(client, change):
    values = given(client)
    for sent in (values, values | change, values | change):
        assert client.post("/ask/", sent).status_code == 302
    first, second = Delivery.objects.order_by("id")
    assert first.origin != second.origin


def test_sent_again_days_later_it_is_still_one_letter_and_takes_nothing_of_the_limit(client, monkeypatch):
    monkeypatch.setattr(ask, "MOST", 1)
    values = given(client)
    assert client.post("/ask/", values).status_code == 302
    monkeypatch.setattr(ask, "HOLDS", timedelta(seconds=-1))
    assert client.post("/ask/", values)["Location"] == "/ask/thanks/"
    assert Delivery.objects.count() == 1


def test_going_back_may_show_the_page_that_was_sent(client):
    page = client.get("/ask/")
    assert page["Cache-Control"] == "private, no-cache"
    assert '<form method="post" action="/ask/?send"' in page.content.decode()
    assert client.post("/ask/?send", given(client))["Location"] == "/ask/thanks/"
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": "vote?"}, "question"),
        ({"state": ""}, "state"),
        ({"state": "ZZ"}, "state"),
        ({"email": "pat.example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"answer_by": "phone", "phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"zip": "00000"}, "zip"),
        ({"website": "spam"}, "website"),
        ({"token": "forged"}, "__all__"),
    ],
)
def test_what_is_refused_says_where_and_keeps_the_words(client, change, field):
    answer = client.post("/ask/", given(client, **change))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (change.get("question") or QUESTION) in answer.content.decode()
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [("card.png", b"\x89PNG\r\n\x1a\n...", True), ("page.png", b"<script>", False), ("a.pdf", b"%PDF-1.7", True)],
)
def test_files_are_known_by_their_bytes_and_not_by_their_names(client, name, content, taken):
    answer = client.post("/ask/", given(client, enclosed=SimpleUploadedFile(name, content, "image/png")))
    assert answer.status_code == (302 if taken else 422)
    assert Delivery.objects.count() == int(taken)


def test_a_flood_from_one_network_waits(client, monkeypatch):
    monkeypatch.setattr(ask, "MOST", 2)
    codes = [client.post("/ask/", given(client)).status_code for _ in range(3)]
    assert codes == [302, 302, 429]
    assert Delivery.objects.count() == 2


def test_asking_counts_what_was_read_before_as_unsettled_and_refusals_are_counted(client, monkeypatch):
    monkeypatch.setattr(ask, "MOST", 1)
    buffer.forget()
    noting.forget()
    browser = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    visitor = visitor_of(address="127.0.0.1", agent=browser["HTTP_USER_AGENT"])
    noting.viewed(visitor=visitor, subject="a", topic="", now=read_clock())
    client.post("/ask/", given(client), **browser)
    assert client.post("/ask/", given(client), **browser).status_code == 429
    client.post("/ask/", given(client, website="https://spam.example/"), **browser)
    buffer.write()
    counts = dict(Tally.objects.filter(kind__in=(Kind.AGAIN, Kind.REFUSED)).values_list("kind", "count"))
    assert counts == {Kind.AGAIN: 1, Kind.REFUSED: 2}
    assert Delivery.objects.count() == 1
    noting.forget()


def test_the_head_leads_to_the_answers_in_its_language(client):
    assert '<a href="/help/">Answers</a>' in client.get("/ask/").content.decode()
    spanish = [path for path in ("/es/preguntar/", "/es/ask/", "/es/pregunte/") if client.get(path).status_code == 200]
    assert '<a href="/es/ayuda/">' in client.get(spanish[0]).content.decode()


def test_what_cannot_be_stored_is_not_called_sent(client, monkeypatch):
    """A full disk: the writer has the words still, and knows."""

    def full(**_given: object) -> None:
        raise OperationalError("could not extend file: No space left on device")

    page = given(client)
    with monkeypatch.context() as broken:
        broken.setattr(ask, "store", full)
        answer = client.post("/ask/?send", page)
    assert answer.status_code == 503
    assert "it was not sent" in answer.content.decode()
    assert QUESTION in answer.content.decode()
    assert Delivery.objects.count() == 0
    assert client.post("/ask/?send", page)["Location"] == "/ask/thanks/"
    assert Delivery.objects.count() == 1


def test_the_page_speaks_spanish(client):
    page = client.get("/ask/", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="es"' in page
    assert "Pregúntenos lo que quiera" in page
    assert "Your question" not in page
    refused = client.post("/ask/", given(client, state=""), headers={"Accept-Language": "es"}).content.decode()
    assert "Elija su estado" in refused
