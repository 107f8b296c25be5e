"""When an answer can be expected: from what waits and what was answered, and nothing where there is no basis."""

from datetime import timedelta

import pytest

from hustings.service.correspondence.tests.replying import NOW, cast
from hustings.service.desk.actions.answering import record_answer
from hustings.service.desk.models import Event, Inquiry
from hustings.service.desk.queries.expecting import Backlog, Expected, expected, forget, rounded

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("waiting", "answered", "arrived", "hours"),
    [
        (0, 19, 0, None),  # too few answers to say anything
        (0, 72, 72, 1),
        (10, 72, 10, 11),  # one an hour, ten before it
        (10, 72, 108, 17),  # and half as many again arrive
        (10, 72, 7200, 22),  # never more than twice as long
        (10_000, 720, 720, 1001),
    ],
)
def test_hours(waiting: int, answered: int, arrived: int, hours: int | None) -> None:
    assert Backlog(waiting, answered, arrived).hours == hours


@pytest.mark.parametrize(
    ("hours", "said"),
    [(1, Expected(hours=1)), (5, Expected(hours=6)), (24, Expected(hours=24)), (25, Expected(days=2)),
     (14 * 24, Expected(days=14)), (14 * 24 + 1, Expected())],
)  # fmt: skip
def test_rounded_up_to_what_people_say(hours: int, said: Expected) -> None:
    assert rounded(hours) == said


@pytest.mark.django_db
def test_counted_from_the_queue_itself() -> None:
    forget()  # a test before may have had a queue of the same id
    us = cast()
    given = {"person": us.person, "channel": "mail", "due_at": NOW, "last_message_at": NOW}
    done = [Inquiry(queue=us.queue, status="closed", opened_at=NOW - timedelta(days=9), **given) for _ in range(36)] + [
        Inquiry(queue=us.press_queue, status="closed", opened_at=NOW, **given) for _ in range(50)
    ]
    Inquiry.objects.bulk_create(done)
    Event.objects.bulk_create(
        Event(inquiry=row, at=NOW - n * HOUR / 2, actor=us.volunteer, kind="answered") for n, row in enumerate(done)
    )
    many = [Inquiry(queue=us.queue, status="closed", opened_at=NOW, **given) for _ in range(40)]
    Inquiry.objects.bulk_create(many)
    for row in many:  # by one answer to all of them
        record_answer(inquiry=row, actor=us.volunteer, close=True, of_many=True, now=NOW - HOUR)
    Event.objects.create(inquiry=done[0], at=NOW - 4 * 24 * HOUR, actor=us.lead, kind="answered")
    Inquiry.objects.bulk_create(Inquiry(queue=us.queue, opened_at=NOW, **given) for _ in range(4))
    assert expected(us.queue.pk, NOW) == Expected(hours=12)  # five at one in two hours
    Inquiry.objects.filter(status="open").delete()
    assert expected(us.queue.pk, NOW + timedelta(minutes=9)) == Expected(hours=12)  # holds for ten minutes
    assert expected(us.queue.pk, NOW + timedelta(minutes=11)) == Expected(hours=2)
