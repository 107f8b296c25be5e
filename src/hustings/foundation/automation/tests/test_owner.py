"""A rule sees and does what its owner may, and no more."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hustings.foundation.access.actions import end_access
from hustings.foundation.access.models import AuditEntry, Role
from hustings.foundation.automation.actions.writing import save_rule, switch_rule
from hustings.foundation.automation.models import Notice, Rule, Work
from hustings.foundation.automation.queries.overview import visible_to
from hustings.foundation.automation.queries.trying import try_rule
from hustings.foundation.core import records
from hustings.foundation.core.guard import ReadOnly

from .conftest import READS
from .samples import NOW, Sample, make_sample

pytestmark = pytest.mark.django_db
SECRET = {"all": [{"field": "secret", "is": "is", "value": "red"}]}
HIDDEN = "“Secret” of Samples cannot be asked by the rule's owner."


@pytest.mark.parametrize("op", ["is", "contains", "empty", "filled", "none_of"])
def test_a_condition_on_a_field_the_owner_may_not_read_is_refused(write, op):
    with pytest.raises(ValidationError) as refused:
        write(conditions={"all": [{"field": "secret", "is": op, "value": "red"}]})
    assert HIDDEN in refused.value.messages
    assert not Rule.objects.exists()


def test_so_is_listening_to_it_and_its_just_having_changed(write):
    for facts in (
        {"trigger": {"kind": "changed", "fields": ["secret"]}},
        {"trigger": {"kind": "changed"}, "conditions": {"all": [{"field": "secret", "is": "changed"}]}},
        {"trigger": {"kind": "date", "field": "secret", "days_after": 1}},
    ):
        with pytest.raises(ValidationError):
            write(**facts)


def test_a_field_the_owner_may_not_change_cannot_be_set(write):
    with pytest.raises(ValidationError, match="cannot be done"):
        write(actions=[{"verb": "set:secret", "values": {"value": "x"}}])


def test_who_may_ask_it_may_have_the_rule_and_its_reading_is_in_the_audit(write, run, cast):
    write(actor=cast["administrator"], conditions=SECRET)
    make_sample(actor=None, values={"title": "a", "secret": "red"}, now=NOW)
    run()
    assert Sample.objects.get().title == "seen"
    read = AuditEntry.objects.filter(action="read", record_type="sample", actor_id=cast["administrator"].pk)
    assert {line.detail["fields"][0] for line in read} == {"secret"}


def test_when_the_owner_loses_the_right_the_rule_stops_and_says_so(write, run, cast):
    Role.objects.filter(slug="writer").update(
        grants={"records": {"sample": {**READS, "fields": {"**": "edit"}}}, "abilities": ["write_rules"]}, version=2
    )
    rule = write(conditions=SECRET)
    Role.objects.filter(slug="writer").update(
        grants={"records": {"sample": READS}, "abilities": ["write_rules"]}, version=3
    )
    make_sample(actor=None, values={"title": "a", "secret": "red"}, now=NOW)
    run()
    rule.refresh_from_db()
    assert Sample.objects.get().title == "a"
    assert (rule.is_on, rule.stopped_because) == (False, HIDDEN)
    assert Notice.objects.get().text == f"The rule “A rule” was stopped. {HIDDEN}"
    assert not Work.objects.exists()


def test_who_works_here_no_more_has_no_rules_at_work(write, run, cast):
    rule = write()
    end_access(actor=cast["administrator"], user=cast["writer"], now=NOW)
    make_sample(actor=None, values={"title": "a"}, now=NOW)
    run()
    assert Sample.objects.get().title == "a"
    rule.refresh_from_db()
    assert rule.stopped_because == "Dana Sample does not work here any more."
    assert [notice.user for notice in Notice.objects.all()] == [cast["administrator"]]


def test_a_right_lost_while_work_waits_is_lost(write, run, cast):
    write(most_an_hour=1)
    make_sample(actor=None, values={"title": "a"}, now=NOW)
    make_sample(actor=None, values={"title": "b"}, now=NOW)
    run()
    Role.objects.filter(slug="writer").update(grants={"records": {"sample": READS}, "abilities": []}, version=5)
    run(NOW + timedelta(hours=2))
    assert list(Sample.objects.order_by("pk").values_list("title", flat=True)) == ["seen", "b"]
    assert Work.objects.filter(state="stopped").count() == 1


def test_records_out_of_the_owners_sight_are_not_touched(write, run):
    write()
    make_sample(actor=None, values={"title": "a", "kind": "hidden"}, now=NOW)
    run()
    assert Sample.objects.get().title == "a"
    assert not Work.objects.exists()


def test_another_persons_rule_is_out_of_sight_and_out_of_reach(write, cast):
    rule = write(actor=cast["administrator"], conditions=SECRET)
    assert list(visible_to(cast["writer"])) == []
    assert list(visible_to(cast["volunteer"])) == []
    with pytest.raises(PermissionDenied):
        switch_rule(actor=cast["writer"], rule=rule, on=False, now=NOW)
    assert Rule.objects.get().is_on


def test_an_administrator_stops_anothers_rule_but_does_not_turn_it_on_in_their_name(write, cast):
    rule = write()
    switch_rule(actor=cast["administrator"], rule=rule, on=False, now=NOW)
    with pytest.raises(ValidationError, match="It would act as Dana Sample"):
        switch_rule(actor=cast["administrator"], rule=rule, on=True, now=NOW)
    assert not Rule.objects.get().is_on


def test_who_keeps_anothers_rule_makes_it_theirs(write, cast):
    rule = write()
    acts = [{"verb": "set:title", "values": {"value": "x"}}]
    facts = {"name": "Mine", "record": "sample", "trigger": {"kind": "made"}, "conditions": {}, "actions": acts}
    save_rule(actor=cast["administrator"], rule=rule, most_an_hour=5, now=NOW, **facts)
    assert Rule.objects.get().owner == cast["administrator"]


def test_a_volunteer_has_no_rules(write, cast):
    with pytest.raises(PermissionDenied):
        write(actor=cast["volunteer"])


def test_a_dry_run_reads_as_the_owner_and_cannot_write(cast):
    make_sample(actor=None, values={"title": "a", "kind": "sign"}, now=NOW)
    make_sample(actor=None, values={"title": "b", "kind": "hidden"}, now=NOW)
    facts = {"record": "sample", "trigger": {"kind": "made"}, "conditions": {}, "actions": [], "most_an_hour": 5}
    Sample.objects.update(created_at=NOW)
    trial = try_rule(owner=cast["writer"], now=NOW, **facts)
    assert [(one.title, trial.matched) for one in trial.shown] == [("a", 1)]

    def writes(record):
        record.title = "written"
        record.save()

    kind = records.get("sample")
    object.__setattr__(kind, "title", writes)
    try:
        with pytest.raises(ReadOnly):
            try_rule(owner=cast["writer"], now=NOW, **facts)
    finally:
        object.__setattr__(kind, "title", str)
    assert list(Sample.objects.order_by("pk").values_list("title", flat=True)) == ["a", "b"]
