"""What was said between a page's making and its first hearing is said again."""

import asyncio
import json
import time

import psycopg
import pytest
from django.db import connection

from hustings.foundation.core import live
from hustings.foundation.core.live.hub import RESYNC, Hub


def frame(topic: str, kind: str = "changed") -> bytes:
    return f"event: change\ndata: {json.dumps({'topic': topic, 'kind': kind})}\n\n".encode()


@pytest.mark.django_db(transaction=True)
def test_a_late_listener_is_told_what_was_said_of_its_topics() -> None:
    url = connection.get_connection_params()
    url.pop("cursor_factory", None)
    url.pop("context", None)

    async def tried() -> list[bytes]:
        hub = Hub()
        first = hub.stream(["queue:1"])
        await anext(first)  # the hub listens from here on
        assert hub.missed(["queue:1"], 3600) == [RESYNC]
        began = time.monotonic()
        async with await psycopg.AsyncConnection.connect(**url, autocommit=True) as speaker:
            for topic in ("queue:1", "queue:2", "queue:1"):
                payload = json.dumps({"topics": [topic], "kind": "changed"})
                await speaker.execute("select pg_notify(%s, %s)", [live.CHANNEL, payload])
        assert await anext(first) == await anext(first) == frame("queue:1")
        said = hub.missed(["queue:2", "queue:3"], time.monotonic() - began)
        await first.aclose()
        hub._task.cancel()
        return said

    assert asyncio.run(tried()) == [frame("queue:2")]


def test_what_is_no_longer_kept_is_fetched_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hustings.foundation.core.live.hub.MOST_KEPT", 2)
    hub = Hub()
    hub._heard_from = time.monotonic() - 10
    for number in (1, 2, 3):
        hub._deliver(json.dumps({"topics": [f"queue:{number}"], "kind": "changed"}))
    assert hub.missed(["queue:1"], 5) == [RESYNC]
    assert hub.missed(["queue:3"], 0) == []
