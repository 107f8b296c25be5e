"""What conversations tell the house, and what rules do with them."""

import pytest

from hustings.constituents.people.models import Person
from hustings.foundation.automation.models import Deed, Happening, Notice, Rule, Work
from hustings.foundation.automation.tests import ruling
from hustings.foundation.automation.tests.ruling import rule_on
from hustings.foundation.core import bulk, bus
from hustings.foundation.core.records import RecordChanged, RecordsMade
from hustings.service.desk.actions import life, opening, taking
from hustings.service.desk.actions.intake import NewInquiry, open_inquiries
from hustings.service.desk.models import Inquiry, Priority, Status
from hustings.service.desk.queries.routing import Routing

from .cast import NOW, Cast, make_cast, make_inquiry

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us() -> Cast:
    return make_cast()


@pytest.fixture
def heard(monkeypatch):
    found = []
    for kind in (RecordChanged, RecordsMade):
        monkeypatch.setitem(bus._inside, kind, [*bus._inside[kind], found.append])
    return found


def rule(us: Cast, *actions, trigger=None, conditions=None, actor=None) -> Rule:
    return rule_on(actor or us.ada, "inquiry", *actions, trigger=trigger, conditions=conditions, now=NOW)


def work() -> None:
    ruling.work(NOW)


def deliver(us: Cast, number: int = 1) -> list[int]:
    """As intake does."""
    person = Person.objects.create(name="Ruth Abernathy")
    (ids,) = bulk.take_ids(desk_inquiry=number)
    routing = Routing(queue_id=us.help.pk, priority=2, minutes=60, tag="ballot")
    rows = [
        NewInquiry(id=pk, person_id=person.pk, routing=routing, channel="mail", opened_at=NOW, due_at=NOW,
                   message_id=pk, state_code="OH", subject="My ballot") for pk in ids
    ]  # fmt: skip
    open_inquiries(rows, now=NOW)
    return list(ids)


def test_what_people_change_is_told_with_what_was_before(us, heard):
    one = make_inquiry(us.help)
    taking.assign(actor=us.dana, inquiry=one, user=us.june, now=NOW)
    life.move_queue(actor=us.dana, inquiry=one, queue=us.gifts, now=NOW)
    life.tag(actor=us.ada, inquiry=one, add=["ballot"], now=NOW)
    life.set_priority(actor=us.ada, inquiry=one, priority=Priority.HIGH, now=NOW)
    life.close(actor=us.ada, inquiry=one, now=NOW)
    told = [(said.changes, said.actor_id) for said in heard]
    assert told == [
        ({"assignee": (None, us.june.pk)}, us.dana.pk),
        ({"queue": ("voter-help", "donations"), "assignee": (us.june.pk, None)}, us.dana.pk),
        ({"tags": ([], ["ballot"])}, us.ada.pk),
        ({"priority": ("2", "1")}, us.ada.pk),
        ({"status": ("open", "closed")}, us.ada.pk),
    ]
    assert {(said.record, said.id, said.uid) for said in heard} == {("inquiry", one.pk, one.uid)}


def test_a_batch_of_new_ones_is_told_as_one(us, heard):
    ids = deliver(us, 3)
    assert heard == [RecordsMade("inquiry", ids, NOW)]
    assert not Happening.objects.exists()


def test_intake_asks_once_whether_any_rule_listens(us, django_assert_num_queries):
    deliver(us)
    with django_assert_num_queries(1) as asked:
        bus.announce(RecordsMade("inquiry", list(range(500)), NOW))
    assert "automation_rule" in asked.captured_queries[0]["sql"]


def test_one_begun_by_a_person_is_told(us, heard):
    person = Person.objects.create(name="Ruth Abernathy")
    opening.open_outgoing(actor=us.june, person=person, queue=us.help, subject="Your ballot", now=NOW)
    assert [(said.is_new, said.changes["subject"]) for said in heard] == [(True, (None, "Your ballot"))]


def test_new_letters_are_assigned_tagged_ranked_and_moved(us):
    rule(
        us,
        {"verb": "desk.tag", "values": {"add": "ohio, urgent", "remove": "ballot"}},
        {"verb": "desk.priority", "values": {"priority": "1"}},
        {"verb": "desk.assign", "values": {"to": str(us.june.pk)}},
        {"verb": "notify", "values": {"to": "field:assignee", "text": "One from Ohio"}},
        conditions={"all": [{"field": "place", "is": "is", "value": "oh"},
                            {"field": "tags", "is": "contains", "value": "ballot"}]},
    )  # fmt: skip
    (pk,) = deliver(us)
    work()
    one = Inquiry.objects.get(pk=pk)
    assert (one.tags, one.priority, one.assignee) == (["ohio", "urgent"], 1, us.june)
    assert [notice.user for notice in Notice.objects.all()] == [us.june]
    assert Work.objects.get().state == "done"


def test_whoever_has_least_gets_it_and_nobody_loses_theirs(us):
    rule(us, {"verb": "desk.assign", "values": {"to": "team"}})
    for _number in range(2):
        make_inquiry(us.help, assignee=us.june)
    make_inquiry(us.help, assignee=us.theo)
    make_inquiry(us.help, assignee=us.vera)
    make_inquiry(us.help, assignee=us.vera)
    ids = deliver(us, 2)
    work()
    given = sorted(Inquiry.objects.filter(pk__in=ids).values_list("assignee__name", flat=True))
    assert given == ["Dana Kessler", "Theo Marsh"]  # of whom one had none, the other one


def test_moved_and_closed(us):
    rule(us, {"verb": "desk.move", "values": {"queue": "donations"}}, {"verb": "desk.close", "values": {}})
    (pk,) = deliver(us)
    work()
    one = Inquiry.objects.get(pk=pk)
    assert (one.queue, one.status) == (us.gifts, Status.CLOSED)


def test_a_lead_s_rule_does_not_reach_what_the_lead_does_not_see(us):
    rule(us, {"verb": "desk.tag", "values": {"add": "seen"}}, actor=us.dana)
    mine, other = make_inquiry(us.help), make_inquiry(us.gifts)
    bus.announce(RecordsMade("inquiry", [mine.pk, other.pk], NOW))
    work()
    assert Inquiry.objects.get(pk=mine.pk).tags == ["seen"]
    assert Inquiry.objects.get(pk=other.pk).tags == []


def test_what_the_desk_refuses_is_said_in_the_log(us):
    rule(us, {"verb": "desk.assign", "values": {"to": str(us.june.pk)}})
    pk = make_inquiry(us.gifts).pk
    bus.announce(RecordsMade("inquiry", [pk], NOW))
    work()
    assert Inquiry.objects.get(pk=pk).assignee is None
    assert Deed.objects.get().said == "June Oduya does not work on this queue, so it cannot be theirs."


def test_a_change_of_queue_is_heard_and_its_own_is_no_loop(us):
    rule(us, {"verb": "desk.tag", "values": {"add": "moved"}}, trigger={"kind": "changed", "fields": ["queue"]},
         conditions={"all": [{"field": "queue", "is": "changed_to", "value": "donations"}]})  # fmt: skip
    one = make_inquiry(us.help)
    life.move_queue(actor=us.dana, inquiry=one, queue=us.gifts, now=NOW)
    work()
    assert Inquiry.objects.get(pk=one.pk).tags == ["moved"]
    assert Work.objects.count() == 1
