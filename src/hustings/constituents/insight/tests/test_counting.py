"""Counts: added up in memory, written in batches, nothing of who; what one network may count for."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from hustings.constituents.insight.actions import citing
from hustings.constituents.insight.actions.counting import Buffer, HourKey, TallyKey, write_counts
from hustings.constituents.insight.actions.noting import Noting, Visitor, visitor_of
from hustings.constituents.insight.models import Hour, Kind, Pair, Phrase, Tally
from hustings.constituents.insight.queries.asked import asked
from hustings.constituents.insight.rules import is_bot, plain_words

NOW = datetime(2028, 10, 20, 12, 30, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
pytestmark = pytest.mark.django_db


@pytest.fixture
def buffer() -> Buffer:
    return Buffer()


@pytest.fixture
def noting(buffer) -> Noting:
    return Noting(buffer)


def reader(address="203.0.113.7", agent=FIREFOX, **more) -> Visitor:
    return Visitor(address, agent, **more)


def test_a_million_views_cost_one_counter(buffer):
    key = TallyKey(NOW.date(), Kind.VIEW, "a", state_code="OH")
    buffer.add(key, by=1_300_000)
    buffer.write()
    buffer.add(key, by=7)
    buffer.write()
    assert list(Tally.objects.values_list("subject", "state_code", "count")) == [("a", "OH", 1_300_007)]
    assert buffer.write() == 0


def test_what_cannot_be_written_waits(buffer, monkeypatch):
    key = TallyKey(NOW.date(), Kind.VIEW, "a")
    buffer.add(key, by=3)

    def broken(_counts):
        raise DatabaseError("away")

    monkeypatch.setattr("hustings.constituents.insight.actions.counting.write_counts", broken)
    with pytest.raises(DatabaseError):
        buffer.write()
    buffer.add(key)
    monkeypatch.undo()
    buffer.write()
    assert Tally.objects.get().count == 4


def test_threads_lose_nothing(buffer):
    key = HourKey(NOW, Kind.VIEW, "a")

    def add() -> None:
        for _ in range(1000):
            buffer.add(key)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    buffer.write()
    assert Hour.objects.get().count == 4000


def test_two_batches_add_up():
    for _ in range(2):
        write_counts(Counter({TallyKey(NOW.date(), Kind.VIEW, one): 2 for one in "cab"}))
    assert list(Tally.objects.order_by("subject").values_list("subject", "count")) == [("a", 4), ("b", 4), ("c", 4)]


def test_a_visit_reads_two_and_they_are_a_pair(noting, buffer):
    for subject in ("b", "a", "b"):
        noting.viewed(visitor=reader(), subject=subject, topic="t", now=NOW)
    noting.viewed(visitor=reader(), subject="c", topic="t", now=NOW + timedelta(hours=1))
    buffer.write()
    assert list(Pair.objects.values_list("first", "second", "count")) == [("a", "b", 1)]
    assert Tally.objects.get(kind=Kind.READ, subject="").count == 2


def test_one_network_counts_three_times_for_popularity_and_always_as_a_view(noting, buffer):
    for last in range(200):
        noting.viewed(visitor=reader(f"203.0.113.{last}", FIREFOX + str(last)), subject="a", topic="t", now=NOW)
        noting.viewed(visitor=reader(f"203.0.113.{last}", FIREFOX + str(last)), subject="b", topic="t", now=NOW)
    noting.viewed(visitor=reader("198.51.100.1"), subject="a", topic="t", now=NOW)
    buffer.write()
    counts = dict(Tally.objects.filter(subject="a").values_list("kind", "count"))
    assert counts == {Kind.VIEW: 201, Kind.READ: 4}
    assert Pair.objects.get().count == 3


def test_programs_and_pages_fetched_ahead_count_for_nothing(noting, buffer):
    for agent in (
        "curl/8.5",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://google)",
        "",
        "python-requests/2.32 something",
    ):
        noting.viewed(visitor=reader(agent=agent), subject="a", topic="", now=NOW)
    noting.viewed(visitor=reader(expected=False), subject="a", topic="", now=NOW)
    assert buffer.write() == 0
    assert is_bot("Mozilla/5.0 (compatible; bingbot/2.0)") is True
    assert is_bot(FIREFOX) is False


def test_a_search_that_finds_nothing_and_one_whose_answer_is_opened(noting, buffer):
    noting.searched(visitor=reader(state_code="OH"), words="My Dog, call 614-555-0142!", topic="", found=0, now=NOW)
    noting.searched(visitor=reader("198.51.100.1"), words="mail ballot", topic="", found=3, now=NOW)
    noting.viewed(visitor=reader("198.51.100.1"), subject="a", topic="t", now=NOW)
    buffer.write()
    rows = Phrase.objects.order_by("words").values_list("words", "state_code", "count", "empty", "opened")
    assert list(rows) == [("mail ballot", "", 1, 0, 1), ("my dog call", "OH", 1, 1, 0)]


def test_searching_after_reading_says_that_it_did_not_settle_it(noting, buffer):
    noting.viewed(visitor=reader(), subject="a", topic="t", now=NOW)
    noting.searched(visitor=reader(), words="more", topic="", found=1, now=NOW)
    buffer.write()
    assert Tally.objects.get(kind=Kind.AGAIN).subject == "a"


def test_asking_after_reading_does_too_and_reading_after_asking_does_not(noting, buffer):
    noting.asked(visitor=reader("198.51.100.1"), now=NOW)
    noting.viewed(visitor=reader("198.51.100.1"), subject="b", topic="t", now=NOW)
    noting.viewed(visitor=reader(), subject="a", topic="t", now=NOW)
    noting.asked(visitor=reader(), now=NOW)
    noting.asked(visitor=reader(agent="curl/8.5"), now=NOW)
    buffer.write()
    assert list(Tally.objects.filter(kind=Kind.AGAIN).values_list("subject", "count")) == [("a", 1)]


def test_what_is_refused_is_counted(noting, buffer):
    for _ in range(3):
        noting.refused(subject="ask", now=NOW)
    buffer.write()
    assert list(Tally.objects.values_list("kind", "subject", "count")) == [(Kind.REFUSED, "ask", 3)]
    weeks = asked(level="state", weeks=1, today=NOW.date() + timedelta(days=7))
    assert (weeks.refused, weeks.lines) == (3, [])


def test_a_browser_that_fetches_ahead_is_told_by_its_headers():
    assert visitor_of(address="203.0.113.7", agent=FIREFOX, purpose="prefetch;prerender").expected is False
    assert visitor_of(address="203.0.113.7", agent="x" * 900, language="es") == Visitor("203.0.113.7", "x" * 400, "es")


def test_what_was_answered_with_counts_once_it_is_committed(buffer, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(citing, "buffer", buffer)
    with django_capture_on_commit_callbacks(execute=True):
        citing.count_cited(subject="a", topic="t", language="es", state_code="OH", now=NOW)
        assert buffer.write() == 0
    buffer.write()
    assert list(Tally.objects.values_list("kind", "subject", "topic", "state_code", "count")) == [
        (Kind.CITED, "a", "t", "OH", 1)
    ]
    assert Hour.objects.get().kind == Kind.CITED


def test_what_is_kept_of_words_names_nobody():
    assert plain_words("Write me at ruth@example.org or 614 555 0142, SSN 123-45-6789") == "write me at or ssn"
    assert plain_words("  Wo ist   MEIN 2028 Stimmzettel? ") == "wo ist mein 2028 stimmzettel"
    assert len(plain_words("x" * 500)) == 120
