"""What was taken back goes back to its queue, each by itself, whatever was done with the conversation meanwhile."""

from datetime import timedelta

import pytest

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail, OutgoingState
from hustings.service.bulk.actions import halting
from hustings.service.bulk.models import Claim, Copy, CopyState, Why
from hustings.service.correspondence.actions import replies
from hustings.service.correspondence.models import Draft, Message, Reply, ReplyState
from hustings.service.correspondence.tests.replying import NOW, Cast, cast, inquiry
from hustings.service.desk.actions import life, merging
from hustings.service.desk.models import Event, Inquiry, Status

from .many import MINUTE, all_leave, approved, drafted, writers

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us(settings) -> Cast:  # type: ignore[no-untyped-def]
    settings.HUSTINGS_SMTP_URL = "caught://"
    return cast()


def stopped(us: Cast, *, meanwhile) -> list[Inquiry]:  # type: ignore[no-untyped-def]
    """Three letters in the outbox; `meanwhile(inquiry)` is done with the first; then all is stopped and put back."""
    rows = writers(us, 3)
    bulk = approved(us, drafted(us, rows))
    all_leave(bulk)
    meanwhile(rows[0])
    halting.stop(actor=us.administrator, bulk=bulk, now=NOW + timedelta(seconds=3))
    halting.put_back_taken(now=NOW + timedelta(seconds=4))
    while outbox.send_due(NOW + MINUTE):
        pass
    assert not CaughtMail.objects.exists()
    assert list(Copy.objects.values_list("state", "why").distinct()) == [(CopyState.TAKEN_BACK, Why.STOPPED)]
    assert set(Reply.objects.values_list("state", flat=True)) == {ReplyState.UNDONE}
    assert not Message.objects.filter(direction=1).exists()
    assert Claim.objects.count() == 0
    return [Inquiry.objects.get(pk=row.pk) for row in rows]


def test_one_whose_answer_a_person_undid_holds_back_none_of_the_others(us: Cast) -> None:
    def undo(row: Inquiry) -> None:
        line = Event.objects.get(inquiry=row, kind="answered")
        life.undo(actor=us.lead, event=line, now=NOW + timedelta(seconds=2))

    rows = stopped(us, meanwhile=undo)
    assert {(row.status, row.answered_at) for row in rows} == {(Status.OPEN, None)}


def test_one_that_was_merged_waits_where_it_went(us: Cast) -> None:
    kept = inquiry(us)
    life.close(actor=us.lead, inquiry=kept, now=NOW)

    def merge(row: Inquiry) -> None:
        merging.merge(actor=us.lead, inquiry=row, into=kept, now=NOW + timedelta(seconds=2))

    rows = stopped(us, meanwhile=merge)
    kept.refresh_from_db()
    assert [row.status for row in rows] == [Status.MERGED, Status.OPEN, Status.OPEN]
    assert kept.status == Status.OPEN


def test_one_that_fails_keeps_none_of_the_others(us: Cast, monkeypatch, caplog) -> None:  # type: ignore[no-untyped-def]
    rows = writers(us, 3)
    bulk = approved(us, drafted(us, rows))
    all_leave(bulk)
    halting.stop(actor=us.administrator, bulk=bulk, now=NOW)
    forget = halting.leaving.forget_message

    def fails(reply: Reply) -> None:
        if reply.inquiry_id == rows[0].pk:
            raise RuntimeError("no")
        forget(reply)

    monkeypatch.setattr(halting.leaving, "forget_message", fails)
    assert halting.put_back_taken(now=NOW) == 2
    assert [row.status for row in Inquiry.objects.order_by("pk")] == [Status.CLOSED, Status.OPEN, Status.OPEN]
    assert "could not be put back" in caplog.text
    monkeypatch.undo()
    assert halting.put_back_taken(now=NOW) == 1
    assert set(Inquiry.objects.values_list("status", flat=True)) == {Status.OPEN}


@pytest.mark.parametrize("by", ["lead", "administrator"])
def test_undone_in_its_thread_one_letter_goes_back_to_its_queue(us: Cast, by: str) -> None:
    rows = writers(us, 2)
    bulk = approved(us, drafted(us, rows))
    all_leave(bulk)
    reply = Reply.objects.get(inquiry=rows[0])
    replies.undo_send(actor=getattr(us, by), reply=reply, now=NOW + timedelta(seconds=2))
    halting.put_back_taken(now=NOW + timedelta(seconds=3))
    assert [reply.state for reply in Reply.objects.order_by("pk")] == [ReplyState.UNDONE, ReplyState.LEAVING]
    assert not Draft.objects.exists()
    assert [(one.state, one.why) for one in Copy.objects.order_by("pk")] == [
        (CopyState.TAKEN_BACK, Why.UNDONE),
        (CopyState.LEAVING, ""),
    ]
    assert [row.status for row in Inquiry.objects.order_by("pk")] == [Status.OPEN, Status.CLOSED]
    assert Claim.objects.get().inquiry == rows[1]
    assert Copy.objects.get(inquiry=rows[1]).reply.outgoing.state == OutgoingState.WAITING
