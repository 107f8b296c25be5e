"""A voting answer ends with the polls where its writer votes: what has not left stops; what is true leaves."""

from datetime import timedelta

import pytest

from hustings.constituents.people.models import Identifier
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.compression import expand
from hustings.foundation.channels.models import CaughtMail, Outgoing
from hustings.service.answers.actions import withdraw
from hustings.service.bulk.actions import halting, leaving
from hustings.service.bulk.models import Claim, Copy, CopyState, Why
from hustings.service.correspondence.models import Citation, Reply, ReplyState
from hustings.service.correspondence.tests.replying import Cast, article, cast, inquiry
from hustings.service.desk.models import Inquiry

from .polls import BEFORE, OHIO, SECOND, begun, closings, whys

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us(settings) -> Cast:  # type: ignore[no-untyped-def]
    settings.HUSTINGS_SMTP_URL = "caught://"
    closings()
    return cast()


def test_unsent_copies_stop_where_the_polls_have_closed(us: Cast) -> None:
    bulk = begun(us, "OH", "IA", "OH", "IA")
    leaving.leave_due(OHIO - 2 * SECOND)  # many seconds late: all of them may leave, into the outbox
    assert Reply.objects.count() == 4
    halting.stop_expired(OHIO)
    halting.put_back_taken(now=OHIO)
    while outbox.send_due(OHIO + timedelta(seconds=20)):
        pass
    assert whys(bulk) == [Why.OVER, "sent", Why.OVER, "sent"]
    assert sorted(CaughtMail.objects.values_list("envelope_to", flat=True)) == ["v1@b.example", "v3@b.example"]
    assert list(Inquiry.objects.order_by("pk").values_list("status", flat=True)) == ["open", "closed", "open", "closed"]


def test_one_that_was_not_in_the_outbox_goes_back_to_its_queue(us: Cast) -> None:
    bulk = begun(us, "OH", "IA")
    leaving.leave_due(OHIO + 3 * SECOND)
    assert whys(bulk) == [Why.OVER, "leaving"]
    assert Inquiry.objects.order_by("pk").values_list("status", flat=True)[0] == "open"


def test_what_is_still_true_leaves_instead_and_once(us: Cast) -> None:
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", "OH", "IA", successor=after)
    leaving.leave_due(OHIO - 5 * SECOND)
    assert Reply.objects.count() == 3
    halting.stop_expired(OHIO)
    halting.put_back_taken(now=OHIO)
    bulk.refresh_from_db()
    while bulk.state == "running" and Copy.objects.filter(bulk=bulk, state="ready").exists():
        leaving.leave_due(OHIO + 5 * SECOND)
        bulk.refresh_from_db()
    while outbox.send_due(OHIO + timedelta(minutes=1)):
        pass
    mail = {one.envelope_to: expand(one.raw).decode() for one in CaughtMail.objects.all()}
    assert len(mail) == CaughtMail.objects.count() == 3
    assert "stay: you may still vote" in mail["v0@b.example"]
    assert "stay: you may still vote" in mail["v1@b.example"]
    assert "before the polls close" in mail["v2@b.example"]
    assert Outgoing.objects.filter(state="cancelled").count() == 2
    assert [one.is_instead for one in Copy.objects.filter(bulk=bulk).order_by("pk")] == [True, True, False]


def test_of_an_unknown_state_the_first_closing_counts(us: Cast) -> None:
    bulk = begun(us, "", "IA")
    leaving.leave_due(OHIO + SECOND)
    assert whys(bulk) == [Why.OVER, "leaving"]


BARS = {
    Why.SEALED: {"is_sealed": True},
    Why.CRISIS: {"is_crisis": True},
    Why.KEPT_OUT: {"tags": ["VIP"]},
    Why.CLOSED: {"status": "closed"},
    Why.SNOOZED: {"status": "snoozed"},
    Why.MERGED: {"status": "merged"},
    Why.ANSWERED: {"answered_at": OHIO},
}


def _barred(us: Cast, row: Inquiry, why: str) -> None:
    """What came between the approval and the close of the polls."""
    if why in BARS:
        Inquiry.objects.filter(pk=row.pk).update(**BARS[Why(why)])
    elif why == Why.IN_HAND:
        Inquiry.objects.filter(pk=row.pk).update(assignee=us.volunteer)
    elif why == Why.DO_NOT_CONTACT:
        type(row.person).objects.filter(pk=row.person_id).update(do_not_contact=True)
    elif why == Why.BOUNCES:
        Identifier.objects.filter(person_id=row.person_id).update(bounced_for_good=True)


