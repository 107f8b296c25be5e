"""What happened at this time on other days, also when the clocks went back between: two days before the election."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from hustings.constituents.insight.actions.letters import count_letters
from hustings.service.surge.engine.days import days_before, hour_of_day
from hustings.service.surge.engine.forecast import STEP, Forecast
from hustings.service.surge.queries import rising as rising_
from hustings.service.surge.queries.numbers import outlook
from hustings.service.surge.queries.rising import rising
from hustings.service.surge.views.chart import WIDE, Day, draw

from .test_surge import matter

NEW_YORK = ZoneInfo("America/New_York")
ELECTION = datetime(2026, 11, 3, 9, 30, tzinfo=NEW_YORK)


def test_the_same_time_by_the_clock() -> None:
    assert days_before(ELECTION, 0) == datetime(2026, 11, 3, 14, 30, tzinfo=UTC)
    assert days_before(ELECTION, 2) == datetime(2026, 11, 1, 14, 30, tzinfo=UTC)
    assert days_before(ELECTION, 3) == datetime(2026, 10, 31, 13, 30, tzinfo=UTC)
    assert days_before(datetime(2026, 11, 3, 14, 30, tzinfo=UTC), 14) == datetime(2026, 10, 20, 13, 30, tzinfo=UTC)
    assert [hour_of_day(days_before(ELECTION, days)) for days in (0, 2, 3, 14)] == [9] * 4


def test_what_rises_is_held_against_the_same_half_hours(db, monkeypatch):
    looked = []
    monkeypatch.setattr(rising_.letters, "came_by_cell", lambda spans: looked.extend(spans) or [{} for _span in spans])
    assert rising(ELECTION.astimezone(UTC)) == []
    here = [(since.astimezone(NEW_YORK), until.astimezone(NEW_YORK)) for since, until in looked]
    assert {(f"{since:%H:%M}", f"{until:%H:%M}") for since, until in here} == {("09:00", "09:30")}
    assert [until.date() for _since, until in here] == [ELECTION.date() - timedelta(days=day) for day in range(15)]


def test_the_day_goes_on_as_the_clock_has_it(cast):
    """Twice as many come from ten to eleven as from nine to ten, every day."""
    for day in range(1, 13):
        nine = (ELECTION.replace(minute=0) - timedelta(days=day)).astimezone(UTC)
        count_letters([matter(cast.help.pk, nine)] * 50 + [matter(cast.help.pk, nine + timedelta(hours=1))] * 100)
    count_letters([matter(cast.help.pk, ELECTION.astimezone(UTC) - timedelta(minutes=10))] * 30)
    seen = outlook(ELECTION.astimezone(UTC), people=0)
    grown = [after - before for before, after in zip(seen.forecast.curve, seen.forecast.curve[1:], strict=False)]
    half, hour = 30 // STEP, 60 // STEP
    assert grown[0] == pytest.approx(seen.coming * STEP)
    assert grown[half + 1] == pytest.approx(2 * seen.coming * STEP)
    assert grown[half + hour + 1] == pytest.approx(0)


def test_last_week_is_drawn_at_its_time_of_the_day() -> None:
    begins = ELECTION.replace(hour=0, minute=0)
    nine = datetime(2026, 10, 27, 9, 0, tzinfo=NEW_YORK).astimezone(UTC)
    with timezone.override(NEW_YORK):
        day = Day(begins, ELECTION, [], [(nine, 60, 0)], [], 0, Forecast(None, None, None, ()))
        drawing = draw(day, WIDE)
    assert day.minute(ELECTION.astimezone(UTC)) == 9 * 60 + 30
    assert day.minute(nine, days=7) == 9 * 60
    points = [point.split(" ") for point in drawing.last[1:].split("L")]
    highest = min(points, key=lambda point: float(point[1]))
    assert float(highest[0]) == WIDE.x(9 * 60 + 15)
