"""Letters of which nobody knows whether they arrived: sent again only by a person's word, and never against a stop."""

from datetime import timedelta

import pytest

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail, Outgoing, OutgoingState
from hustings.service.answers.actions import withdraw
from hustings.service.bulk.actions import halting, leaving
from hustings.service.bulk.models import BulkReply, Claim, Copy, CopyState, Why
from hustings.service.correspondence.actions.settling import settle_uncertain
from hustings.service.correspondence.models import Reply, ReplyState
from hustings.service.correspondence.rules import SendRefused
from hustings.service.correspondence.tests.replying import NOW, Cast, cast
from hustings.service.desk.models import Inquiry, Status

from .many import MINUTE, all_leave, approved, drafted, writers
from .polls import BEFORE, OHIO, SECOND, begun, closings

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us(settings) -> Cast:  # type: ignore[no-untyped-def]
    settings.HUSTINGS_SMTP_URL = "caught://"
    return cast()


def line_drops(at=NOW) -> Reply:  # type: ignore[no-untyped-def]
    row = Outgoing.objects.get()
    Outgoing.objects.filter(pk=row.pk).update(state=OutgoingState.ATTEMPTING)
    outbox._settle_attempt(row.pk, OutgoingState.UNCERTAIN, "the line dropped", at)
    assert Copy.objects.get().state == CopyState.UNCERTAIN
    return Reply.objects.select_related("inquiry").get()


def uncertain(us: Cast) -> tuple[BulkReply, Reply]:
    bulk = approved(us, drafted(us, writers(us, 1)))
    all_leave(bulk)
    return bulk, line_drops()


def nothing_leaves() -> None:
    while outbox.send_due(OHIO + timedelta(days=1)):
        pass
    assert not CaughtMail.objects.exists()


def test_sent_again_it_is_in_the_outbox_and_a_stop_has_it(us: Cast) -> None:
    bulk, reply = uncertain(us)
    settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=NOW + MINUTE)
    assert Copy.objects.get().state == CopyState.LEAVING
    assert Claim.objects.count() == 1
    halting.stop(actor=us.lead, bulk=bulk, now=NOW + MINUTE)
    halting.put_back_taken(now=NOW + MINUTE)
    nothing_leaves()
    assert (Copy.objects.get().state, Copy.objects.get().why) == (CopyState.TAKEN_BACK, Why.STOPPED)
    assert Inquiry.objects.get().status == Status.OPEN


def test_of_one_that_was_stopped_already_it_can_be_stopped_once_more(us: Cast) -> None:
    bulk = approved(us, drafted(us, writers(us, 2), pace=60))
    leaving.leave_due(NOW)
    reply = None
    row = Outgoing.objects.get()
    Outgoing.objects.filter(pk=row.pk).update(state=OutgoingState.ATTEMPTING)
    outbox._settle_attempt(row.pk, OutgoingState.UNCERTAIN, "the line dropped", NOW)
    reply = Reply.objects.get()
    halting.stop(actor=us.lead, bulk=bulk, now=NOW)
    settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=NOW + MINUTE)
    halting.stop(actor=us.lead, bulk=bulk, now=NOW + MINUTE)
    nothing_leaves()
    assert set(Copy.objects.values_list("state", flat=True)) == {CopyState.TAKEN_BACK, CopyState.LEFT_OUT}


def test_sent_again_it_leaves_once_and_is_sent(us: Cast) -> None:
    _bulk, reply = uncertain(us)
    settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=NOW + MINUTE)
    while outbox.send_due(NOW + 2 * MINUTE):
        pass
    assert CaughtMail.objects.count() == 1
    assert Copy.objects.get().state == CopyState.SENT


def test_withdrawn_words_are_not_sent_again(us: Cast) -> None:
    bulk, reply = uncertain(us)
    withdraw(actor=us.administrator, article=bulk.article, reason="It was wrong.", now=NOW)
    with pytest.raises(SendRefused, match="was withdrawn since"):
        settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=NOW + MINUTE)
    assert Reply.objects.get().state == ReplyState.UNCERTAIN
    assert Outgoing.objects.get().state == OutgoingState.UNCERTAIN
    assert Copy.objects.get().state == CopyState.UNCERTAIN
    nothing_leaves()
    settle_uncertain(actor=us.lead, reply=reply, arrived=True, now=NOW + MINUTE)
    assert Copy.objects.get().state == CopyState.SENT


