"""What was said between a page's making and its first hearing is said again, and what the page knows is not."""

import asyncio
import json

import psycopg
import pytest
from django.db import connection

from hustings.foundation.core import live
from hustings.foundation.core.live import marks
from hustings.foundation.core.live.hub import RESYNC, Hub
from hustings.foundation.core.live.marks import Mark

SAY = "select pg_notify('hustings', %s || pg_current_xact_id()::text || '}'), pg_current_xact_id()::text"


def frame(topic: str, at: int, kind: str = "changed") -> bytes:
    return f"event: change\ndata: {json.dumps({'topic': topic, 'kind': kind, 'at': at})}\n\n".encode()


async def say(speaker: psycopg.AsyncConnection, topic: str) -> int:
    found = await speaker.execute(SAY, [json.dumps({"topics": [topic], "kind": "changed"})[:-1] + ', "at": '])
    return int((await found.fetchone())[1])


async def mark_of(reader: psycopg.AsyncConnection) -> Mark:
    found = await (await reader.execute("select pg_current_snapshot()::text")).fetchone()
    _least, below, running = found[0].split(":")
    return Mark(int(below), frozenset(map(int, filter(None, running.split(",")))))


@pytest.mark.django_db(transaction=True)
def test_a_late_listener_is_told_what_it_could_not_know() -> None:
    """The first word was committed before the page was drawn; the second began before and was committed after it."""
    url = connection.get_connection_params()
    url.pop("cursor_factory", None)
    url.pop("context", None)

    async def tried() -> None:
        hub = Hub()
        first = hub.stream(["queue:1", "queue:2"])
        await anext(first)  # the hub listens from here on
        assert hub.missed(["queue:1"], Mark(3)) == [RESYNC]
        async with (
            await psycopg.AsyncConnection.connect(**url, autocommit=True) as speaker,
            await psycopg.AsyncConnection.connect(**url) as slow,
        ):
            slowly = await say(slow, "queue:2")
            known = await say(speaker, "queue:1")
            drawn = await mark_of(speaker)
            drawn = Mark(drawn.below, drawn.running & {slowly})  # in other databases others may be at something
            later = await say(speaker, "queue:1")
            await slow.commit()
        assert slowly < known < later
        assert [await anext(first) for _ in range(3)] == [
            frame("queue:1", known), frame("queue:1", later), frame("queue:2", slowly),
        ]  # fmt: skip
        assert hub.missed(["queue:1", "queue:3"], drawn) == [frame("queue:1", later)]
        assert hub.missed(["queue:2"], drawn) == [frame("queue:2", slowly)]
        assert hub.missed(["queue:2"], Mark(drawn.below, drawn.running, frozenset({slowly}))) == []
        await first.aclose()
        hub._task.cancel()

    asyncio.run(tried())


def test_what_is_no_longer_kept_is_fetched_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hustings.foundation.core.live.hub.MOST_KEPT", 2)
    hub = Hub()
    hub._gone = 10
    for number in (11, 12, 13):
        hub._deliver(json.dumps({"topics": [f"queue:{number}"], "kind": "changed", "at": number}))
    assert hub.missed(["queue:13"], Mark(11)) == [RESYNC]
    assert hub.missed(["queue:13"], Mark(14, frozenset({11}))) == [RESYNC]
    assert hub.missed(["queue:13"], Mark(12)) == [frame("queue:13", 13)]
    assert hub.missed(["queue:11"], Mark(12)) == []
    assert hub.missed(["queue:13"], Mark(14)) == []


def test_a_mark_reads_as_it_was_written() -> None:
    mark = Mark(90, frozenset({80, 85}), frozenset({91}))
    assert (str(mark), marks.read(str(mark))) == ("90:80,85:91", mark)
    assert [mark.saw(one) for one in (79, 80, 89, 90, 91)] == [True, False, True, False, True]
    for text in ("", "x", "-1::", "1:a:", "900", "9" * 3000):
        assert marks.read(text) in (None, Mark(900))


@pytest.mark.django_db(transaction=True)
def test_what_a_request_did_itself_it_knows() -> None:

    mark = marks.now()
    marks.begin_request()
    live.publish("queue:1")
    after = marks.with_own(mark)
    marks.end_request()
    live.publish("queue:1")
    (own,) = after.own
    assert own >= mark.below
    assert after.saw(own)
    assert marks.with_own(mark).own == frozenset()
