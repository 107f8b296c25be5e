"""Approvals: steps, quorum, delegation, reminders, recall; decided once."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from hustings.foundation.access.actions import change_user, end_access, make_user
from hustings.foundation.access.models import Role, User
from hustings.foundation.automation import registry
from hustings.foundation.automation.actions.approvals import decide, recall, remind_due, request_approval
from hustings.foundation.automation.actions.processes import delegate, end_delegation, save_process
from hustings.foundation.automation.announcements import ApprovalSettled
from hustings.foundation.automation.models import ApprovalRequest, Notice, StepDecision
from hustings.foundation.automation.queries import approvals_for, panel_for
from hustings.foundation.automation.queries.approvals import approvers_of, voice_of, waiting_for
from hustings.foundation.core import bus

from .samples import NOW, Sample, make_sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    Role.objects.create(slug="approver", name="Approver", grants={
        "records": {"sample": {"verbs": ["see"], "rows": ["all"], "fields": {"*": "read"}}}})  # fmt: skip

    def made(name):
        user = make_user(actor=None, email=f"{name.lower()}@adair.example.org", name=name, role="approver", now=NOW)
        return User.objects.get(pk=user.pk)

    return {**cast, **{name: made(name) for name in ("Ann", "Bea", "Cid")}}


@pytest.fixture
def process(people):
    def written(*steps, name="Sign off", **more):
        steps = steps or ({"roles": ["approver"]},)
        return save_process(
            actor=people["administrator"], process=None, name=name, record="sample", steps=steps, now=NOW, **more
        )

    return written


@pytest.fixture
def ask(people):
    def asked(process, actor=None, **values):
        sample = make_sample(actor=None, values={"title": "a sign", "kind": "sign", **values}, now=NOW)
        return request_approval(actor=actor or people["writer"], process=process, record_id=sample.pk, now=NOW)

    return asked


def fresh(row):
    return ApprovalRequest.objects.get(pk=row.pk)


def test_one_step_one_approver(people, process, ask):
    row = ask(process())
    assert waiting_for(people["Ann"], NOW) == [row]
    assert waiting_for(people["volunteer"], NOW) == []
    decide(actor=people["Ann"], request=row, approved=True, reason="fine", now=NOW)
    assert (fresh(row).state, fresh(row).settled_at) == ("approved", NOW)
    assert waiting_for(people["Bea"], NOW) == []
    assert [one.state for one in approvals_for("sample", row.record_id)] == ["approved"]
    notice = Notice.objects.get(user=people["writer"])
    assert notice.text == "Approved: Sign off"


def test_steps_come_one_after_the_other_and_the_next_are_told(people, process, ask):
    row = ask(process({"name": "One", "users": [people["Ann"].pk]}, {"name": "Two", "users": [people["Bea"].pk]}))
    assert waiting_for(people["Bea"], NOW) == []
    with pytest.raises(PermissionDenied):
        decide(actor=people["Bea"], request=row, approved=True, now=NOW)
    decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    assert [one.pk for one in waiting_for(people["Bea"], NOW)] == [row.pk]
    assert Notice.objects.filter(user=people["Bea"]).count() == 1
    with pytest.raises(ValidationError):  # the page showed step one
        decide(actor=people["Bea"], request=row, approved=True, now=NOW)
    decide(actor=people["Bea"], request=fresh(row), approved=True, now=NOW)
    assert fresh(row).state == "approved"


def test_a_quorum_needs_different_people(people, process, ask):
    row = ask(process({"roles": ["approver"], "quorum": 2}))
    decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    assert fresh(row).state == "waiting"
    with pytest.raises(PermissionDenied):
        decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    decide(actor=people["Bea"], request=row, approved=True, now=NOW)
    assert fresh(row).state == "approved"


def test_refusing_needs_a_reason_and_ends_it(people, process, ask):
    row = ask(process({"roles": ["approver"], "quorum": 2}))
    with pytest.raises(ValidationError, match="Say why not"):
        decide(actor=people["Ann"], request=row, approved=False, reason=" ", now=NOW)
    assert not StepDecision.objects.exists()
    decide(actor=people["Ann"], request=row, approved=False, reason="Too dear", now=NOW)
    assert (fresh(row).state, fresh(row).settled_because) == ("refused", "Too dear")
    with pytest.raises(ValidationError):
        decide(actor=people["Bea"], request=row, approved=True, now=NOW)


def test_nobody_approves_their_own_request_nor_does_their_delegate(people, process, ask):
    row = ask(process(), actor=people["Ann"])
    assert voice_of(row, people["Ann"], NOW) is None
    with pytest.raises(PermissionDenied):
        decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    delegate(actor=people["Ann"], to=people["volunteer"], first_day=date(2028, 10, 1), last_day=date(2028, 10, 30),
             now=NOW)  # fmt: skip
    with pytest.raises(PermissionDenied):
        decide(actor=people["volunteer"], request=row, approved=True, now=NOW)
    assert not StepDecision.objects.exists()


def test_the_approver_can_be_whom_a_field_says(people, process, ask):
    row = ask(process({"field": "holder"}), holder=people["Cid"])
    assert [user.name for user in approvers_of(row)] == ["Cid"]
    with pytest.raises(PermissionDenied):
        decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    decide(actor=people["Cid"], request=row, approved=True, now=NOW)
    assert fresh(row).state == "approved"


def test_a_step_that_nobody_could_decide_is_not_asked_for(people, process, ask):
    with pytest.raises(ValidationError, match="needs 1 people beside you, and 0 can decide it"):
        ask(process({"name": "Holder", "field": "holder"}))
    with pytest.raises(ValidationError, match="needs 4 people"):
        ask(process({"roles": ["approver"], "quorum": 4}, name="Four"))
    assert not ApprovalRequest.objects.exists()


def test_while_one_is_away_another_decides_in_their_name(people, process, ask):
    row = ask(process({"users": [people["Ann"].pk, people["Bea"].pk], "quorum": 2}))
    away = {"first_day": date(2028, 10, 19), "last_day": date(2028, 10, 21)}
    made = delegate(actor=people["Ann"], to=people["writer"], now=NOW, **away)
    with pytest.raises(PermissionDenied):  # who asked for it does not stand in either
        decide(actor=people["writer"], request=row, approved=True, now=NOW)
    end_delegation(actor=people["Ann"], delegation=made, now=NOW)
    delegate(actor=people["Ann"], to=people["Cid"], now=NOW, **away)
    assert waiting_for(people["Cid"], NOW) == [row]
    assert waiting_for(people["Cid"], NOW + timedelta(days=4)) == []
    decide(actor=people["Cid"], request=row, approved=True, now=NOW)
    said = StepDecision.objects.get()
    assert (said.user, said.voice) == (people["Cid"], people["Ann"])
    assert voice_of(fresh(row), people["Ann"], NOW) is None  # her voice was heard
    decide(actor=people["Bea"], request=row, approved=True, now=NOW)
    assert fresh(row).state == "approved"


def test_one_person_is_not_two_of_a_quorum(people, process, ask):
    row = ask(process({"users": [people["Ann"].pk, people["Bea"].pk], "quorum": 2}))
    delegate(actor=people["Ann"], to=people["Bea"], first_day=date(2028, 10, 19), last_day=date(2028, 10, 21), now=NOW)
    decide(actor=people["Bea"], request=row, approved=True, now=NOW)
    with pytest.raises(PermissionDenied):
        decide(actor=people["Bea"], request=row, approved=True, now=NOW)
    assert fresh(row).state == "waiting"


def test_whose_access_ended_decides_no_more(people, process, ask):
    row = ask(process())
    stale = User.objects.get(pk=people["Ann"].pk)
    end_access(actor=people["administrator"], user=people["Ann"], now=NOW)
    with pytest.raises(PermissionDenied):
        decide(actor=stale, request=row, approved=True, now=NOW)
    change_user(actor=people["administrator"], user=people["Bea"], access_ends_at=NOW, now=NOW)
    with pytest.raises(PermissionDenied):
        decide(actor=people["Bea"], request=row, approved=True, now=NOW)
    assert not StepDecision.objects.exists()


def test_who_may_not_see_the_record_does_not_decide_it(people, process, ask):
    row = ask(process())
    assert len(approvers_of(row)) == 3
    Sample.objects.filter(pk=row.record_id).update(kind="hidden")
    assert waiting_for(people["Ann"], NOW) == []
    assert approvers_of(row) == []
    with pytest.raises(PermissionDenied, match="may not see what this is about"):
        decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    assert not StepDecision.objects.exists()


def test_who_asked_takes_it_back_and_nobody_else(people, process, ask):
    row = ask(process())
    with pytest.raises(PermissionDenied):
        recall(actor=people["Ann"], request=row, now=NOW)
    recall(actor=people["writer"], request=row, reason="Not needed", now=NOW)
    assert (fresh(row).state, fresh(row).settled_because) == ("recalled", "Not needed")
    with pytest.raises(ValidationError):
        decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    with pytest.raises(ValidationError):
        recall(actor=people["writer"], request=row, now=NOW)


def test_asking_twice_gives_the_first_back(people, process):
    one = process()
    sample = make_sample(actor=None, values={"title": "a"}, now=NOW)
    first = request_approval(actor=people["writer"], process=one, record_id=sample.pk, now=NOW)
    assert request_approval(actor=people["administrator"], process=one, record_id=sample.pk, now=NOW) == first
    panel = panel_for(people["writer"], "sample", sample, NOW)
    assert ([line.request for line in panel["approvals"]], panel["processes"]) == ([first], [])


def test_reminders_come_until_it_is_decided(people, process, ask):
    row = ask(process(remind_after=24))
    Notice.objects.all().delete()
    assert remind_due(NOW + timedelta(hours=23)) == 0
    assert remind_due(NOW + timedelta(hours=24)) == 1
    assert remind_due(NOW + timedelta(hours=24)) == 0
    assert sorted(notice.user.name for notice in Notice.objects.all()) == ["Ann", "Bea", "Cid"]
    assert remind_due(NOW + timedelta(hours=48)) == 1
    assert {notice.times for notice in Notice.objects.all()} == {2}
    assert fresh(row).reminders == 2
    decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    assert remind_due(NOW + timedelta(hours=100)) == 0


def test_when_nobody_is_left_who_asked_is_told(people, process, ask):
    row = ask(process({"users": [people["Ann"].pk]}))
    end_access(actor=people["administrator"], user=people["Ann"], now=NOW)
    remind_due(NOW + timedelta(hours=24))
    assert "Nobody is left" in Notice.objects.get(user=people["writer"]).text
    assert fresh(row).state == "waiting"


def test_what_follows_follows_in_the_same_transaction(people, process, ask, monkeypatch):
    followed, heard = [], []
    monkeypatch.setitem(registry.registry.outcomes, "sample", [lambda **given: followed.append(given["outcome"])])
    monkeypatch.setitem(bus._inside, ApprovalSettled, [*bus._inside[ApprovalSettled], heard.append])
    row = ask(process())
    decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    assert followed == ["approved"]
    assert [(said.request_id, said.outcome, said.process) for said in heard] == [(row.pk, "approved", "sign-off")]

    def fail(**_given):
        raise RuntimeError

    monkeypatch.setitem(registry.registry.outcomes, "sample", [fail])
    second = ask(ApprovalRequest.objects.get().process)
    with pytest.raises(RuntimeError):
        decide(actor=people["Ann"], request=second, approved=True, now=NOW)
    assert fresh(second).state == "waiting"


def test_a_rule_asks_for_an_approval_and_another_hears_of_its_end(people, process, write, run):
    process()
    write(actions=[{"verb": "approve", "values": {"process": "sign-off"}}])
    write(trigger={"kind": "announced", "name": "approval_approved"})
    make_sample(actor=None, values={"title": "a", "kind": "sign"}, now=NOW)
    run()
    row = ApprovalRequest.objects.get()
    assert (row.requester, row.reason) == (people["writer"], "By the rule “A rule”")
    decide(actor=people["Ann"], request=row, approved=True, now=NOW)
    run()
    assert Sample.objects.get().title == "seen"


@pytest.mark.parametrize("step", [
    {}, {"roles": ["nothing"]}, {"field": "title"}, {"users": [1], "quorum": 2}, {"roles": ["approver"], "quorum": 0.5},
])  # fmt: skip
def test_a_step_that_cannot_be_is_refused(process, step):
    if step.get("quorum") == 0.5:
        step = {"roles": ["approver"], "quorum": -1}
    with pytest.raises(ValidationError):
        process(step)


def test_only_administrators_write_processes(people):
    with pytest.raises(PermissionDenied):
        save_process(actor=people["writer"], process=None, name="X", record="sample",
                     steps=[{"roles": ["approver"]}], now=NOW)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_decide_it_once(people, process, ask):
    follows = []
    row = ask(process({"users": [people["Ann"].pk, people["Bea"].pk]}))
    registry.on_outcome("sample", lambda **given: follows.append(given["outcome"]))
    gate, told = threading.Barrier(2), []

    def press(name):
        gate.wait()
        try:
            decide(actor=people[name], request=row, approved=True, now=NOW)
            told.append("decided")
        except ValidationError:
            told.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(name,)) for name in ("Ann", "Bea")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    registry.registry.outcomes.pop("sample")
    assert sorted(told) == ["decided", "too late"]
    assert follows == ["approved"]
    assert StepDecision.objects.count() == 1
