"""Letters by topic, nature, channel, place, market and hour: sums over rows that no writer waits for."""

import csv
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from hustings.constituents.insight.actions.folding import fold, forget_old_flows
from hustings.constituents.insight.actions.letters import Matter, count_changes, count_letters
from hustings.constituents.insight.models import LetterFlow, LetterHour, LetterWaiting
from hustings.constituents.insight.queries import letters, places
from hustings.constituents.insight.queries.asked import asked
from hustings.constituents.insight.rules import minutes_of, step_of

NOW = datetime(2028, 10, 10, 14, 20, tzinfo=UTC)
MARKETS = Path(__file__).parents[5].parent / "shared/data/tv_dma/usa_counties_FIPS.csv"


def matter(at=NOW, **more):
    return Matter(1, at, at + timedelta(hours=4), at, True, None, None, **more)


@pytest.fixture
def market_file(tmp_path, monkeypatch):
    file = tmp_path / "markets.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows(
            [("county_fips", "market"), ("39049", "Columbus"), ("39041", "Columbus"), ("39035", "Cleveland")]
        )
    monkeypatch.setenv("HUSTINGS_MARKETS", str(file))
    places.forget()
    yield file
    places.forget()


@pytest.mark.django_db
def test_by_each_thing_they_are_counted_by(market_file):
    count_letters([
        matter(topic="id", nature="question", channel="mail", state_code="OH", county_fips="39049"),
        matter(topic="id", nature="question", channel="form", state_code="OH", county_fips="39041"),
        matter(nature="thanks", channel="mail", state_code="OH", county_fips="39035"),
        matter(NOW + timedelta(hours=1), channel="mail", state_code="PA"),
    ])  # fmt: skip
    hour = NOW.replace(minute=0)

    def by(*names, hours=1):
        return sorted(letters.opened(by=names, since=hour, until=hour + timedelta(hours=hours)))

    for _turn in range(2):
        assert by("topic") == [("", 1), ("id", 2)]
        assert by("nature") == [("question", 2), ("thanks", 1)]
        assert by("channel", hours=2) == [("form", 1), ("mail", 3)]
        assert by("market", hours=2) == [("", 1), ("Cleveland", 1), ("Columbus", 2)]
        assert by("state_code", "market") == [("OH", "Cleveland", 1), ("OH", "Columbus", 2)]
        assert by(hours=2) == [(4,)]
        assert letters.opened_by_hour(hour, hour + timedelta(hours=2)) == {hour: 3, hour + timedelta(hours=1): 1}
        fold()
    with pytest.raises(ValueError, match="person"):
        by("person")


@pytest.mark.django_db
def test_what_is_put_right_moves_its_count(market_file):
    was = matter(topic="id", state_code="OH", county_fips="39049")
    count_letters([was])
    fold()
    count_changes([(was, matter(topic="mail-ballot", state_code="OH", county_fips="39049"))], now=NOW)
    for _turn in range(2):
        assert letters.opened(by=["topic"], since=NOW - timedelta(hours=1), until=NOW) == [("mail-ballot", 1)]
        assert letters.waiting(NOW).total == 1
        fold()


@pytest.mark.django_db
def test_what_people_ask_has_its_letters(market_file):
    count_letters(
        [matter(topic="id", state_code="OH", county_fips=fips) for fips in ("39049", "39041") for _n in range(12)]
    )
    today = datetime(2028, 10, 18, tzinfo=UTC).date()
    found = {level: asked(level=level, weeks=1, today=today).lines for level in ("state", "county", "market")}
    assert [(line.key, line.letters) for line in found["state"]] == [("OH", 24)]
    assert [(line.key, line.letters) for line in found["county"]] == [("39041", 12), ("39049", 12)]
    assert [(line.key, line.letters) for line in found["market"]] == [("Columbus", 24)]


@pytest.mark.skipif(not MARKETS.exists(), reason="the list of counties and markets is not here")
def test_a_list_of_markets_as_it_is_found_is_read(monkeypatch):
    monkeypatch.setenv("HUSTINGS_MARKETS", str(MARKETS))
    places.forget()
    try:
        assert places.markets()["01001"] == "Montgomery, AL"
        assert len(places.markets()) > 3000
    finally:
        places.forget()


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_count_do_not_wait_for_each_other():
    """The second commits while the first is still in its transaction; nothing is lost."""
    done = []

    def second():
        try:
            with transaction.atomic():
                count_letters([matter(state_code="OH")])
            fold()
            done.append(True)
        finally:
            connection.close()

    with transaction.atomic():
        count_letters([matter(state_code="OH")])
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=30)
        assert done == [True]
        assert not thread.is_alive()
    assert letters.waiting(NOW).total == 2
    fold()
    assert list(LetterHour.objects.values_list("count", "loose")) == [(2, False)]
    LetterHour.objects.all().delete()
    LetterWaiting.objects.all().delete()
    LetterFlow.objects.all().delete()


@pytest.mark.django_db
def test_minutes_go_after_two_weeks_and_hours_stay():
    count_letters([matter(NOW - timedelta(days=17)), matter()])
    assert forget_old_flows(now=NOW) == 1
    assert (LetterFlow.objects.count(), LetterHour.objects.count()) == (1, 2)


def test_the_scale_of_waits_is_exact_to_a_twentieth():
    for minutes in (0, 1, 5, 34, 120, 1500, 43_200):
        assert minutes_of(step_of(minutes)) == pytest.approx(minutes, rel=0.05, abs=0.1)
