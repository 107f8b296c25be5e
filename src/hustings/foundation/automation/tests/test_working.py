"""Rules at work: when, if, then; in order; once; and what keeps them from going round."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hustings.foundation.access.actions import end_access
from hustings.foundation.automation.actions import acting
from hustings.foundation.automation.actions.looking import look_once
from hustings.foundation.automation.actions.writing import leave_waiting, let_go_on, remove_rule, switch_rule
from hustings.foundation.automation.models import Deed, Happening, Notice, Run, Work, WorkState
from hustings.foundation.automation.registry import Verb, registry
from hustings.foundation.core import bus
from hustings.foundation.core.records import RecordsMade

from .samples import NOW, Sample, change_sample, make_sample

pytestmark = pytest.mark.django_db
SIGN = {"all": [{"field": "kind", "is": "is", "value": "sign"}]}


def make(**values):
    return make_sample(actor=None, values=values, now=NOW)


def titles():
    return list(Sample.objects.order_by("pk").values_list("title", flat=True))


def test_what_is_made_is_asked_and_acted_on_once(write, run):
    write(conditions=SIGN)
    make(kind="sign", title="a")
    make(kind="ride", title="b")
    assert titles() == ["a", "b"]
    run()
    assert titles() == ["seen", "b"]
    assert [(r.looked, r.matched) for r in Run.objects.order_by("pk")] == [(1, 1), (1, 0)]
    work = Work.objects.get()
    deed = Deed.objects.get()
    assert (work.state, deed.state, deed.said) == ("done", "done", "set “Title” to seen")
    assert run() == 0
    assert Happening.objects.filter(settled_at=None).count() == 0


def test_nothing_is_written_down_where_no_rule_listens(write, run):
    write(on=False)
    make(kind="sign")
    assert not Happening.objects.exists()


def test_a_change_is_heard_by_its_fields(write, run):
    rule = write(trigger={"kind": "changed", "fields": ["size"]}, conditions={
        "all": [{"field": "size", "is": "changed_to", "value": "3"}]})  # fmt: skip
    sample = make(title="a")
    change_sample(actor=None, record=sample, title="b", now=NOW)
    assert not Happening.objects.exists()
    change_sample(actor=None, record=sample, size=2, now=NOW)
    run()
    assert titles() == ["b"]
    change_sample(actor=None, record=sample, size=3, now=NOW)
    run()
    assert titles() == ["seen"]
    assert Run.objects.filter(rule=rule).count() == 2


def test_rules_are_asked_in_their_order_each_after_what_the_one_before_did(write, run):
    write(name="first", actions=[{"verb": "set:kind", "values": {"value": "sign"}}])
    write(name="second", conditions=SIGN)
    make(kind="ride", title="a")
    run()
    assert titles() == ["seen"]


def test_a_last_rule_keeps_those_after_it_from_being_asked(write, run):
    write(name="first", conditions=SIGN, is_last=True, actions=[{"verb": "set:size", "values": {"value": "1"}}])
    write(name="second")
    make(kind="sign", title="a")
    make(kind="ride", title="b")
    run()
    assert titles() == ["a", "seen"]


def test_many_made_at_once_are_one_row(write, run):
    write(conditions=SIGN)
    rows = Sample.objects.bulk_create(Sample(kind="sign" if n % 2 else "ride", title="x") for n in range(1203))
    bus.announce(RecordsMade("sample", [row.pk for row in rows], NOW))
    assert Happening.objects.count() == 1
    acting_limit = Work.objects.count()
    assert acting_limit == 0
    run()
    run_row = Run.objects.get()
    assert (run_row.looked, run_row.matched) == (1203, 601)
    assert titles().count("seen") == 100  # as many as the rule may in an hour
    assert Work.objects.filter(state="limit").count() == 501


def test_beyond_its_limit_work_waits_and_says_until_when(write, run, cast):
    rule = write(most_an_hour=2)
    for n in range(5):
        make(title=f"{n}")
    run()
    assert titles() == ["seen", "seen", "2", "3", "4"]
    waiting = Work.objects.filter(state=WorkState.LIMIT)
    assert {work.not_before for work in waiting} == {NOW + timedelta(hours=1)}
    assert run(NOW + timedelta(minutes=59)) == 0
    run(NOW + timedelta(hours=1, seconds=1))
    assert titles() == ["seen"] * 4 + ["4"]
    assert let_go_on(actor=cast["administrator"], rule=rule, now=NOW) == 1
    run(NOW + timedelta(hours=1, seconds=2))
    assert titles() == ["seen"] * 5


def test_only_an_administrator_lets_it_go_on_and_the_owner_can_have_it_left_out(write, run, cast):
    rule = write(most_an_hour=1)
    make(title="a")
    make(title="b")
    run()
    with pytest.raises(PermissionDenied):
        let_go_on(actor=cast["writer"], rule=rule, now=NOW)
    assert Work.objects.filter(state="limit").count() == 1
    assert leave_waiting(actor=cast["writer"], rule=rule, now=NOW) == 1
    run(NOW + timedelta(hours=2))
    assert titles() == ["seen", "b"]
    assert Work.objects.get(state="left").why == "Dana Sample had it left out."


def test_conditions_are_asked_again_when_its_turn_comes(write, run):
    write(most_an_hour=1, conditions=SIGN)
    make(kind="sign", title="a")
    second = make(kind="sign", title="b")
    run()
    Sample.objects.filter(pk=second.pk).update(kind="ride")
    run(NOW + timedelta(hours=2))
    assert titles() == ["seen", "b"]
    assert Work.objects.get(state="left").why == "Its conditions held no more when its turn came."


def test_a_rule_that_would_run_itself_again_is_stopped_there(write, run, cast):
    write(name="Round", trigger={"kind": "changed"}, actions=[{"verb": "set:title", "values": {"value": "x"}}])
    sample = make(title="a")
    change_sample(actor=None, record=sample, size=1, now=NOW)
    run()
    stopped = Run.objects.get(stopped=True)
    assert stopped.why == "“Round” would have run itself again. It was stopped there."
    assert Work.objects.count() == 1
    notice = Notice.objects.get()
    assert (notice.user, notice.text) == (cast["writer"], stopped.why)


def test_two_rules_that_lead_to_each_other_are_stopped(write, run):
    write(name="A", trigger={"kind": "changed", "fields": ["size"]},
          actions=[{"verb": "set:kind", "values": {"value": "sign"}}])  # fmt: skip
    write(name="B", trigger={"kind": "changed", "fields": ["kind"]},
          actions=[{"verb": "set:size", "values": {"value": "9"}}])  # fmt: skip
    sample = make(title="a", kind="ride")
    change_sample(actor=None, record=sample, size=1, now=NOW)
    run()
    assert [r.why for r in Run.objects.filter(stopped=True)] == [
        "“A” would have run itself again, by way of 1 other rules. It was stopped there."
    ]
    assert Work.objects.count() == 2


def test_its_own_change_that_its_conditions_do_not_hold_for_is_no_loop(write, run):
    write(trigger={"kind": "changed"}, conditions={"all": [{"field": "title", "is": "is_not", "value": "seen"}]})
    sample = make(title="a")
    change_sample(actor=None, record=sample, size=1, now=NOW)
    run()
    assert not Run.objects.filter(stopped=True).exists()
    assert not Notice.objects.exists()


def test_a_rule_that_acts_on_one_record_again_and_again_is_stopped(write, run):
    write(trigger={"kind": "changed", "fields": ["size"]})
    sample = make(title="a")
    for n in range(acting.MOST_REPEATS + 2):
        change_sample(actor=None, record=sample, size=n, title="a", now=NOW)
        run()
    assert Work.objects.filter(state="done").count() == acting.MOST_REPEATS
    assert Work.objects.filter(state="stopped").count() == 2
    assert Notice.objects.get().times == 2


def test_an_act_that_cannot_be_is_said_and_what_follows_is_left(write, run, cast):
    write(
        actions=[
            {"verb": "set:title", "values": {"value": "first"}},
            {"verb": "set:holder", "values": {"value": str(cast["volunteer"].pk)}},
            {"verb": "set:size", "values": {"value": "1"}},
        ]
    )
    end_access(actor=cast["administrator"], user=cast["volunteer"], now=NOW)
    make(title="a")
    run()
    assert titles() == ["first"]
    assert [(d.state, d.said) for d in Deed.objects.order_by("position")] == [
        ("done", "set “Title” to first"),
        ("failed", "The colleague it names does not work here any more."),
        ("left", "Left out, since what came before it could not be done."),
    ]
    assert Work.objects.get().state == "failed"
    assert "could not do something" in Notice.objects.get().text


def test_an_act_that_breaks_is_tried_again_later_and_leaves_nothing_of_itself(write, run, monkeypatch):
    broken = [True]

    def stumble(*, actor, record, values, deed, now):
        Sample.objects.filter(pk=record.pk).update(title="half")
        if broken[0]:
            raise RuntimeError("the power went")
        return "done"

    one = Verb("stumble", "Stumble", run=stumble, describe=lambda v, t: "stumble", record_types=("sample",))
    monkeypatch.setitem(registry.verbs, "stumble", one)
    write(actions=[{"verb": "stumble", "values": {}}])
    make(title="a")
    run()
    assert titles() == ["a"]
    work = Work.objects.get()
    assert (work.state, work.not_before, work.why) == ("retry", NOW + timedelta(seconds=30), "RuntimeError")
    broken[0] = False
    run(NOW + timedelta(seconds=31))
    assert titles() == ["half"]
    assert Work.objects.get().state == "done"


def test_what_never_works_is_given_up_and_said(write, run, monkeypatch):
    def stumble(**_given):
        raise RuntimeError

    one = Verb("stumble", "Stumble", run=stumble, describe=lambda v, t: "stumble", record_types=("sample",))
    monkeypatch.setitem(registry.verbs, "stumble", one)
    write(actions=[{"verb": "stumble", "values": {}}])
    make(title="a")
    for hours in range(24):
        run(NOW + timedelta(hours=hours))
    assert (Work.objects.get().state, Deed.objects.get().tries) == ("failed", acting.MOST_TRIES)
    assert Notice.objects.count() == 1


def test_a_rule_that_was_turned_off_does_nothing_with_what_waited(write, run, cast):
    rule = write()
    make(title="a")
    switch_rule(actor=cast["writer"], rule=rule, on=False, now=NOW)
    run()
    assert titles() == ["a"]
    assert Run.objects.get().why == "The rule was off when its turn came."


def test_a_removed_rule_keeps_its_log(write, run, cast):
    rule = write()
    make(title="a")
    run()
    remove_rule(actor=cast["writer"], rule=rule, now=NOW)
    make(title="b")
    run()
    assert titles() == ["seen", "b"]
    assert Work.objects.count() == 1


def test_work_under_an_old_version_is_ended_as_it_was_written(write, run, cast):
    from hustings.foundation.automation.actions.writing import save_rule  # noqa: PLC0415

    rule = write()
    make(title="a")
    look_once(NOW)
    save_rule(actor=cast["writer"], rule=rule, name="Other", record="sample", trigger={"kind": "made"}, conditions={},
              actions=[{"verb": "set:title", "values": {"value": "new"}}], most_an_hour=10, now=NOW)  # fmt: skip
    run()
    assert titles() == ["seen"]
    make(title="b")
    run()
    assert titles() == ["seen", "new"]


def test_a_rule_needs_something_to_do(write):
    with pytest.raises(ValidationError, match="cannot be done"):
        write(actions=[{"verb": "nothing", "values": {}}])
