from datetime import timedelta

import pytest

from hustings.service.desk.actions import life, merging, taking
from hustings.service.desk.actions.answering import record_answer, record_undelivered, take_back_answer
from hustings.service.desk.actions.sealing import mark_sealed, mark_unsealed
from hustings.service.desk.models import Closure, Event, Stage, Status
from hustings.service.desk.queries.inquiries import visible_to
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry

LATER = NOW + timedelta(seconds=5)


@pytest.mark.parametrize("close", [True, False])
def test_an_answer_and_taking_it_back(cast: Cast, close: bool) -> None:
    row = make_inquiry(cast.help)
    record_answer(inquiry=row, actor=cast.june, close=close, now=NOW)
    row.refresh_from_db()
    assert row.status == (Status.CLOSED if close else Status.OPEN)
    assert (row.answered_at, row.stage, row.assignee) == (NOW, Stage.ANSWER, cast.june)
    assert list(Closure.objects.values_list("reason", flat=True)) == (["answered"] if close else [])
    assert take_back_answer(inquiry=row, actor=cast.june, answered_at=NOW, now=LATER)
    row.refresh_from_db()
    assert (row.status, row.answered_at, row.stage, row.assignee) == (Status.OPEN, None, Stage.NEW, None)
    events = Event.objects.count()
    assert not take_back_answer(inquiry=row, actor=cast.june, answered_at=NOW, now=LATER)
    assert Event.objects.count() == events


def test_taking_back_after_another_change_keeps_that_change(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    record_answer(inquiry=row, actor=cast.june, close=True, now=NOW)
    row.refresh_from_db()
    row.status = Status.OPEN
    row.save()
    take_back_answer(inquiry=row, actor=cast.june, answered_at=NOW, now=LATER)
    row.refresh_from_db()
    assert (row.status, row.answered_at) == (Status.OPEN, None)
    assert Event.objects.get(kind="answered").undone_at == LATER


def test_one_that_was_given_to_another_meanwhile_waits_with_them(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    record_answer(inquiry=row, actor=cast.june, close=True, now=NOW)
    row.refresh_from_db()
    taking.assign(actor=cast.ada, inquiry=row, user=cast.dana, now=NOW)
    take_back_answer(inquiry=row, actor=cast.june, answered_at=NOW, now=LATER)
    row.refresh_from_db()
    assert (row.status, row.closed_at, row.answered_at, row.assignee) == (Status.OPEN, None, None, cast.dana)


def test_of_two_answers_the_one_that_did_not_leave_is_struck(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    record_answer(inquiry=row, actor=cast.june, close=True, now=NOW)
    record_answer(inquiry=row, actor=cast.dana, close=True, now=LATER)
    assert take_back_answer(inquiry=row, actor=cast.june, answered_at=NOW, now=LATER)
    row.refresh_from_db()
    assert row.answered_at == LATER
    assert [event.undone_at for event in Event.objects.filter(kind="answered").order_by("id")] == [LATER, None]


@pytest.mark.parametrize("standing", [Status.OPEN, Status.CLOSED])
def test_of_a_merged_one_the_conversation_it_is_read_in_waits(cast: Cast, standing: Status) -> None:
    gone, kept = make_inquiry(cast.help), make_inquiry(cast.help)
    record_answer(inquiry=gone, actor=cast.june, close=True, now=NOW)
    if standing == Status.CLOSED:
        life.close(actor=cast.ada, inquiry=kept, now=NOW)
    merging.merge(actor=cast.ada, inquiry=gone, into=kept, now=NOW)
    assert take_back_answer(inquiry=kept, actor=cast.june, answered_at=NOW, now=LATER)
    kept.refresh_from_db()
    assert kept.status == Status.OPEN
    assert Event.objects.get(kind="answered").undone_at == LATER


def test_refused_for_good_it_is_back_on_the_desk(cast: Cast) -> None:
    row = make_inquiry(cast.help, due=timedelta(hours=-5))
    record_answer(inquiry=row, actor=cast.june, close=True, now=NOW)
    record_undelivered(inquiry=row, reason="550 no such user", now=LATER)
    row.refresh_from_db()
    assert (row.status, row.unread, row.due_at, row.assignee) == (
        Status.OPEN,
        True,
        LATER + timedelta(hours=4),
        cast.june,
    )
    assert Event.objects.get(kind="undelivered").detail == {"reason": "550 no such user"}


def test_sealed_it_leaves_everyones_sight_but_the_security_leads(cast: Cast) -> None:
    row = make_inquiry(cast.help, assignee=cast.june)
    mark_sealed(inquiry=row, actor=None, now=NOW)
    seen_by = [user.first_name for user in (cast.june, cast.dana, cast.ada, cast.vera) if row in visible_to(user)]
    assert seen_by == ["Vera"]
    row.refresh_from_db()
    assert row.assignee is None
    assert mark_sealed(inquiry=row, actor=None, now=NOW) is None
    mark_unsealed(inquiry=row, actor=cast.vera, now=LATER)
    assert row in visible_to(cast.june)


def test_two_answers_at_the_same_moment_are_two_lines(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    for _ in range(2):
        record_answer(inquiry=row, actor=cast.june, close=True, now=NOW)
    assert Event.objects.filter(inquiry=row, kind="answered").count() == 2
    assert Closure.objects.filter(inquiry=row).count() == 1
