"""HTTP as cheaply as it can be spoken: one kept-alive connection an agent, and its stream. Standard library only."""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

CSRF = "0123456789abcdef0123456789abcdef"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LONGEST = 60.0
_TOPIC = re.compile(rb'"topic": "([^"]+)".*"at": (\d+)')
BUFFER = 1 << 18


class CutShort(Exception):
    """No whole answer came; the request may have been heard."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes
    packed: bool
    mark: str = ""  # what it knows (core/live/marks)

    @property
    def text(self) -> str:
        body = zlib.decompress(self.body, 31) if self.packed and self.body else self.body
        return body.decode()


class Line:
    """One connection to the server, opened again when it was closed."""

    def __init__(self, port: int, session: str = "") -> None:
        """`session`: of who is signed in; without, as anybody from the public asks."""
        self._port = port
        cookies = f"Cookie: sessionid={session}; csrftoken={CSRF}\r\n" if session else ""
        self._head = f"Host: 127.0.0.1:{port}\r\nUser-Agent: {AGENT}\r\nAccept-Encoding: gzip\r\n{cookies}"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, *, form: dict[str, str] | None = None, part: bool = False) -> Answer:
        """One request. Raises CutShort. `part`: as htmx asks."""
        fresh = self._streams is None
        try:
            return await asyncio.wait_for(self._ask(path, form, part), LONGEST)
        except CutShort:
            if fresh or form is not None:
                raise
            return await asyncio.wait_for(self._ask(path, form, part), LONGEST)  # it was closed for being idle
        except TimeoutError:
            self.close()
            raise CutShort from None

    async def _ask(self, path: str, form: dict[str, str] | None, part: bool) -> Answer:
        head = ("POST " if form is not None else "GET ") + path + " HTTP/1.1\r\n" + self._head
        if part:
            head += "HX-Request: true\r\n"
        body = b""
        if form is not None:
            body = urlencode(form).encode()
            head += (
                f"X-CSRFToken: {CSRF}\r\nOrigin: http://127.0.0.1:{self._port}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            )
        try:
            reader, writer = await self._open()
            writer.write(head.encode() + b"\r\n" + body)
            return await self._answer(reader)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            self.close()
            raise CutShort from error

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is not None and self._streams[0].at_eof():
            self.close()  # the server had closed it for being idle
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=BUFFER)
        return self._streams

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        status = int(first.split(" ", 2)[1])
        if "content-length" in fields:
            body = await reader.readexactly(int(fields["content-length"]))
        elif "chunked" in fields.get("transfer-encoding", ""):
            body = await _chunks(reader)
        else:
            body = b""
            if status not in (204, 304):
                body = await reader.read()
                self.close()
        if fields.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, fields.get("location", ""), body, fields.get("content-encoding") == "gzip",
                      fields.get("x-live-mark", ""))  # fmt: skip

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def listen(self, topics: str, since: str) -> AsyncIterator[tuple[str, int]]:
        """The topics that are said on a stream, each with the transaction that said it, and "resync", on a connection
        of its own, until it ends."""
        writer: asyncio.StreamWriter | None = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=BUFFER)
            query = urlencode({"topics": topics, "since": since})
            writer.write(f"GET /live/?{query} HTTP/1.1\r\n{self._head}Accept: text/event-stream\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                return
            yield "open", 0
            rest = b""
            while piece := await reader.read(65536):
                *whole, rest = (rest + piece).split(b"\n\n")
                for frame in whole:
                    found = _TOPIC.search(frame)
                    if found:
                        yield found[1].decode(), int(found[2])
                    elif b"event: resync" in frame:
                        yield "resync", 0
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            if writer is not None:
                writer.close()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    pieces = []
    while size := int(await reader.readline(), 16):
        pieces.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(pieces)