@pytest.mark.parametrize("why", [*BARS, Why.IN_HAND, Why.DO_NOT_CONTACT, Why.BOUNCES])
def test_what_bars_an_answer_bars_also_what_would_leave_instead(us: Cast, why: str) -> None:
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", "OH", successor=after, pace=1200)
    barred = Inquiry.objects.order_by("pk")[0]
    _barred(us, barred, why)
    leaving.leave_due(OHIO + SECOND)
    assert whys(bulk) == [why, "leaving"]
    assert [reply.inquiry_id != barred.pk for reply in Reply.objects.all()] == [True]
    assert Claim.objects.count() == 1


@pytest.mark.parametrize("of_successor", [True, False])
def test_who_was_told_by_hand_is_not_told_instead(us: Cast, of_successor: bool) -> None:
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", successor=after)
    other = inquiry(us, at=BEFORE)
    Inquiry.objects.filter(pk=other.pk).update(person=Inquiry.objects.order_by("pk")[0].person)
    by_hand = Reply.objects.create(
        inquiry=other, author=us.volunteer, to_address="v0@b.example", subject="Re", text="Stay.", mailbox=us.mailbox,
        state=ReplyState.SENT, last_message_seen=0, written_at=BEFORE,
    )  # fmt: skip
    version = after.version if of_successor else bulk.version
    Citation.objects.create(reply=by_hand, version=version, language="en", text="Stay.")
    leaving.leave_due(OHIO + SECOND)
    assert whys(bulk) == [Why.TOLD]
    assert Reply.objects.get() == by_hand


def test_two_replies_that_say_the_same_instead_tell_each_writer_once(us: Cast) -> None:
    """Two voting answers with one successor: whoever wrote to both is told once what is still true."""
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    first = begun(us, "OH", successor=after)
    second = begun(us, "OH", successor=after, first=1)
    rows = list(Copy.objects.order_by("pk"))
    Copy.objects.filter(pk=rows[1].pk).update(person=rows[0].person_id)
    Claim.objects.filter(copy=rows[1]).update(person=rows[0].person_id)
    Inquiry.objects.filter(pk=rows[1].inquiry_id).update(person=rows[0].person_id)
    leaving.leave_some(bulk_id=first.pk, now=OHIO + SECOND)
    Citation.objects.all().delete()  # as where the two leave at the same moment, and neither sees the other's letter
    Reply.objects.update(state=ReplyState.UNDONE)
    leaving.leave_some(bulk_id=second.pk, now=OHIO + SECOND)
    assert (whys(first), whys(second)) == (["leaving"], [Why.TOLD])
    assert Reply.objects.count() == 1


def test_words_instead_that_were_withdrawn_stop_too(us: Cast) -> None:
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", "IA", "OH", successor=after)
    Copy.objects.filter(inquiry__person__first_name="Voter2").update(state=CopyState.SENT)  # as if it had left before
    leaving.leave_due(OHIO + 2 * SECOND)
    assert [one.is_instead for one in Copy.objects.order_by("pk")] == [True, False, False]
    withdraw(actor=us.administrator, article=after.version.article, reason="Wrong.", now=OHIO + 3 * SECOND)
    halting.put_back_taken(now=OHIO + 4 * SECOND)
    while outbox.send_due(OHIO + timedelta(minutes=1)):
        pass
    assert whys(bulk) == [Why.WITHDRAWN, "sent", "sent"]
    assert list(CaughtMail.objects.values_list("envelope_to", flat=True)) == ["v1@b.example"]
    bulk.refresh_from_db()
    assert bulk.state == "running"  # the answer itself still stands


def test_words_instead_that_were_revised_are_not_said(us: Cast) -> None:
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", successor=after)
    newer = after.version.article.versions.create(number=8, title="Newer")
    type(after.version.article).objects.filter(pk=after.version.article_id).update(approved_version=newer)
    leaving.leave_due(OHIO + SECOND)
    assert whys(bulk) == [Why.OVER]
    assert not Reply.objects.exists()
