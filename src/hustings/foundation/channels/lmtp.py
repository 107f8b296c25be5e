"""The LMTP listener, for Postfix to hand over to. After DATA every recipient gets an answer of its own: 250 only
once the raw bytes are committed, 4xx when they could not be, so that the sender keeps and repeats them.

Lines of any length and 50 MB are taken: a message is a stream of bytes, its meaning is read later.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from hustings.foundation.core.clock import now

from .actions.deliveries import store
from .models import Source

log = logging.getLogger(__name__)
LARGEST = 50 * 1024 * 1024
WRITERS = 4


class Intake:
    """What aiosmtpd calls. Writing is done in threads, so that one slow commit holds up nobody else."""

    def __init__(self, writers: ThreadPoolExecutor) -> None:
        self._writers = writers

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode("utf-8", "surrogateescape")
        recipients = [str(address) for address in envelope.rcpt_tos]
        if len(raw) > LARGEST:
            return _each(recipients, "552 5.3.4 Larger than 50 MB")
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._writers, _store, raw, str(envelope.mail_from or ""), recipients)
        except Exception:
            log.exception("mail could not be stored; its sender keeps it")
            answer = "451 4.3.0 Not stored. Keep it and try again."
        else:
            answer = "250 2.0.0 Stored"
        return _each(recipients, answer)


def _each(recipients: list[str], answer: str) -> str:
    return "\r\n".join([answer] * max(1, len(recipients)))


def _store(raw: bytes, envelope_from: str, recipients: list[str]) -> None:
    close_old_connections()
    store(source=Source.LMTP, raw=raw, envelope_from=envelope_from, envelope_to=recipients, now=now())


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

    async def listen() -> asyncio.Server:
        # `limit` is the stream's buffer: a line longer than it would be refused.
        return await loop.create_server(lambda: Listener(Intake(writers)), host or "127.0.0.1", int(port), backlog=200)

    server = loop.run_until_complete(listen())
    bound: int = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="lmtp", daemon=True)
    thread.start()

    def stop() -> None:
        async def close() -> None:
            server.close()
            loop.stop()

        asyncio.run_coroutine_threadsafe(close(), loop)
        thread.join(timeout=10)
        writers.shutdown(wait=True, cancel_futures=False)

    return stop, bound
