"""Public pages kept in the process that serves, as bytes: two thousand a second, and right the moment one changes.

A page made by Django comes with a note (`answering.Note`): which stamp it was made at, and until when time alone leaves
it as it is. Each later request asks the database for the stamp as it is *now*, and gets the kept bytes only if it is
the same: what is withdrawn is gone with the next request, in every process, and nobody need tell them. Asking costs
little because requests share it: all that came while one reading was under way wait for the next one, which begins
after them and so knows of every change before them; between two readings there are some milliseconds.
"""

import asyncio
import gzip
import logging
from collections import OrderedDict
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from hustings.constituents.insight.actions.noting import noting, visitor_of

from .addresses import POLLING, languages, mount
from .answering import Note
from .catalogue import STAMP, Stamp

log = logging.getLogger(__name__)
Message = Mapping[str, Any]
Scope = MutableMapping[str, Any]
MAKING = "hustings.making"  # where a request carries what others wait for until it is `release`d
GAP = 0.004  # seconds between two readings of the stamp
MOST_BYTES = 96 * 1024 * 1024
LEAST_PACKED = 1024
LONGEST_READING = 2.0
LONGEST_MAKING = 3.0  # that others wait for; then they make it themselves
NEVER_KEPT = ("/search/", "/suggest/", "/helped/", *(f"/{path}" for path in POLLING.values()))
FILES = "/help/files/"
LONGEST_QUERY = 40  # bytes; "state=OH" is eight
AGAIN = 2.0  # seconds until a broken line to the database is tried again
DROPPED = frozenset({b"content-length", b"content-encoding", b"vary", b"etag", b"set-cookie"})


class Page(NamedTuple):
    note: Note
    headers: list[tuple[bytes, bytes]]
    tag: bytes
    plain: bytes
    packed: bytes

    @property
    def weight(self) -> int:
        return len(self.plain) + len(self.packed) + 1024


