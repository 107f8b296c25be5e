"""The outbox: once, in order, with the three answers of a mail server told apart."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, connections

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail, Outgoing, SendAttempt
from hustings.foundation.channels.queries import outbox_counts

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def queue(matter="reply:1", not_before=NOW, to="ruth@example.org"):
    return outbox.queue_mail(
        matter=matter,
        message_id=f"<{matter}@adair.example.org>",
        envelope_from="help@adair.example.org",
        envelope_to=to,
        content=b"Subject: Your ballot\r\n\r\nDear Ruth,\r\n",
        not_before=not_before,
    )


class Server:
    """A mail server that answers as it is told."""

    def __init__(self):
        self.taken, self.rcpt, self.data, self.hang_up = [], "250 OK", "250 taken", False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data.startswith("250"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.hang_up:
            server.transport.close()
        return self.data


@pytest.fixture
def server(settings):
    told = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(told, hostname="127.0.0.1", port=port)
    controller.start()
    settings.HUSTINGS_SMTP_URL = f"smtp://127.0.0.1:{port}"
    yield told
    controller.stop()


def test_sends_once_and_keeps_the_answer(server):
    row = queue()
    assert outbox.send_due(NOW) is False
    assert outbox.send_due(NOW) is False
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_reply, row.settled_at) == ("sent", 1, "250 taken", NOW)
    assert server.taken == [
        ("help@adair.example.org", ["ruth@example.org"], b"Subject: Your ballot\r\n\r\nDear Ruth,\r\n")
    ]
    assert list(SendAttempt.objects.values_list("outcome", "reply")) == [("sent", "250 taken")]


def test_the_same_matter_is_one_row():
    assert queue().pk == queue().pk
    assert Outgoing.objects.count() == 1


def test_nothing_leaves_before_its_time_and_what_is_cancelled_never_leaves(server):
    early, stopped = queue(not_before=NOW + timedelta(seconds=8)), queue("reply:2")
    assert outbox.cancel(outgoing_id=stopped.pk, now=NOW) is True
    outbox.send_due(NOW)
    assert server.taken == []
    outbox.send_due(NOW + timedelta(seconds=8))
    assert [to for _, to, _ in server.taken] == [["ruth@example.org"]]
    assert outbox.cancel(outgoing_id=early.pk, now=NOW) is False
    assert outbox_counts() == {
        "waiting": 0,
        "attempting": 0,
        "sent": 1,
        "uncertain": 0,
        "failed": 0,
        "cancelled": 1,
    }


def test_refused_for_now_waits_longer_each_time(server):
    server.rcpt = "450 4.2.1 Busy"
    row = queue()
    outbox.send_due(NOW)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.not_before) == ("waiting", 1, NOW + timedelta(seconds=60))
    outbox.send_due(NOW + timedelta(seconds=60))
    row.refresh_from_db()
    assert (row.attempts, row.not_before) == (2, NOW + timedelta(seconds=60 + 120))
    server.rcpt = "250 OK"
    outbox.send_due(NOW + timedelta(seconds=180))
    assert len(server.taken) == 1


def test_refused_for_good_fails(server):
    server.rcpt = "550 5.1.1 No such person"
    row = queue()
    outbox.send_due(NOW)
    row.refresh_from_db()
    assert (row.state, row.last_reply) == ("failed", "550 5.1.1 No such person")
    server.rcpt = "250 OK"
    outbox.send_due(NOW + timedelta(days=1))
    assert server.taken == []


def test_the_line_dropping_after_data_is_uncertain_and_settled_by_a_person(server):
    server.hang_up = True
    row = queue()
    outbox.send_due(NOW)
    row.refresh_from_db()
    assert row.state == "uncertain"
    server.hang_up = False
    outbox.send_due(NOW + timedelta(days=1))
    assert len(server.taken) == 1
    assert outbox.settle(actor_id=7, outgoing_id=row.pk, sent=False, now=NOW) is True
    assert outbox.settle(actor_id=7, outgoing_id=row.pk, sent=True, now=NOW) is False
    outbox.send_due(NOW + timedelta(days=1))
    row.refresh_from_db()
    assert (row.state, row.settled_by, len(server.taken)) == ("sent", 7, 2)


def test_a_server_that_is_not_there_is_tried_again(settings):
    settings.HUSTINGS_SMTP_URL = "smtp://127.0.0.1:9"
    row = queue()
    outbox.send_due(NOW)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.not_before) == ("waiting", 0, NOW + timedelta(seconds=30))
    assert SendAttempt.objects.count() == 0


def test_what_a_dead_sender_left_becomes_uncertain_and_a_living_one_keeps_its_row(server):
    row = queue()
    Outgoing.objects.filter(pk=row.pk).update(state="attempting", attempts=1)
    other = connections.create_connection("default")
    other.cursor().execute("select pg_advisory_lock(%s, %s)", [outbox.LOCK_SPACE, row.pk])
    assert outbox.mark_abandoned(NOW) == 0
    # What PostgreSQL does when a connection ends, without waiting for it to notice.
    other.cursor().execute("select pg_advisory_unlock_all()")
    other.close()
    assert outbox.mark_abandoned(NOW) == 1
    row.refresh_from_db()
    assert row.state == "uncertain"
    outbox.send_due(NOW)
    assert server.taken == []


def test_the_sample_mailbox_catches(settings):
    settings.HUSTINGS_SMTP_URL = "caught://"
    queue()
    outbox.send_due(NOW)
    assert list(CaughtMail.objects.values_list("subject", "envelope_to")) == [("Your ballot", "ruth@example.org")]
    assert connection.in_atomic_block is False


def test_what_people_wrote_leaves_before_what_is_said_by_itself(server, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 3)
    for number in range(3):
        queue(f"ack:{number}", to=f"ack{number}@example.org")
    for number in range(2):
        queue(f"reply:{number}", not_before=NOW + timedelta(seconds=1), to=f"reply{number}@example.org")
    later = NOW + timedelta(seconds=2)
    assert outbox.send_due(later) is True
    assert [to for _from, (to,), _content in server.taken] == [
        "reply0@example.org", "reply1@example.org", "ack0@example.org",
    ]  # fmt: skip
    assert outbox.send_due(later) is False
    assert len(server.taken) == 5
