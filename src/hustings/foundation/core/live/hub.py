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

RESYNC = b"event: resync\ndata: {}\n\n"
PING_SECONDS = 20
KEPT_SECONDS, MOST_KEPT = 60.0, 5000


class Hub:
    def __init__(self) -> None:
        self._streams: dict[str, set[asyncio.Queue[bytes]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._recent: deque[tuple[float, str, bytes]] = deque()  # when, topic, frame
        self._heard_from = float("inf")  # all that was said since then is in `_recent`

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

    def missed(self, topics: Iterable[str], seconds: float) -> list[bytes]:
        """Frames of these topics from the last `seconds`; `resync` where that is longer ago than is known."""
        after = time.monotonic() - seconds
        if after < self._heard_from:
            return [RESYNC]
        wanted = set(topics)
        return [frame for at, topic, frame in self._recent if at >= after and topic in wanted]

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(psycopg.OperationalError, OSError):
                params = connection.get_connection_params()
                params.pop("cursor_factory", None)
                params.pop("context", None)
                async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as listener:
                    await listener.execute(f'LISTEN "{CHANNEL}"')
                    self._recent.clear()
                    self._heard_from = time.monotonic()
                    if self._ready.is_set():
                        self._resync_all()
                    self._ready.set()
                    async for notice in listener.notifies():
                        self._deliver(notice.payload)
            await asyncio.sleep(0.5)

    def _deliver(self, payload: str) -> None:
        news = json.loads(payload)
        for topic in news["topics"]:
            frame = f"event: change\ndata: {json.dumps({'topic': topic, 'kind': news['kind']})}\n\n".encode()
            self._keep(topic, frame)
            for queue in self._streams.get(topic, ()):
                self._put(queue, frame)

    def _keep(self, topic: str, frame: bytes) -> None:
        now = time.monotonic()
        self._recent.append((now, topic, frame))
        while len(self._recent) > MOST_KEPT or self._recent[0][0] < now - KEPT_SECONDS:
            self._heard_from = self._recent.popleft()[0]

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
