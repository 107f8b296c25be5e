"""Timed rules: the clock, dates, and what was missed."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.automation.actions import looking
from hustings.foundation.automation.actions.timing import note_due
from hustings.foundation.automation.models import Happening, Rule, Run, Work
from hustings.foundation.automation.triggers import (
    DATE,
    DAY,
    HOUR,
    TIME,
    WEEK,
    BadTrigger,
    Trigger,
    following,
    told_of,
    trigger_from,
)

from .samples import NOW, Sample, make_sample

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
DAILY = {"kind": "time", "every": "day", "at": "09:00"}
SIGN = {"all": [{"field": "kind", "is": "is", "value": "sign"}]}
timed = st.builds(
    Trigger,
    kind=st.just(TIME),
    every=st.sampled_from([HOUR, DAY, WEEK]),
    weekdays=st.lists(st.integers(0, 6), min_size=1, unique=True).map(lambda days: tuple(sorted(days))),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
moments = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(timed, moments)
def test_the_following_time_lies_ahead_and_is_one_of_its_times(trigger, moment):
    due = following(trigger, moment, NEW_YORK)
    assert moment < due <= moment + timedelta(days=9)
    local = due.astimezone(NEW_YORK)
    if trigger.every == HOUR:
        assert local.minute == trigger.at.minute
        assert due - moment <= timedelta(hours=1)
    else:
        skipped = local.utcoffset() != (local - timedelta(hours=2)).utcoffset()  # the clocks have just moved
        assert local.time() == trigger.at or skipped
        if trigger.every == WEEK and not skipped:
            assert local.weekday() in trigger.weekdays


@given(timed, moments)
def test_no_time_is_left_out(trigger, moment):
    """Between a time and the one that follows it there is none."""
    due = following(trigger, moment, NEW_YORK)
    assert following(trigger, due - timedelta(seconds=1), NEW_YORK) == due


@given(timed)
def test_the_stored_form_comes_back(trigger):
    assert trigger_from(told_of(trigger)) == trigger


@pytest.mark.parametrize(
    "told", [None, {}, {"kind": "x"}, {"kind": "time", "at": "25:00"}, {"kind": "time", "days": [7]},
             {"kind": "date", "days_after": 900}, {"kind": "time", "every": "year"}],
)  # fmt: skip
def test_what_is_no_trigger_is_refused(told):
    with pytest.raises(BadTrigger):
        trigger_from(told)


def test_days_before_a_date_keep_their_sign():
    trigger = Trigger(DATE, field="day", days=-2, at=time(10, 30))
    assert trigger_from(told_of(trigger)) == trigger


@pytest.mark.django_db
def test_a_rule_by_the_clock_acts_on_what_is_as_it_asks_once_each_time(write, run):
    rule = write(trigger=DAILY, conditions=SIGN)
    assert rule.next_at == datetime(2028, 10, 20, 13, 0, tzinfo=UTC)  # nine in New York; it is nine now
    make_sample(actor=None, values={"kind": "sign", "title": "a"}, now=NOW)
    make_sample(actor=None, values={"kind": "ride", "title": "b"}, now=NOW)
    assert note_due(NOW) == 0
    due = rule.next_at
    assert note_due(due) == 1
    assert note_due(due) == 0
    run(due)
    assert list(Sample.objects.order_by("pk").values_list("title", flat=True)) == ["seen", "b"]
    assert Work.objects.count() == 1
    assert Rule.objects.get().next_at == due + timedelta(days=1)


@pytest.mark.django_db
def test_after_the_house_stood_still_it_is_asked_once_and_says_so(write, run):
    write(trigger=DAILY, conditions=SIGN)
    make_sample(actor=None, values={"kind": "sign", "title": "a"}, now=NOW)
    later = NOW + timedelta(days=4, hours=1)
    assert note_due(later) == 1
    run(later)
    assert Happening.objects.count() == 1
    assert Happening.objects.get().at == datetime(2028, 10, 23, 13, 0, tzinfo=UTC)
    assert Run.objects.get().why == "It was due more than once while nothing ran; it was asked once, for the last time."


@pytest.mark.django_db
def test_days_before_a_date_each_record_once(write, run):
    trigger = {"kind": "date", "field": "day", "days_after": -2, "at": "09:00"}
    rule = write(trigger=trigger)
    near = make_sample(actor=None, values={"title": "near", "day": date(2028, 10, 22)}, now=NOW)
    make_sample(actor=None, values={"title": "far", "day": date(2028, 10, 25)}, now=NOW)
    due = rule.next_at
    note_due(due)
    run(due)
    assert list(Sample.objects.order_by("pk").values_list("title", flat=True)) == ["seen", "far"]
    # The date moves away and comes back: for the same day it is done once.
    Rule.objects.update(next_at=due)
    note_due(due)
    run(due)
    assert Work.objects.filter(record_id=near.pk).count() == 1
    Sample.objects.filter(pk=near.pk).update(day=date(2028, 10, 23))
    note_due(due + timedelta(days=1))
    run(due + timedelta(days=1))
    assert Work.objects.filter(record_id=near.pk).count() == 2


@pytest.mark.django_db
def test_dates_of_a_moment_are_days_of_the_owners_zone(write, run):
    write(trigger={"kind": "date", "field": "moment", "days_after": 1, "at": "09:00"})
    evening = datetime(2028, 10, 20, 3, 30, tzinfo=UTC)  # the 19th in New York
    make_sample(actor=None, values={"title": "a", "moment": evening}, now=NOW)
    due = datetime(2028, 10, 20, 13, 0, tzinfo=UTC)
    note_due(due)
    run(due)
    assert Sample.objects.get().title == "seen"


@pytest.mark.django_db
def test_missed_dates_are_made_up_for_a_week_and_the_rest_is_said(write, run):
    write(trigger={"kind": "date", "field": "day", "days_after": 0, "at": "09:00"})
    for day in range(20, 31):
        make_sample(actor=None, values={"title": f"{day}", "day": date(2028, 10, day)}, now=NOW)
    back = datetime(2028, 10, 30, 14, 0, tzinfo=UTC)
    note_due(back)
    run(back)
    seen = list(Sample.objects.filter(title="seen").order_by("day").values_list("day", flat=True))
    assert seen == [date(2028, 10, day) for day in range(24, 31)]
    said = [run_row.why for run_row in Run.objects.order_by("pk") if run_row.why]
    assert said == ["Nothing ran for longer than a week: 4 days before this one were left out."]


@pytest.mark.django_db
def test_a_rule_by_the_clock_needs_a_condition(write):
    with pytest.raises(Exception, match="needs a condition"):
        write(trigger=DAILY)


@pytest.mark.django_db
def test_more_than_one_look_takes_in_are_all_looked_at(write, run, monkeypatch):
    monkeypatch.setattr(looking, "AT_ONCE", 50)
    rule = write(trigger=DAILY, conditions=SIGN, most_an_hour=5000)
    Sample.objects.bulk_create(Sample(kind="sign", title="x") for _ in range(110))
    note_due(rule.next_at)
    run(rule.next_at)
    assert Sample.objects.filter(title="seen").count() == 110
    assert (Run.objects.get().looked, Run.objects.get().matched) == (110, 110)
