import threading
from datetime import timedelta

import pytest
from django.db import connection

from hustings.service.desk.actions.taking import assign, hand_over, take, take_next
from hustings.service.desk.models import Assignment, Event, Inquiry, Mention, Note
from hustings.service.desk.rules import Refused, Stale
from hustings.service.desk.tests.cast import NOW, Cast, make_cast, make_inquiry


def test_next_is_the_most_urgent_of_ones_own_queues(cast: Cast) -> None:
    make_inquiry(cast.help, due=timedelta(hours=1))
    urgent = make_inquiry(cast.help, due=timedelta(hours=9), priority=1)
    make_inquiry(cast.gifts, due=timedelta(minutes=1), priority=0)
    make_inquiry(cast.help, due=timedelta(0), status="snoozed", snoozed_until=NOW)
    taken = take_next(actor=cast.june, now=NOW)
    assert taken == urgent
    urgent.refresh_from_db()
    assert urgent.assignee == cast.june
    assert list(Assignment.objects.values_list("inquiry", "user", "by", "ended_at")) == [
        (urgent.pk, cast.june.pk, cast.june.pk, None)
    ]
    assert Event.objects.get().kind == "taken"


def test_someone_in_crisis_comes_first_and_only_to_the_trained(cast: Cast) -> None:
    crisis = make_inquiry(cast.crisis, is_crisis=True, priority=0)
    assert take_next(actor=cast.june, now=NOW) is None
    assert take_next(actor=cast.sam, now=NOW) == crisis


def test_nothing_waits(cast: Cast) -> None:
    make_inquiry(cast.help, assignee=cast.theo)
    assert take_next(actor=cast.june, now=NOW) is None
    assert Event.objects.count() == 0


def test_taking_what_another_has_changes_nothing(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    take(actor=cast.theo, inquiry=row, now=NOW)
    with pytest.raises(Stale, match="Theo Marsh took this one"):
        take(actor=cast.june, inquiry=row, now=NOW)
    row.refresh_from_db()
    assert row.assignee == cast.theo
    assert Event.objects.count() == 1


def test_taking_from_a_queue_of_others_is_refused(cast: Cast) -> None:
    row = make_inquiry(cast.gifts)
    with pytest.raises(Refused):
        take(actor=cast.june, inquiry=row, now=NOW)
    row.refresh_from_db()
    assert (row.assignee, Event.objects.count(), Assignment.objects.count()) == (None, 0, 0)


def test_assigning_ends_the_assignment_before(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    take(actor=cast.theo, inquiry=row, now=NOW)
    assign(actor=cast.dana, inquiry=row, user=cast.june, now=NOW + timedelta(minutes=1))
    ended = Assignment.objects.order_by("id").values_list("user", "by", "ended_at")
    assert list(ended) == [
        (cast.theo.pk, cast.theo.pk, NOW + timedelta(minutes=1)),
        (cast.june.pk, cast.dana.pk, None),
    ]
    assert assign(actor=cast.dana, inquiry=row, user=cast.june, now=NOW) is None


def test_assigning_to_someone_who_would_not_see_it_is_refused(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    with pytest.raises(Refused, match="Ines Navarro does not work on this queue"):
        assign(actor=cast.dana, inquiry=row, user=cast.ines, now=NOW)
    crisis = make_inquiry(cast.crisis, is_crisis=True)
    with pytest.raises(Refused):
        assign(actor=cast.dana, inquiry=crisis, user=cast.june, now=NOW)
    assert Assignment.objects.count() == 0


def test_handing_over_leaves_a_word(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    take(actor=cast.june, inquiry=row, now=NOW)
    hand_over(actor=cast.june, inquiry=row, user=cast.theo, word="The county called back.", now=NOW)
    row.refresh_from_db()
    assert row.assignee == cast.theo
    assert Note.objects.get().text == "The county called back."
    assert Mention.objects.get().user == cast.theo
    with pytest.raises(Refused):
        hand_over(actor=cast.theo, inquiry=row, user=cast.june, word="  ", now=NOW)
    row.refresh_from_db()
    assert row.assignee == cast.theo


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_never_get_the_same_one() -> None:
    cast = make_cast()
    for _n in range(200):
        make_inquiry(cast.help)
    got: list[list[int]] = [[] for _n in range(20)]
    start = threading.Barrier(20)
    workers = [cast.june, cast.theo, cast.dana, cast.vera]

    def work(number: int) -> None:
        try:
            start.wait()
            while (row := take_next(actor=workers[number % 4], now=NOW)) is not None:
                got[number].append(row.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [pk for each in got for pk in each]
    assert len(taken) == len(set(taken)) == 200
    assert Inquiry.objects.filter(assignee=None).count() == 0
    assert Assignment.objects.count() == Event.objects.filter(kind="taken").count() == 200
