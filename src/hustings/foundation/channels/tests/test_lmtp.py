"""LMTP: an answer for each recipient, and 250 only for what is committed."""

import asyncio
import smtplib
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiosmtpd.smtp import Envelope
from django.db import OperationalError, connection

from hustings.foundation.channels import lmtp
from hustings.foundation.channels.actions import reading
from hustings.foundation.channels.lmtp import NOT_STORED, STORED
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


def handed_over(letters, *, before=lambda intake, tasks: None):
    """What each sender is told when these letters (bytes, recipients) have come before the first commit begins."""

    async def run(writers):
        intake = lmtp.Intake(writers)
        tasks = []
        for raw, recipients in letters:
            envelope = Envelope()
            envelope.content, envelope.mail_from, envelope.rcpt_tos = raw, "bounce@example.org", recipients
            tasks.append(asyncio.ensure_future(intake.handle_DATA(None, None, envelope)))
        await asyncio.sleep(0)
        before(intake, tasks)
        writing = asyncio.ensure_future(intake.write())
        told = await asyncio.gather(*tasks, return_exceptions=True)
        writing.cancel()
        await intake.finish()
        return told

    with ThreadPoolExecutor(lmtp.WRITERS) as writers:
        return asyncio.run(run(writers))


def transactions():
    with connection.cursor() as cursor:
        cursor.execute("select count(distinct xmin::text) from channels_delivery")
        return cursor.fetchone()[0]


def test_letters_that_come_together_are_committed_together():
    letters = [(LETTER + b"%d" % number, [f"box{number}@adair.example.org"]) for number in range(30)]
    assert handed_over(letters) == [STORED] * 30
    assert transactions() == 1
    rows = Delivery.objects.order_by("pk")
    assert [raw_of(row) for row in rows] == [raw for raw, _to in letters]
    assert [row.envelope_to for row in rows] == [to for _raw, to in letters]
    assert {(row.source, row.envelope_from, row.outcome) for row in rows} == {("lmtp", "bounce@example.org", "")}


def test_one_that_cannot_be_kept_takes_no_other_with_it(monkeypatch):
    packed = reading.compress

    def fails(raw):
        if b"poison" in raw:
            raise ValueError("cannot be packed")
        return packed(raw)

    monkeypatch.setattr(reading, "compress", fails)
    told = handed_over([(LETTER, ["a@x.org"]), (b"poison", ["b@x.org", "c@x.org"]), (LETTER + b"2", ["d@x.org"])])
    assert told == [STORED, f"{NOT_STORED}\r\n{NOT_STORED}", STORED]
    assert sorted(raw_of(row) for row in Delivery.objects.all()) == [LETTER, LETTER + b"2"]


def test_no_commit_takes_more_than_its_share(monkeypatch):
    monkeypatch.setattr(lmtp, "MOST_LETTERS", 4)
    assert handed_over([(LETTER + b"%d" % number, ["a@x.org"]) for number in range(10)]) == [STORED] * 10
    assert (Delivery.objects.count(), transactions()) == (10, 3)


def test_large_letters_are_committed_apart(monkeypatch):
    monkeypatch.setattr(lmtp, "MOST_BYTES", 3 * len(LETTER))
    assert handed_over([(LETTER * 3, ["a@x.org"]), (LETTER, ["a@x.org"]), (LETTER, ["a@x.org"])]) == [STORED] * 3
    assert (Delivery.objects.count(), transactions()) == (3, 2)


def test_a_sender_that_went_away_keeps_nobody_waiting():
    told = handed_over(
        [(LETTER, ["a@x.org"]), (LETTER + b"2", ["b@x.org"])], before=lambda intake, tasks: tasks[0].cancel()
    )
    assert isinstance(told[0], asyncio.CancelledError)
    assert told[1] == STORED
    assert Delivery.objects.filter(size=len(LETTER) + 1).count() == 1


def test_without_a_database_all_keep_their_letters(monkeypatch):
    def away(*_arguments, **_named):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(lmtp, "store_all", away)
    assert handed_over([(LETTER, ["a@x.org"]), (LETTER, ["b@x.org"])]) == [NOT_STORED] * 2
    assert Delivery.objects.count() == 0