def test_a_withdrawal_stops_one_that_is_sent_again(us: Cast) -> None:
    bulk, reply = uncertain(us)
    settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=NOW)
    withdraw(actor=us.administrator, article=bulk.article, reason="It was wrong.", now=NOW)
    halting.put_back_taken(now=NOW)
    nothing_leaves()
    assert Copy.objects.get().why == Why.WITHDRAWN
    assert Inquiry.objects.get().status == Status.OPEN


def put_off() -> None:
    """A sender had begun to hand it over; the server says: not now."""
    outbox._put_off(Outgoing.objects.get().pk, "451 try later", NOW + MINUTE)


@pytest.mark.parametrize("why", [Why.STOPPED, Why.WITHDRAWN])
def test_what_a_server_puts_off_after_a_stop_does_not_leave_later(us: Cast, why: str) -> None:
    """It was being handed over as it was stopped, too late to be cancelled; but then it has not left."""
    bulk = approved(us, drafted(us, writers(us, 1)))
    all_leave(bulk)
    Outgoing.objects.update(state=OutgoingState.ATTEMPTING)
    if why == Why.STOPPED:
        halting.stop(actor=us.lead, bulk=bulk, now=NOW)
    else:
        withdraw(actor=us.administrator, article=bulk.article, reason="It was wrong.", now=NOW)
    assert Copy.objects.get().state == CopyState.LEAVING
    put_off()
    assert (Copy.objects.get().state, Copy.objects.get().why) == (CopyState.TAKEN_BACK, why)
    halting.put_back_taken(now=NOW + MINUTE)
    nothing_leaves()
    assert Inquiry.objects.get().status == Status.OPEN
    assert Claim.objects.count() == 0


def test_what_is_put_off_without_a_stop_leaves_later_once(us: Cast) -> None:
    all_leave(approved(us, drafted(us, writers(us, 1))))
    Outgoing.objects.update(state=OutgoingState.ATTEMPTING, attempts=1)
    put_off()
    assert (Copy.objects.get().state, Copy.objects.get().why) == (CopyState.LEAVING, "")
    while outbox.send_due(NOW + 10 * MINUTE):
        pass
    assert CaughtMail.objects.count() == 1
    assert Copy.objects.get().state == CopyState.SENT


def test_what_was_sent_as_it_was_stopped_is_sent(us: Cast) -> None:
    bulk = approved(us, drafted(us, writers(us, 1)))
    all_leave(bulk)
    Outgoing.objects.update(state=OutgoingState.ATTEMPTING)
    halting.stop(actor=us.lead, bulk=bulk, now=NOW)
    outbox._settle_attempt(Outgoing.objects.get().pk, OutgoingState.SENT, "250 ok", NOW)
    assert (Copy.objects.get().state, Copy.objects.get().why) == (CopyState.SENT, "")
    assert Claim.objects.count() == 1


def test_after_the_polls_it_is_not_sent_again(us: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    closings()
    begun(us, "OH")
    leaving.leave_due(BEFORE)
    reply = line_drops(BEFORE)
    monkeypatch.setattr("hustings.service.bulk.receivers.now", lambda: OHIO + SECOND)
    with pytest.raises(SendRefused, match="polls have closed"):
        settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=OHIO + SECOND)
    assert Copy.objects.get().state == CopyState.UNCERTAIN
    assert Outgoing.objects.get().state == OutgoingState.UNCERTAIN
    nothing_leaves()


def test_the_polls_stop_one_that_is_sent_again(us: Cast) -> None:
    closings()
    begun(us, "OH")
    leaving.leave_due(BEFORE)
    reply = line_drops(BEFORE)
    settle_uncertain(actor=us.lead, reply=reply, arrived=False, now=OHIO - SECOND)
    halting.stop_expired(OHIO)
    halting.put_back_taken(now=OHIO)
    nothing_leaves()
    assert Copy.objects.get().why == Why.OVER
