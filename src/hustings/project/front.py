"""One address for pages and live streams: an ASGI application that serves `/live/` itself and hands everything else
to the WSGI application on a few threads. Public pages it keeps as bytes while they hold (`answers.public.kept`).

Why not Django's ASGI handler for all: measured on a page of fifty rows with two processes, WSGI alone gives 1,140/s,
this front 960/s, Django's ASGI handler 330/s. Why not two ports: the browser's rules for cookies and for where a page
may connect to are strictest, and simplest, within one origin.

In a cluster the same application runs in every container (`hustings web`). Who wants streams in processes of their
own runs `hustings live` too and gives the proxy one line: `/live/` goes there.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.urls import get_resolver

from hustings.project.asgi import application as streams
from hustings.project.wsgi import application as pages
from hustings.service.answers.public.answering import NOTE
from hustings.service.answers.public.kept import pages as kept_pages

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LIVE = "/live/"
ALIVE = "/healthz"
BEHIND_PROXY = bool(os.environ.get("HUSTINGS_BEHIND_PROXY"))
THREADS = int(os.environ.get("HUSTINGS_WEB_THREADS", "4"))
IN_MEMORY = 1024 * 1024  # of a request; more goes to a temporary file
LARGEST = 64 * 1024 * 1024  # of a request: a reply's attachments fit, a flood does not
AT_ONCE = 256 * 1024  # of an answer; more is sent in pieces
get_resolver().url_patterns  # noqa: B018  (all pages are loaded before the first is asked for)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Streams by ASGI, pages by WSGI."""
    if scope["type"] != "http":
        return
    if scope["path"].startswith(LIVE):
        await streams(scope, receive, send)
        return
    if scope["path"] == ALIVE:  # for `hustings up` and a cluster's probes; it asks no database
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"ok\n"})
        return
    if scope["method"] in ("GET", "HEAD"):  # a public page this process has, and that still holds
        client = scope.get("client") or ("", 0)
        scope = {**scope, "address": _network_address(scope, str(client[0]))}
        kept = await kept_pages.answer(scope)
        if kept is not None:
            for message in kept:
                await send(message)
            return
    try:
        answer = await _made(scope, receive, send)
    finally:
        kept_pages.release(scope)
    for message in answer:
        await send(message)


async def _made(scope: Scope, receive: Receive, send: Send) -> list[Message]:
    """What Django answers, on a thread; the messages that are still to be sent."""
    loop = asyncio.get_running_loop()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
        try:
            size = await _read(scope, receive, body)
        except _Gone:
            return []  # a request cut short is no request: half a form must change nothing
        except _TooLarge:
            return _refusal_of_size()
        environ = _environ(scope, body, size)
        answer = await loop.run_in_executor(_threads, _answer, environ, loop, send)
        return kept_pages.keep(scope, environ.get(NOTE), answer)


class _Gone(Exception):
    """The browser went before its request was whole."""


class _TooLarge(Exception):
    """More than is taken."""


def _refusal_of_size() -> list[Message]:
    words = b"That is larger than 64 MB. Nothing was kept; send less at once.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    start = {"type": "http.response.start", "status": 413, "headers": headers}
    return [start, {"type": "http.response.body", "body": words}]


async def _read(scope: Scope, receive: Receive, body: IO[bytes]) -> int:
    """Take the whole request in, so that a slow sender holds no thread. Its size. Raises _Gone and _TooLarge."""
    if scope["method"] in ("GET", "HEAD"):
        return 0
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        size += body.write(message.get("body", b""))
        if size > LARGEST:
            raise _TooLarge
        if not message.get("more_body"):
            break
    body.seek(0)
    return size


def _answer(environ: dict[str, Any], loop: asyncio.AbstractEventLoop, send: Send) -> list[Message]:
    """Run the application on this thread. The answer's messages, those aside that were too many to keep."""
    started: list[Message] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        started[:] = [{"type": "http.response.start", "status": int(status[:3]), "headers": pairs}]
        return _refuse_to_write

    def push(message: Message) -> None:
        asyncio.run_coroutine_threadsafe(_send(send, message), loop).result()

    result: Iterable[bytes] = pages(environ, start_response)
    try:
        kept: list[bytes] = []
        size = 0
        sent = False
        for piece in result:
            kept.append(piece)
            size += len(piece)
            if size >= AT_ONCE:
                if not sent:
                    push(started.pop())
                    sent = True
                push({"type": "http.response.body", "body": b"".join(kept), "more_body": True})
                kept, size = [], 0
        return [*started, {"type": "http.response.body", "body": b"".join(kept)}]
    finally:
        if hasattr(result, "close"):
            result.close()


def _refuse_to_write(_piece: bytes) -> object:
    raise NotImplementedError("write() is older than WSGI's iterables; Django does not use it")


async def _send(send: Send, message: Message) -> None:
    await send(message)


def _network_address(scope: Scope, peer: str) -> str:
    """Whom limits count by: the peer, or, behind a proxy of ours, the last address that proxy added."""
    if not BEHIND_PROXY:
        return peer
    named = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return named[-1].decode("latin-1").rpartition(",")[2].strip() or peer if named else peer


def _environ(scope: Scope, body: Any, size: int) -> dict[str, Any]:
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": _network_address(scope, str(client[0])),
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(size) if size else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # it would look like another header, one that a proxy sets
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        if name == "CONTENT_LENGTH":
            continue  # the size we read; a chunked request has none
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        glue = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{glue}{value}" if key in environ else value
    return environ
