"""Replies of the past: in the thread and settled, never sent, once however often they are brought in."""

from datetime import timedelta
from uuid import UUID

import pytest

from hustings.constituents.timeline.models import Entry
from hustings.foundation.channels.actions.outbox import send_due
from hustings.foundation.channels.models import CaughtMail, Outgoing
from hustings.foundation.core.ids import new_uid
from hustings.service.correspondence.actions.history import PastReply, record_past_replies
from hustings.service.correspondence.models import Direction, Message, MessageBody, Reply
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.correspondence.tests import replying
from hustings.service.correspondence.tests.replying import NOW, Cast
from hustings.service.desk.models import Closure, Inquiry, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Cast:
    return replying.cast()


@pytest.fixture
def letter(who: Cast) -> Inquiry:
    return replying.inquiry(who, at=NOW - timedelta(days=2))


UID = UUID("0197b8f0-0000-7000-8000-00000000aaaa")


def test_a_past_reply_is_sent_from_the_start_and_closes(who: Cast, letter: Inquiry, settings):
    settings.HUSTINGS_SMTP_URL = "caught://"
    inquiry = letter
    at = inquiry.last_message_at + timedelta(hours=1)
    past = PastReply(uid=UID, inquiry=inquiry, author=who.volunteer, text="Dear Ruth,\n\nIt is on its way.", at=at)
    assert record_past_replies([past], now=NOW) == 1
    assert record_past_replies([past], now=NOW) == 0
    reply = Reply.objects.get()
    assert (reply.uid, reply.state, reply.outgoing.state, reply.outgoing.settled_at) == (UID, "sent", "sent", at)
    message = Message.objects.get(inquiry=inquiry, direction=Direction.OUT)
    assert MessageBody.objects.get(message_id=message.pk).text == "Dear Ruth,\n\nIt is on its way."
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.answered_at, inquiry.assignee) == (Status.CLOSED, at, who.volunteer)
    assert Closure.objects.get(inquiry=inquiry).at == at
    assert Entry.objects.filter(ref=UID).count() == 1
    send_due(NOW + timedelta(days=1))
    assert (CaughtMail.objects.count(), Outgoing.objects.count()) == (0, 1)
    found = ledger()["inquiries"]
    assert (found["answered"], found["balances"]) == (1, True)


def test_one_without_a_letter_is_left_out(who: Cast, letter: Inquiry):
    letter.last_message_id = None
    past = PastReply(uid=new_uid(), inquiry=letter, author=who.volunteer, text="x", at=NOW)
    assert record_past_replies([past], now=NOW) == 0
    assert (Reply.objects.count(), Outgoing.objects.count()) == (0, 0)
