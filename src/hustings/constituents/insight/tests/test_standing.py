"""What is popular, rising and read together: a pair that was planted is found, a stuffing is not."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from hustings.constituents.insight.actions.counting import Buffer, HourKey, TallyKey, write_counts
from hustings.constituents.insight.actions.noting import Noting, Visitor
from hustings.constituents.insight.actions.standing import is_rising, lift, refresh_standings, solved
from hustings.constituents.insight.models import Kin, Kind, Standing
from hustings.constituents.insight.queries import standings as keeping
from hustings.constituents.insight.queries.standings import forget, popular, read_with, rising

NOW = datetime(2028, 10, 20, 12, 30, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SUBJECTS = [f"question-{number}" for number in range(12)]


@pytest.fixture(autouse=True)
def fresh(db):
    forget()
    yield
    forget()


@pytest.fixture
def noting(monkeypatch):
    buffer = Buffer()
    monkeypatch.setattr(buffer, "start", lambda: None)
    made = Noting(buffer)
    made.write = buffer.write
    return made


def someone(number: int) -> Visitor:
    """A reader of a network of their own."""
    return Visitor(f"{10 + number // 65536}.{number // 256 % 256}.{number % 256}.9", FIREFOX)


def crowd(noting: Noting, chance: random.Random, size: int = 600) -> None:
    """Readers who each read two or three questions by chance; those who read question-2 mostly read question-5 too."""
    for number in range(size):
        read = chance.sample([s for s in SUBJECTS if s != "question-5"], chance.choice((1, 2, 2, 3)))
        if ("question-2" in read and chance.random() < 0.6) or chance.random() < 0.05:
            read.append("question-5")
        for subject in read:
            noting.viewed(visitor=someone(number), subject=subject, topic="t", now=NOW)
        if chance.random() < 0.2:
            noting.voted(visitor=someone(number), kind=Kind.HELPED, subject=read[0], topic="t", now=NOW)


def test_a_planted_pair_is_found_and_chance_is_not(noting):
    crowd(noting, random.Random(2028))
    noting.write()
    refresh_standings(now=NOW)
    assert [kin.other for kin in read_with("question-5")][:1] == ["question-2"]
    assert [kin.other for kin in read_with("question-2")][:1] == ["question-5"]
    kin = read_with("question-2")[0]
    assert 0.5 < kin.share < 0.75
    assert kin.lift > 2
    others = Kin.objects.exclude(subject__in=("question-2", "question-5")).exclude(
        other__in=("question-2", "question-5")
    )
    assert others.count() <= 4  # of 90: what chance does now and then


def test_a_stuffing_from_one_network_moves_nothing(noting):
    crowd(noting, random.Random(7))
    noting.write()
    refresh_standings(now=NOW)
    forget()
    first = popular(1)[0].subject
    stuffed = min(SUBJECTS, key=lambda subject: Standing.objects.get(subject=subject).score)
    score = Standing.objects.get(subject=stuffed).score
    beside = next(subject for subject in reversed(SUBJECTS) if subject != stuffed)
    for number in range(5000):
        visitor = Visitor(f"203.0.113.{number % 254}", f"{FIREFOX} {number}")
        noting.viewed(visitor=visitor, subject=stuffed, topic="t", now=NOW)
        noting.viewed(visitor=visitor, subject=beside, topic="t", now=NOW)
        noting.voted(visitor=visitor, kind=Kind.HELPED, subject=stuffed, topic="t", now=NOW)
    noting.write()
    refresh_standings(now=NOW)
    forget()
    assert popular(1)[0].subject == first
    assert Standing.objects.get(subject=stuffed).score - score < 2.5  # two votes and three readers of one network
    assert beside not in [kin.other for kin in read_with(stuffed)]
    assert Standing.objects.get(subject=stuffed).views > 5000  # its readers are still counted


def test_votes_without_readers_count_for_nothing():
    assert solved({Kind.HELPED: 900, Kind.READ: 0}) == 0
    assert solved({Kind.HELPED: 20, Kind.READ: 50}) == 25
    assert solved({Kind.HELPED: 20, Kind.READ: 50, Kind.AGAIN: 50}) == 20
    assert solved({Kind.UNHELPED: 40, Kind.READ: 50}) == 0
    assert solved({Kind.CITED: 5}) == 5


def test_what_solved_last_week_counts_half():
    week_ago = NOW.date() - timedelta(days=7)
    counts = {TallyKey(NOW.date(), Kind.CITED, "new"): 10, TallyKey(week_ago, Kind.CITED, "old"): 10}
    write_counts(Counter(counts))
    refresh_standings(now=NOW)
    assert [(row.subject, round(row.score, 3)) for row in popular(5)] == [("new", 10.0), ("old", 5.0)]


def test_rising_is_more_than_chance():
    assert is_rising(9, 0.0) == 0.0
    assert is_rising(40, 38.0) == 0.0
    assert is_rising(90, 20.0) == 4.5
    counts: Counter = Counter({HourKey(NOW - timedelta(hours=2), Kind.READ, "storm"): 60})
    for day in range(1, 8):
        counts[HourKey(NOW - timedelta(days=day, hours=3), Kind.READ, "storm")] = 6
        counts[HourKey(NOW - timedelta(days=day, hours=3), Kind.READ, "calm")] = 50
    counts[HourKey(NOW - timedelta(hours=2), Kind.READ, "calm")] = 55
    counts |= {TallyKey(NOW.date(), Kind.READ, one): 1 for one in ("storm", "calm")}
    write_counts(counts)
    refresh_standings(now=NOW)
    assert [(row.subject, round(row.rising)) for row in rising(5)] == [("storm", 10)]


def test_lift_is_held_back_where_there_is_little_to_go_by():
    assert lift(1, 1, 1, 1000) < 1.6
    assert lift(100, 150, 150, 1000) == pytest.approx(102 / 24.5)


def test_while_one_reads_them_anew_the_others_go_on(monkeypatch):
    Standing.objects.create(subject="question-1", score=5.0)
    before = keeping.standings()
    monkeypatch.setattr(keeping, "KEPT_SECONDS", -1.0)  # from now on it is always time to read
    Standing.objects.create(subject="question-2", score=9.0)
    all_kin, meanwhile = keeping._all_kin, []

    def slow() -> dict[str, list[Kin]]:
        thread = Thread(target=lambda: meanwhile.append(keeping.standings()))
        thread.start()
        thread.join(10)
        return all_kin()

    monkeypatch.setattr(keeping, "_all_kin", slow)
    assert [row.subject for row in popular(1)] == ["question-2"]
    assert meanwhile == [before]
