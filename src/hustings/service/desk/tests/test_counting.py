"""The counts are what the rows say, whatever happened to them."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from hustings.constituents.insight.actions.folding import fold
from hustings.constituents.insight.models import LetterFlow, LetterHour, LetterWaiting
from hustings.constituents.insight.queries import letters
from hustings.foundation.core import bulk
from hustings.service.desk.actions import answering, life, merging, queues, taking
from hustings.service.desk.actions.changing import change, lock_one
from hustings.service.desk.actions.counting import WAITS, count_made, recount
from hustings.service.desk.actions.history import PastWork, record_past_work
from hustings.service.desk.actions.intake import (
    IncomingOnInquiry,
    NewInquiry,
    hold_threads,
    open_inquiries,
    record_incoming,
    swallow_new,
)
from hustings.service.desk.actions.opening import open_outgoing, open_to_tell
from hustings.service.desk.models import Inquiry, Status
from hustings.service.desk.queries.routing import Routing
from hustings.service.desk.rules import Refused

from .cast import NOW, make_inquiry, make_person

HOURS = ("hour", "topic", "nature", "channel", "state_code", "county_fips")
WAITING = ("queue_id", "topic", "nature", "state_code", "due", "since")


def sums(model, names):
    found = Counter()
    for *key, count in model.objects.values_list(*names, "count"):
        found[tuple(key)] += count
    return {key: count for key, count in found.items() if count}


def both():
    return sums(LetterHour, HOURS), sums(LetterWaiting, WAITING)


def sort_inquiry(*, actor, inquiry, topic, nature, now):
    change(
        [lock_one(actor, inquiry)],
        actor=actor,
        now=now,
        kind="about",
        detail={},
        became=lambda _row: {"topics": [topic], "nature": nature},
    )


class Day:
    """Somebody does something at random, as the desk lets them."""

    def __init__(self, cast, seed):
        self.cast, self.rng, self.now = cast, Random(seed), NOW
        self.people = [make_person(f"Person {number}") for number in range(6)]

    def inquiry(self):
        return self.rng.choice(list(Inquiry.objects.exclude(status=Status.MERGED).order_by("pk")) or [None])

    def come(self):
        rng, count = self.rng, self.rng.randint(1, 5)
        ids, messages = bulk.take_ids(desk_inquiry=count, correspondence_message=count)
        rows = []
        for pk, message in zip(ids, messages, strict=True):
            at = self.now - timedelta(minutes=rng.randint(0, 300))
            queue = rng.choice([self.cast.help, self.cast.gifts])
            rows.append(
                NewInquiry(
                    id=pk,
                    person_id=rng.choice(self.people).pk,
                    routing=Routing(queue.pk, 2, 60),
                    channel=rng.choice(["mail", "form"]),
                    opened_at=at,
                    due_at=at + timedelta(hours=4),
                    message_id=message,
                    state_code=rng.choice(["OH", "PA", ""]),
                    county_fips=rng.choice(["39049", ""]),
                    topics=rng.choice([["mail-ballot"], []]),
                    nature=rng.choice(["question", "thanks"]),
                )
            )
        open_inquiries(rows, now=self.now)
        if rng.random() < 0.2:
            swallow_new([rows[0].id], now=self.now)

    def write_again(self):
        row = self.inquiry()
        threads = hold_threads([row.pk])
        (message,) = bulk.take_ids(correspondence_message=1)
        record_incoming([IncomingOnInquiry(row.pk, message[0], self.now)], threads, now=self.now)

    def answer(self):
        row = self.inquiry()
        answering.record_answer(inquiry=row, actor=self.cast.ada, close=self.rng.random() < 0.6, now=self.now)
        if self.rng.random() < 0.3:
            answering.take_back_answer(inquiry=row, actor=self.cast.ada, answered_at=self.now, now=self.now)

    def do_something(self):
        cast, row, other = self.cast, self.inquiry(), self.inquiry()
        acts = {
            "close": lambda: life.close(actor=cast.ada, inquiry=row, now=self.now, none_needed=True),
            "reopen": lambda: life.reopen(actor=cast.ada, inquiry=row, now=self.now),
            "snooze": lambda: life.snooze(
                actor=cast.ada, inquiry=row, until=self.now + timedelta(hours=3), now=self.now
            ),
            "move": lambda: life.move_queue(actor=cast.ada, inquiry=row, queue=cast.gifts, now=self.now),
            "merge": lambda: self.merge(row, other),
            "undelivered": lambda: answering.record_undelivered(inquiry=row, reason="no such box", now=self.now),
            "sort": lambda: sort_inquiry(
                actor=cast.ada, inquiry=row, topic=self.rng.choice(["id", "mail-ballot"]), nature="story", now=self.now
            ),
            "begin": lambda: open_outgoing(
                actor=cast.ada, person=self.people[0], queue=cast.help, subject="Hello", now=self.now
            ),
            "tell": lambda: open_to_tell(actor=cast.ada, person=self.people[1], subject="We were wrong", now=self.now),
            "past": lambda: record_past_work([PastWork(row.pk, cast.june.pk, self.now, self.rng.random() < 0.5)]),
            "take": lambda: taking.take_next(actor=cast.june, now=self.now),
        }
        acts[self.rng.choice(sorted(acts))]()

    def merge(self, row, other):
        done = merging.merge(actor=self.cast.ada, inquiry=row, into=other, now=self.now)
        if self.rng.random() < 0.5:
            merging.undo_merge(actor=self.cast.ada, merge=done, now=self.now)

    def live(self, steps):
        self.come()
        for _ in range(steps):
            self.now += timedelta(minutes=self.rng.randint(1, 40))
            try:
                self.rng.choice([self.come, self.write_again, self.answer, self.do_something, self.do_something])()
            except Refused:
                continue
            if self.rng.random() < 0.1:
                fold()


@pytest.mark.parametrize("seed", [1, 7, 2028])
def test_after_any_history_they_are_what_counting_anew_gives(cast, seed):
    day = Day(cast, seed)
    day.live(90)
    kept = both()
    assert sum(kept[0].values()) == Inquiry.objects.count()
    assert sum(kept[1].values()) == Inquiry.objects.extra(where=[WAITS]).count() > 0
    assert recount() == {"hours": 0, "waiting": 0}
    assert both() == kept
    assert not LetterHour.objects.filter(loose=True).exists()
    came, went = (sum(LetterFlow.objects.values_list(name, flat=True)) for name in ("came", "went"))
    assert came - went == sum(kept[1].values())


def test_folding_changes_no_sum_and_leaves_a_row_for_each_key(cast):
    day = Day(cast, 5)
    day.live(40)
    kept = both()
    assert fold() is False
    assert both() == kept
    assert not LetterHour.objects.filter(loose=True).exists()
    assert LetterHour.objects.exclude(count=0).count() == len(kept[0])
    assert LetterWaiting.objects.count() == len(kept[1])


def test_an_answer_says_how_long_it_took_and_one_taken_back_says_nothing(cast):
    rows = [make_inquiry(cast.help, opened_at=NOW - timedelta(minutes=minutes)) for minutes in (10, 40, 100)]
    count_made(rows)
    for row in rows:
        answering.record_answer(inquiry=row, actor=cast.june, close=True, now=NOW)
    back = make_inquiry(cast.help, opened_at=NOW - timedelta(minutes=9000))
    count_made([back])
    answering.record_answer(inquiry=back, actor=cast.june, close=True, now=NOW)
    answering.take_back_answer(inquiry=back, actor=cast.june, answered_at=NOW, now=NOW + timedelta(seconds=5))
    for folded in (False, True):
        if folded:
            fold()
        waits, by_state = letters.waits(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
        assert waits.answered == 3
        assert waits.median == pytest.approx(40, rel=0.05)
        assert waits.p90 == pytest.approx(100, rel=0.05)
        assert by_state["OH"].answered == 3
        flow = letters.flow_by_minute(NOW, NOW + timedelta(minutes=2))
        assert flow == [(NOW, 0, 3)]


def test_what_waits_is_told_by_topic_and_state_with_what_is_late(cast):
    late = make_inquiry(cast.help, due=-timedelta(hours=1), opened_at=NOW - timedelta(hours=9))
    other = make_inquiry(cast.help, state_code="PA")
    count_made([late, other, make_inquiry(cast.gifts)])
    sort_inquiry(actor=cast.june, inquiry=late, topic="mail-ballot", nature="question", now=NOW)
    fold()
    held = letters.waiting(NOW)
    assert held.total == 3
    assert {(one.topic, one.nature): (one.count, one.late, one.oldest) for one in held.by_matter} == {
        ("mail-ballot", "question"): (1, 1, NOW - timedelta(hours=9)),
        ("", ""): (2, 0, NOW - timedelta(hours=4)),
    }
    assert {one.state_code: (one.count, one.late) for one in held.by_state} == {"OH": (2, 1), "PA": (1, 0)}


def test_an_extra_queue_takes_letters_in_only_while_it_is_open(cast):
    from hustings.service.desk.models import QueueRule  # noqa: PLC0415
    from hustings.service.desk.queries.routing import router  # noqa: PLC0415

    QueueRule.objects.create(position=1, queue=cast.gifts, words=["ballot"])
    assert router().route([], "my ballot", "OH", "en").queue_id == cast.gifts.pk
    queues.set_open(queue=cast.gifts, is_open=False)
    assert router().route([], "my ballot", "OH", "en").queue_id == cast.help.pk
    queues.set_open(queue=cast.gifts, is_open=True)
    assert router().route([], "my ballot", "OH", "en").queue_id == cast.gifts.pk
    with pytest.raises(Refused):
        queues.set_open(queue=cast.help, is_open=False)


def test_counting_anew_says_what_differed_and_mends_it(cast):
    make_inquiry(cast.help)  # behind the desk's back
    assert recount() == {"hours": 1, "waiting": 1}
    assert recount() == {"hours": 0, "waiting": 0}
