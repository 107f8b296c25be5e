"""Whose access ends has nothing any more: what they held is the queue's, and says so."""

from datetime import timedelta

import pytest
from django.db.models import Q

from hustings.foundation.access.actions import change_user, end_access, end_due_access
from hustings.service.desk.actions.answering import record_undelivered
from hustings.service.desk.actions.intake import IncomingOnInquiry, hold_threads, record_incoming
from hustings.service.desk.actions.life import close, reopen, snooze
from hustings.service.desk.actions.presence import be_here
from hustings.service.desk.actions.taking import take
from hustings.service.desk.models import Assignment, Event, Inquiry, Presence
from hustings.service.desk.templatetags.desk import event_line

from .cast import NOW, Cast, make_inquiry

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("how", ["click", "date"])
def test_what_they_held_goes_back_with_a_line(cast: Cast, how: str) -> None:
    held, asleep, others = make_inquiry(cast.help), make_inquiry(cast.help), make_inquiry(cast.help)
    for row in (held, asleep):
        take(actor=cast.june, inquiry=row, now=NOW)
    snooze(actor=cast.june, inquiry=asleep, until=NOW + HOUR, now=NOW)
    take(actor=cast.theo, inquiry=others, now=NOW)
    be_here(actor=cast.june, inquiry=held, writing=True, now=NOW)
    if how == "click":
        end_access(actor=cast.dana, user=cast.june, now=NOW + HOUR)
    else:
        change_user(actor=cast.ada, user=cast.june, access_ends_at=NOW + HOUR, now=NOW)
        assert end_due_access(now=NOW + HOUR) == 1
    kept = dict(Inquiry.objects.values_list("pk", "assignee"))
    assert kept == {held.pk: None, asleep.pk: None, others.pk: cast.theo.pk}
    assert set(Inquiry.objects.filter(Q(pk=held.pk) | Q(pk=asleep.pk)).values_list("status", "unread")) == {
        ("open", True),
        ("snoozed", True),
    }
    lines = Event.objects.filter(kind="given_back")
    assert {line.inquiry_id for line in lines} == {held.pk, asleep.pk}
    words = str(event_line({"user": cast.dana}, lines[0]).text)
    by_click = "<b>You</b> ended the access of June Oduya: it is back in the queue"
    assert words == (by_click if how == "click" else "The access of June Oduya ended: it is back in the queue")
    assert Assignment.objects.filter(user=cast.june, ended_at=None).count() == 0
    assert not Presence.objects.filter(user=cast.june).exists()


def closed_of_one_who_left(cast: Cast) -> Inquiry:
    row = make_inquiry(cast.help)
    take(actor=cast.june, inquiry=row, now=NOW)
    close(actor=cast.june, inquiry=row, now=NOW)
    end_access(actor=cast.dana, user=cast.june, now=NOW)
    row.refresh_from_db()
    assert (row.status, row.assignee) == ("closed", cast.june)
    return row


@pytest.mark.parametrize("how", ["letter", "hand", "undelivered"])
def test_what_they_had_closed_comes_back_to_nobody(cast: Cast, how: str) -> None:
    row = closed_of_one_who_left(cast)
    if how == "letter":
        more = IncomingOnInquiry(row.pk, 11, NOW + HOUR, "and now?", False, None)
        record_incoming([more], hold_threads([row.pk]), now=NOW + HOUR)
    elif how == "hand":
        reopen(actor=cast.dana, inquiry=row, now=NOW + HOUR)
    else:
        record_undelivered(inquiry=row, reason="no such mailbox", now=NOW + HOUR)
    row.refresh_from_db()
    assert (row.status, row.assignee) == ("open", None)
    assert Assignment.objects.filter(inquiry=row, ended_at=None).count() == 0


def test_a_letter_to_one_who_works_here_stays_theirs(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    take(actor=cast.june, inquiry=row, now=NOW)
    record_incoming(
        [IncomingOnInquiry(row.pk, 11, NOW + HOUR, "and now?", False, None)], hold_threads([row.pk]), now=NOW
    )
    row.refresh_from_db()
    assert row.assignee == cast.june
