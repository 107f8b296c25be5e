"""LMTP: an answer for each recipient, and 250 only for what is committed."""

import smtplib

import pytest
from django.db import connection

from hustings.foundation.channels import lmtp
from hustings.foundation.channels.models import Delivery
from hustings.foundation.channels.queries import raw_of

pytestmark = pytest.mark.django_db(transaction=True)
LETTER = b"From: ruth@example.org\r\nSubject: ballot\r\n\r\n.starts with a dot\r\nbye\r\n"


@pytest.fixture
def client():
    stop, port = lmtp.serve("127.0.0.1:0")
    line = smtplib.LMTP("127.0.0.1", port)
    yield line
    line.close()
    stop()


def answers(line, content, recipients):
    """The answer of each recipient after DATA."""
    line.ehlo()
    assert line.mail("bounce@example.org")[0] == 250
    for recipient in recipients:
        assert line.rcpt(recipient)[0] == 250
    line.putcmd("data")
    assert line.getreply()[0] == 354
    quoted = content.replace(b"\r\n.", b"\r\n..")
    line.send(quoted + b".\r\n")
    return [line.getreply()[0] for _ in recipients]


def test_the_bytes_are_kept_as_they_came(client):
    assert answers(client, LETTER, ["help@adair.example.org"]) == [250]
    (delivery,) = Delivery.objects.all()
    assert raw_of(delivery) == LETTER
    assert (delivery.source, delivery.envelope_from) == ("lmtp", "bounce@example.org")
    assert (delivery.envelope_to, delivery.outcome, delivery.size) == (["help@adair.example.org"], "", len(LETTER))


def test_each_recipient_is_answered_and_the_letter_kept_once(client):
    to = ["help@adair.example.org", "press@adair.example.org", "info@adair.example.org"]
    assert answers(client, LETTER, to) == [250, 250, 250]
    assert Delivery.objects.get().envelope_to == to


def test_what_cannot_be_stored_is_left_with_its_sender(client):
    with connection.cursor() as cursor:
        cursor.execute("alter table channels_delivery rename to channels_away")
    try:
        assert answers(client, LETTER, ["a@adair.example.org", "b@adair.example.org"]) == [451, 451]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("alter table channels_away rename to channels_delivery")
    assert Delivery.objects.count() == 0
    assert answers(client, LETTER, ["a@adair.example.org"]) == [250]


def test_a_line_of_three_million_bytes(client):
    letter = b"Subject: long\r\n\r\n" + b"x" * 3_000_000 + b"\r\n"
    assert answers(client, letter, ["help@adair.example.org"]) == [250]
    assert raw_of(Delivery.objects.get()) == letter


def test_larger_than_fifty_megabytes_is_refused_for_each_recipient(client, monkeypatch):
    monkeypatch.setattr(lmtp, "LARGEST", 1000)
    letter = b"Subject: large\r\n\r\n" + b"y" * 2000 + b"\r\n"
    assert answers(client, letter, ["a@adair.example.org", "b@adair.example.org"]) == [552, 552]
    assert Delivery.objects.count() == 0
