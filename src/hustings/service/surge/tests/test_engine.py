"""The board's arithmetic: the forecast, the test for spikes, the latch."""

import math
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.surge.engine.forecast import forecast, people_needed
from hustings.service.surge.engine.latch import Latch, look
from hustings.service.surge.engine.spikes import spikes, tail

NOW = datetime(2028, 11, 7, 15, 0, tzinfo=UTC)


def test_what_drains_evenly_is_gone_when_division_says_so():
    found = forecast(waiting=1200, arrivals=[4.0], going=10.0)
    assert found.clears == pytest.approx(200)
    assert found.earliest < 200 < found.latest
    assert found.curve[0] == 1200
    assert found.curve[1] == pytest.approx(1140)
    assert found.curve[-1] == 0


@pytest.mark.parametrize(("coming", "going"), [(10.0, 10.0), (12.0, 10.0), (1.0, 0.0)])
def test_what_grows_or_stands_does_not_clear(coming, going):
    found = forecast(waiting=50, arrivals=[coming], going=going)
    assert (found.clears, found.latest) == (None, None)


def test_a_quiet_night_clears_what_a_loud_evening_does_not():
    loud = [20.0] * 12 + [2.0] * 100
    found = forecast(waiting=600, arrivals=loud, going=10.0)
    assert found.clears == pytest.approx(120 + (600 + 1200) / 8, abs=0.01)


def test_nothing_waiting_is_clear_now():
    assert forecast(waiting=0, arrivals=[5.0], going=0.0).clears == 0


@given(
    waiting=st.integers(1, 20_000),
    coming=st.floats(0, 50),
    going=st.floats(0, 80),
    more=st.floats(0.1, 20),
)
def test_more_people_never_make_it_later(waiting, coming, going, more):
    few = forecast(waiting=waiting, arrivals=[coming], going=going).clears
    many = forecast(waiting=waiting, arrivals=[coming], going=going + more).clears
    assert few is None or (many is not None and many <= few + 1e-6)


def test_how_many_are_needed():
    assert people_needed(waiting=1200, coming=5, each=0.2, minutes=240) == 50
    assert people_needed(waiting=1200, coming=5, each=0.0, minutes=240) is None


@pytest.mark.parametrize(
    ("count", "mean", "k", "chance"),
    [
        (1, 1.0, 0.0, 1 - math.exp(-1)),
        (10, 4.0, 0.0, 0.008132242755),  # Poisson, from tables
        (0, 4.0, 0.5, 1.0),
        (10, 4.0, 0.5, (2 / 3) ** 11 + 11 / 3 * (2 / 3) ** 10),  # fewer than two of eleven throws
    ],
)
def test_the_tail_is_that_of_the_books(count, mean, k, chance):
    assert tail(count, mean, k) == pytest.approx(chance, rel=2e-4)


@given(st.integers(1, 400), st.floats(0.1, 200), st.floats(0, 2))
def test_a_tail_is_a_chance_and_falls(count, mean, k):
    here, next_one = tail(count, mean, k), tail(count + 1, mean, k)
    assert 0 <= next_one <= here + 1e-9
    assert here <= 1


def poisson(rng, mean):
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def days(rng, cells, days=14, mean=5.0):
    return [{cell: poisson(rng, mean) for cell in range(cells)} for _day in range(days)]


def test_a_planted_spike_is_found_and_chance_is_not():
    rng = Random(2028)
    before = days(rng, 200)
    now = {cell: poisson(rng, 5.0) for cell in range(200)} | {7: 40}
    found = spikes(now, sum(now.values()), before, [sum(day.values()) for day in before])
    assert [spike.cell for spike in found] == [7]
    assert found[0].expected == pytest.approx(5, rel=0.4)
    assert found[0].p < 1e-6


def test_where_nothing_is_planted_nearly_nothing_is_found():
    """At a false discovery rate of one in a hundred, days without anything true show something one time in a hundred:
    of fifty days, three at most."""
    rng = Random(11)
    wrong = 0
    for _trial in range(50):
        before = days(rng, 100)
        now = {cell: poisson(rng, 5.0) for cell in range(100)}
        wrong += bool(spikes(now, sum(now.values()), before, [sum(day.values()) for day in before]))
    assert wrong <= 3


def test_a_day_on_which_everything_rises_shows_nothing():
    rng = Random(3)
    before = days(rng, 60)
    now = {cell: poisson(rng, 50.0) for cell in range(60)}
    assert spikes(now, sum(now.values()), before, [sum(day.values()) for day in before]) == []


def test_what_swings_every_day_must_swing_more():
    before = [{"calm": 5, "wild": 0 if day % 2 else 30} for day in range(14)]
    totals = [1000] * 14
    found = spikes({"calm": 30, "wild": 30}, 1000, before, totals)
    assert [spike.cell for spike in found] == ["calm"]


def test_without_days_before_nothing_is_said():
    assert spikes({"a": 50}, 50, [{}, {}], [0, 0]) == []


def test_the_latch_needs_patience_and_two_thresholds():
    latch, on = Latch(), False
    states = []
    numbers = [70] * 3 + [50] * 2 + [70] * 6 + [50] * 10 + [20] * 4 + [50] + [20] * 11
    for minute, number in enumerate(numbers):
        latch, on = look(
            latch, is_on=on, over=number >= 60, under=number < 30, begin=5, end=10, now=NOW + timedelta(minutes=minute)
        )
        states.append(on)
    assert states.index(True) == 10  # five minutes after the second rise began
    assert states[10:-1] == [True] * (len(states) - 11)  # fifty is neither; a short calm is not enough
    assert states[-1] is False


def test_switched_off_by_hand_it_waits_until_it_has_been_low():
    latch = Latch(waits_to_fall=True)
    for minute in range(30):
        latch, on = look(
            latch, is_on=False, over=True, under=False, begin=5, end=10, now=NOW + timedelta(minutes=minute)
        )
        assert not on
    latch, on = look(latch, is_on=False, over=False, under=True, begin=5, end=10, now=NOW + timedelta(minutes=31))
    for minute in range(32, 38):
        latch, on = look(
            latch, is_on=False, over=True, under=False, begin=5, end=10, now=NOW + timedelta(minutes=minute)
        )
    assert on
