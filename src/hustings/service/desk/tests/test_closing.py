"""A queue is closed: what waits in it goes where the rules send it, by what is known of each letter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hustings.constituents.people.actions.vips import mark_vip
from hustings.service.desk.actions import queues
from hustings.service.desk.models import Event, Inquiry, Queue, QueueRule
from hustings.service.desk.tests.cast import NOW, make_inquiry, make_person


@pytest.fixture
def extra(cast):
    return Queue.objects.create(name="Extra", slug="extra", team=cast.voters, is_open=False, position=1)


@pytest.fixture
def letters(cast, extra):
    """One for each rule that asks for more than words, and one that no rule names."""
    rules = [{"topics": ["mail-ballot"]}, {"natures": ["press"]}, {"urgency": 2}, {"vip": "any"}]
    for position, rule in enumerate(rules):
        queue = Queue.objects.create(name=f"Rule {position}", slug=f"rule-{position}", team=cast.voters)
        QueueRule.objects.create(position=position, queue=queue, **rule)
    known = make_person("Rabbi Weiss")
    mark_vip(actor=cast.ada, kind="clergy", person=known, now=NOW)
    return [
        make_inquiry(extra, topics=["mail-ballot"]),
        make_inquiry(extra, nature="press"),
        make_inquiry(extra, urgency=2),
        make_inquiry(extra, person=known),
        make_inquiry(extra, nature="crisis"),
        make_inquiry(extra),
    ]


def where():
    return list(Inquiry.objects.order_by("pk").values_list("queue__slug", flat=True))


def test_each_goes_by_its_topic_nature_urgency_and_writer(cast, extra, letters):
    answered = make_inquiry(extra, status="closed")
    assert queues.send_on(queue=extra, now=NOW) == 6
    assert where() == ["rule-0", "rule-1", "rule-2", "rule-3", "crisis", "voter-help", "extra"]
    assert Event.objects.filter(kind="moved").count() == 6
    assert not Event.objects.filter(inquiry=answered).exists()


def test_what_the_rules_leave_there_is_not_counted(cast, extra):
    Queue.objects.filter(pk=extra.pk).update(is_open=True)
    QueueRule.objects.create(position=1, queue=extra, topics=["mail-ballot"])
    make_inquiry(extra, topics=["mail-ballot"])
    make_inquiry(extra)
    assert queues.send_on(queue=extra, now=NOW) == 1
    assert where() == ["extra", "voter-help"]


def test_what_was_moved_or_answered_until_it_was_held_stays_as_it_is(cast, extra, letters, monkeypatch):
    held = queues.lock

    def late(actor, ids):
        wanted = list(ids)
        Inquiry.objects.filter(pk=letters[0].pk).update(queue=cast.gifts)
        Inquiry.objects.filter(pk=letters[1].pk).update(status="closed")
        return held(actor, wanted)

    monkeypatch.setattr(queues, "lock", late)
    assert queues.send_on(queue=extra, now=NOW) == 4
    assert where() == ["donations", "extra", "rule-2", "rule-3", "crisis", "voter-help"]


def test_letters_that_go_to_one_queue_go_together(cast, extra):
    for _letter in range(20):
        make_inquiry(extra)
    with CaptureQueriesContext(connection) as seen:
        assert queues.send_on(queue=extra, now=NOW) == 20
    written = [one["sql"] for one in seen if one["sql"].startswith('UPDATE "desk_inquiry"')]
    assert len(written) == 1