class Stamps:
    """The stamp as it is now, read once for many who ask at the same time."""

    def __init__(self) -> None:
        self._line: psycopg.AsyncConnection[Any] | None = None
        self._next: asyncio.Future[Stamp | None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._last = self._broken = -1e9

    async def now(self) -> Stamp | None:
        """Of a reading that begins after this call; None when the database cannot be asked."""
        loop = asyncio.get_running_loop()
        if self._next is None:
            self._next = loop.create_future()
        mine = self._next
        if self._reading is None:
            self._reading = loop.create_task(self._read_while_asked(loop))
        return await asyncio.shield(mine)

    async def _read_while_asked(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while self._next is not None:
                if (rest := GAP - (loop.time() - self._last)) > 0:
                    await asyncio.sleep(rest)
                asked, self._next = self._next, None
                stamp = await self._read(loop)
                self._last = loop.time()
                if not asked.done():
                    asked.set_result(stamp)
        finally:
            self._reading = None

    async def _read(self, loop: asyncio.AbstractEventLoop) -> Stamp | None:
        if self._line is None and loop.time() - self._broken < AGAIN:
            return None
        try:
            if self._line is None:
                params = connection.get_connection_params()
                for name in ("cursor_factory", "context"):
                    params.pop(name, None)
                params |= {"autocommit": True, "prepare_threshold": 0, "connect_timeout": 3}
                self._line = await psycopg.AsyncConnection.connect(**params)
            row = await asyncio.wait_for(self._one_row(self._line), LONGEST_READING)
        except Exception as error:  # whatever it is: those who wait are answered by Django then
            log.warning("the public stamp cannot be read, pages are made anew: %r", error)
            self._line, self._broken = None, loop.time()
            return None
        return Stamp(*row) if row else None

    async def _one_row(self, line: psycopg.AsyncConnection[Any]) -> Any:
        return await (await line.execute(STAMP)).fetchone()


class KeptPages:
    """The pages of one process, the least recently asked for let go first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, bytes], Page] = OrderedDict()
        self._weight = 0
        self._stamps = Stamps()
        self._making: dict[tuple[str, bytes], asyncio.Future[None]] = {}
        self._mounts = tuple(f"/{mount(code)}" for code in languages())

    async def answer(self, scope: Scope) -> list[Message] | None:
        """The kept page, counted as read; None when it has to be made. Many who ask for one that is not there wait
        while the first of them makes it: after each publication that is everybody."""
        if not self._may_be_kept(scope):
            return None
        key = (scope["path"], scope["query_string"])
        page = await self._holding(key)
        if page is None and scope["method"] == "GET":
            if (making := self._making.get(key)) is None:
                scope[MAKING] = self._making[key] = asyncio.get_running_loop().create_future()
                return None
            await asyncio.wait([making], timeout=LONGEST_MAKING)
            if not making.done() and self._making.get(key) is making:
                del self._making[key]  # whoever made it broke off
            page = await self._holding(key)
        return None if page is None else self._counted(page, scope)

    def _may_be_kept(self, scope: Scope) -> bool:
        """Whether others may be given what is made for this one. Of what may not be, nobody waits for anybody."""
        path, query = scope["path"], scope["query_string"]
        if not path.startswith(self._mounts) or path.endswith(NEVER_KEPT) or path.startswith(FILES):
            return False
        return len(query) <= LONGEST_QUERY and b"voted=" not in query

    async def _holding(self, key: tuple[str, bytes]) -> Page | None:
        """The page, where it holds as it is now."""
        if key not in self._pages:
            return None
        stamp = await self._stamps.now()
        page = self._pages.get(key)
        if page is None or stamp is None:
            return None
        if stamp != page.note.stamp or datetime.now(UTC) >= page.note.until:
            self._let_go(key)
            return None
        self._pages.move_to_end(key)
        return page

    def _counted(self, page: Page, scope: Scope) -> list[Message]:
        headers = dict(scope["headers"])
        if (viewed := page.note.viewed) is not None and scope["method"] == "GET":
            visitor = visitor_of(
                address=scope["address"],
                agent=headers.get(b"user-agent", b"").decode("latin-1"),
                purpose=(headers.get(b"sec-purpose", b"") + headers.get(b"purpose", b"")).decode("latin-1"),
                language=viewed.language,
                state_code=viewed.state_code,
            )
            noting.viewed(visitor=visitor, subject=viewed.subject, topic=viewed.topic, now=datetime.now(UTC))
        return _messages(page, headers, scope["method"])

    def keep(self, scope: Scope, note: object, messages: list[Message]) -> list[Message]:
        """Keep what was just made, when it may be kept; what to send in its place."""
        if not isinstance(note, Note) or len(messages) != 2 or messages[0]["status"] != 200:
            return messages
        key = (scope["path"], scope["query_string"])
        plain = messages[1]["body"]
        given = messages[0]["headers"]
        headers = [pair for pair in given if pair[0] not in DROPPED]
        headers.append((b"vary", b"accept-encoding"))
        tag = b"W/" + next((value for name, value in given if name == b"etag"), b'""').removeprefix(b"W/")
        packed = gzip.compress(plain, 9, mtime=0) if len(plain) >= LEAST_PACKED else b""
        page = Page(note, headers, tag, plain, packed)
        if scope["method"] == "GET" and self._may_be_kept(scope):
            self._let_go(key)
            self._pages[key] = page
            self._weight += page.weight
            while self._weight > MOST_BYTES:
                self._let_go(next(iter(self._pages)))
        return _messages(page, dict(scope["headers"]), scope["method"])

    def release(self, scope: Scope) -> None:
        """Whoever waited for what this request was to make goes on: it is made, or it came to nothing."""
        key, making = (scope["path"], scope["query_string"]), scope.get(MAKING)
        if not isinstance(making, asyncio.Future):
            return
        if self._making.get(key) is making:
            del self._making[key]
        if not making.done():
            making.set_result(None)

    def _let_go(self, key: tuple[str, bytes]) -> None:
        if (page := self._pages.pop(key, None)) is not None:
            self._weight -= page.weight


def _messages(page: Page, asked: dict[bytes, bytes], method: str) -> list[Message]:
    if page.tag in asked.get(b"if-none-match", b""):
        kept = [pair for pair in page.headers if pair[0] in (b"cache-control", b"vary")]
        start = {"type": "http.response.start", "status": 304, "headers": [*kept, (b"etag", page.tag)]}
        return [start, {"type": "http.response.body", "body": b""}]
    headers, body = [*page.headers, (b"etag", page.tag)], page.plain
    if page.packed and b"gzip" in asked.get(b"accept-encoding", b""):
        headers.append((b"content-encoding", b"gzip"))
        body = page.packed
    headers.append((b"content-length", str(len(body)).encode()))
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return [start, {"type": "http.response.body", "body": b"" if method == "HEAD" else body}]


pages = KeptPages()
