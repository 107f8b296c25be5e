"""One LISTEN connection a process; every open stream is a queue fed by it.

A connection that breaks is made again, and every stream is then told to fetch anew (`resync`), since anything may
have been missed meanwhile. A reader too slow to take its queue loses the queue, not the news: it too gets `resync`.
"""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable

import psycopg
from django.db import connection

from . import CHANNEL
from .marks import Mark

RESYNC = b"event: resync\ndata: {}\n\n"
PING_SECONDS = 20
KEPT_SECONDS, MOST_KEPT = 60.0, 20_000
UNKNOWN = 1 << 63  # as long as nothing was heard


class Hub:
    def __init__(self) -> None:
        self._streams: dict[str, set[asyncio.Queue[bytes]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._recent: deque[tuple[float, str, int]] = deque()  # when, topic, transaction
        self._of_topic: dict[str, deque[tuple[int, bytes]]] = {}  # transaction, frame: in the order of `_recent`
        self._gone = UNKNOWN  # what later transactions said is in `_recent`

    async def stream(self, topics: list[str]) -> AsyncIterator[bytes]:
        """Frames of server-sent events for these topics, until the reader goes."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(200)
        for topic in topics:
            self._streams.setdefault(topic, set()).add(queue)
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._listen())
            await self._ready.wait()
            yield b"retry: 2000\nevent: ready\ndata: {}\n\n"
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), PING_SECONDS)
                except TimeoutError:
                    yield b": ping\n\n"
        finally:
            for topic in topics:
                self._streams[topic].discard(queue)
                if not self._streams[topic]:
                    del self._streams[topic]

    def missed(self, topics: Iterable[str], mark: Mark) -> list[bytes]:
        """Frames of these topics that are news to who has seen `mark`; `resync` where that is more than is known."""
        if mark.may_have_missed(self._gone):
            return [RESYNC]
        return [frame for topic in topics for said_by, frame in self._of_topic.get(topic, ()) if not mark.saw(said_by)]

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(psycopg.OperationalError, OSError):
                params = connection.get_connection_params()
                params.pop("cursor_factory", None)
                params.pop("context", None)
                async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as listener:
                    await listener.execute(f'LISTEN "{CHANNEL}"')
                    self._recent.clear()
                    self._of_topic.clear()
                    found = await (
                        await listener.execute("select pg_snapshot_xmax(pg_current_snapshot())::text")
                    ).fetchone()
                    self._gone = int(found[0]) - 1 if found else UNKNOWN
                    if self._ready.is_set():
                        self._resync_all()
                    self._ready.set()
                    async for notice in listener.notifies():
                        self._deliver(notice.payload)
            await asyncio.sleep(0.5)

    def _deliver(self, payload: str) -> None:
        news = json.loads(payload)
        for topic in news["topics"]:
            said = json.dumps({"topic": topic, "kind": news["kind"], "at": news["at"]})
            frame = f"event: change\ndata: {said}\n\n".encode()
            self._keep(topic, news["at"], frame)
            for queue in self._streams.get(topic, ()):
                self._put(queue, frame)

    def _keep(self, topic: str, said_by: int, frame: bytes) -> None:
        now = time.monotonic()
        self._recent.append((now, topic, said_by))
        self._of_topic.setdefault(topic, deque()).append((said_by, frame))
        while len(self._recent) > MOST_KEPT or self._recent[0][0] < now - KEPT_SECONDS:
            _at, old, gone = self._recent.popleft()
            self._gone = max(self._gone, gone)
            self._of_topic[old].popleft()
            if not self._of_topic[old]:
                del self._of_topic[old]

    def _resync_all(self) -> None:
        for queue in {queue for streams in self._streams.values() for queue in streams}:
            self._put(queue, RESYNC)

    @staticmethod
    def _put(queue: "asyncio.Queue[bytes]", frame: bytes) -> None:
        if queue.full():
            while not queue.empty():
                queue.get_nowait()
            frame = RESYNC
        queue.put_nowait(frame)
