"""Storing: an origin once, whoever comes first."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hustings.foundation.channels import webform
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Delivery, Mailbox, RawMail
from hustings.foundation.channels.queries import default_mailbox, mailbox_for, raw_of

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db
TOKEN = UUID("0197b8f0-0000-7000-8000-000000000001")


def test_an_origin_is_stored_once():
    first = store(source="imap", raw=b"one", envelope_to=[], origin="imap:1:9:42", now=NOW)
    again = store(source="imap", raw=b"one", envelope_to=[], origin="imap:1:9:42", now=NOW)
    assert (again.pk, Delivery.objects.count()) == (first.pk, 1)
    assert RawMail.objects.filter(delivery_id=first.pk).count() == 1
    assert raw_of(first) == b"one"


def test_without_an_origin_every_delivery_is_kept():
    for _ in range(2):
        store(source="lmtp", raw=b"same", envelope_to=["a@example.org"], now=NOW)
    assert Delivery.objects.count() == 2


def test_mailboxes_are_found_with_their_details_cut():
    make_mailbox(address="Help@Adair.example.org", name="Adair", is_default=True)
    make_mailbox(address="press@adair.example.org", name="Press")
    assert mailbox_for(["x@example.org", "help+r.abc@adair.example.org"]).address == "help@adair.example.org"
    assert mailbox_for(["x@example.org"]) is None
    make_mailbox(address="press@adair.example.org", name="Press desk", is_default=True)
    assert (default_mailbox().name, Mailbox.objects.count()) == ("Press desk", 2)


def test_a_form_is_a_letter_that_says_what_was_asked_for():
    question = webform.Question(
        token=TOKEN,
        text="Where do I vote?\nMy old place is shut.",
        name="Pat\r\nBcc: everyone@example.org",
        email="pat@example.org",
        phone="(614) 555-0142",
        state_code="OH",
        zip="43211",
        language="en",
        answer_by="email",
        files=(webform.Upload("card.png", "image/png", b"\x89PNG"),),
    )
    raw = webform.message_of(question, mailbox="help@adair.example.org", now=NOW)
    head = raw.split(b"\r\n\r\n")[0].decode()
    assert "\nBcc:" not in head
    assert f"Message-ID: <form.{TOKEN}@adair.example.org>" in head
    assert webform.facts_of(raw) == webform.FormFacts("OH", "43211", "(614) 555-0142", "en", "email")
