"""The LMTP listener, for Postfix to hand over to. After DATA every recipient gets an answer of its own: 250 only
once the raw bytes are committed, 4xx when they could not be, so that the sender keeps and repeats them.

Letters that come at the same time are committed together: under load a commit of its own for each would cost more than
all that is done with them. Lines of any length and 50 MB are taken: a message is a stream of bytes, its meaning is read
later.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from hustings.foundation.core.clock import now

from .actions.deliveries import store_all
from .actions.reading import Arrival
from .models import Source

log = logging.getLogger(__name__)
LARGEST = 50 * 1024 * 1024
WRITERS = 4  # commits at a time: one with large letters holds up no others
APART = 0.02  # seconds between the beginnings of two commits: a letter that comes alone waits for nothing
STORED, NOT_STORED = "250 2.0.0 Stored", "451 4.3.0 Not stored. Keep it and try again."
MOST_LETTERS, MOST_BYTES = 200, 16 * 1024 * 1024  # in one commit


@dataclass(slots=True)
class _Handed:
    """A letter whose sender waits for the answer."""

    arrival: Arrival
    kept: "asyncio.Future[bool]"


class Intake:
    """What aiosmtpd calls, in the event loop; one for all connections."""

    def __init__(self, writers: ThreadPoolExecutor) -> None:
        self._writers = writers
        self._free = asyncio.Semaphore(WRITERS)
        self._waiting: asyncio.Queue[_Handed] = asyncio.Queue()
        self._commits: set[asyncio.Task[None]] = set()

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode("utf-8", "surrogateescape")
        recipients = [str(address) for address in envelope.rcpt_tos]
        if len(raw) > LARGEST:
            return _each(recipients, "552 5.3.4 Larger than 50 MB")
        arrival = Arrival(Source.LMTP.value, raw, now(), str(envelope.mail_from or ""), recipients)
        handed = _Handed(arrival, asyncio.get_running_loop().create_future())
        self._waiting.put_nowait(handed)
        return _each(recipients, STORED if await handed.kept else NOT_STORED)

    async def write(self) -> None:
        """Commit what comes, for ever."""
        loop = asyncio.get_running_loop()
        began = loop.time() - APART
        while True:
            first = await self._waiting.get()
            await asyncio.sleep(max(0.0, began + APART - loop.time()))
            await self._free.acquire()
            began = loop.time()
            commit = loop.create_task(self._commit(self._with_others(first)))
            self._commits.add(commit)
            commit.add_done_callback(self._commits.discard)

    async def finish(self) -> None:
        """Wait until what is being committed is answered."""
        await asyncio.gather(*self._commits)

    def _with_others(self, first: _Handed) -> list[_Handed]:
        """What else has come, as much as one commit takes."""
        found, size = [first], len(first.arrival.raw)
        while len(found) < MOST_LETTERS and size < MOST_BYTES and not self._waiting.empty():
            found.append(self._waiting.get_nowait())
            size += len(found[-1].arrival.raw)
        return found

    async def _commit(self, handed: Sequence[_Handed]) -> None:
        loop = asyncio.get_running_loop()
        kept = [False] * len(handed)
        try:
            kept = await loop.run_in_executor(self._writers, _store, [one.arrival for one in handed])
        except Exception:
            log.exception("mail could not be stored; its senders keep it")
        finally:
            self._free.release()
        for one, is_kept in zip(handed, kept, strict=True):
            if not one.kept.done():  # else its sender has gone away meanwhile
                one.kept.set_result(is_kept)


def _each(recipients: list[str], answer: str) -> str:
    return "\r\n".join([answer] * max(1, len(recipients)))


def _store(arrivals: Sequence[Arrival]) -> list[bool]:
    """Of each whether it is kept. One that cannot be kept takes no other with it."""
    close_old_connections()
    try:
        store_all(arrivals, now=now())
    except Exception as error:
        if len(arrivals) > 1 and not isinstance(error, InterfaceError | OperationalError):
            return [is_kept for arrival in arrivals for is_kept in _store([arrival])]
        log.exception("mail could not be stored; its senders keep it")
        return [False] * len(arrivals)
    return [True] * len(arrivals)


class Listener(LMTP):
    """LMTP without a limit on a line's length."""

    line_length_limit = 2 * LARGEST

    def __init__(self, handler: Intake) -> None:
        # Twice what is taken: the library answers its own limit once, not once a recipient, which would put the
        # sender out of step; so the limit that counts is ours.
        super().__init__(
            handler, data_size_limit=2 * LARGEST, enable_SMTPUTF8=True, ident="Hustings LMTP", hostname="localhost"
        )


def serve(address: str | None = None) -> tuple[Callable[[], None], int]:
    """Listen at "host:port" (settings.HUSTINGS_LMTP) in a thread of its own. Returns how to stop and the port.

    Raises OSError at once when the address cannot be had.
    """
    host, _, port = (address or settings.HUSTINGS_LMTP).rpartition(":")
    writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="lmtp-store")
    loop = asyncio.new_event_loop()

    intake = Intake(writers)

    async def listen() -> tuple[asyncio.Server, "asyncio.Task[None]"]:
        # `limit` is the stream's buffer: a line longer than it would be refused.
        listening = await loop.create_server(lambda: Listener(intake), host or "127.0.0.1", int(port), backlog=200)
        return listening, loop.create_task(intake.write())

    server, writing = loop.run_until_complete(listen())
    bound: int = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="lmtp", daemon=True)
    thread.start()

    def stop() -> None:
        async def close() -> None:
            server.close()
            writing.cancel()
            await asyncio.wait([writing])
            await intake.finish()
            loop.stop()

        asyncio.run_coroutine_threadsafe(close(), loop)
        thread.join(timeout=10)
        writers.shutdown(wait=True, cancel_futures=False)

    return stop, bound
