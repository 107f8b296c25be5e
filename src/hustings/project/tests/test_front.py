"""Pages and streams behind one address."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from hustings.project import front


class Exchange:
    """One request by ASGI: what is sent in pieces, what comes back."""

    def __init__(self, *pieces: bytes, method: str = "POST", path: str = "/", headers: Any = ()) -> None:
        self.incoming = list(pieces) or [b""]
        self.messages: list[Any] = []
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"a=1&b=%C3%A9",
            "http_version": "1.1",
            "scheme": "https",
            "server": ("localhost", 8000),
            "client": ("127.0.0.1", 4000),
            "headers": list(headers),
        }

    async def receive(self) -> dict[str, Any]:
        piece = self.incoming.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self.incoming)}

    async def send(self, message: Any) -> None:
        self.messages.append(message)

    def run(self) -> "Exchange":
        asyncio.run(front.application(self.scope, self.receive, self.send))
        return self

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page was given, after the exchange."""
    seen: dict[str, Any] = {}

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ, read=environ["wsgi.input"].read())
        start_response("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [b"one ", b"two"]

    monkeypatch.setattr(front, "pages", page)
    return seen


def test_a_request_reaches_the_page_whole(environ: dict[str, Any]) -> None:
    headers = [
        (b"content-type", b"text/x"),
        (b"cookie", b"x=1"),
        (b"cookie", b"y=2"),
        (b"accept", b"a"),
        (b"accept", b"b"),
    ]
    exchange = Exchange(b"abc", b"def", path="/caf\u00e9", headers=headers).run()
    assert environ["read"] == b"abcdef"
    assert environ["CONTENT_LENGTH"] == "6"
    assert environ["CONTENT_TYPE"] == "text/x"
    assert environ["HTTP_COOKIE"] == "x=1; y=2"
    assert environ["HTTP_ACCEPT"] == "a,b"
    assert environ["PATH_INFO"] == "/caf\u00c3\u00a9"
    assert environ["QUERY_STRING"] == "a=1&b=%C3%A9"
    assert environ["wsgi.url_scheme"] == "https"
    assert exchange.messages[0] == {
        "type": "http.response.start",
        "status": 201,
        "headers": [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")],
    }
    assert exchange.messages[1:] == [{"type": "http.response.body", "body": b"one two"}]


def test_a_header_that_imitates_a_proxys_is_dropped(environ: dict[str, Any]) -> None:
    Exchange(headers=[(b"x_forwarded_proto", b"https"), (b"x-real", b"1")]).run()
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert environ["HTTP_X_REAL"] == "1"


def test_a_large_upload_arrives(environ: dict[str, Any]) -> None:
    pieces = [bytes([number]) * 500_000 for number in range(8)]
    Exchange(*pieces).run()
    assert environ["read"] == b"".join(pieces)


def test_a_large_answer_leaves_in_pieces_and_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    class Answer:
        def __iter__(self) -> Iterator[bytes]:
            yield from (bytes([number]) * 100_000 for number in range(10))

        def close(self) -> None:
            closed.append(True)

    def page(environ: dict[str, Any], start_response: Any) -> Answer:
        start_response("200 OK", [])
        return Answer()

    monkeypatch.setattr(front, "pages", page)
    exchange = Exchange(method="GET").run()
    assert exchange.body == b"".join(bytes([number]) * 100_000 for number in range(10))
    assert [message["type"] for message in exchange.messages] == ["http.response.start"] + ["http.response.body"] * 4
    assert exchange.messages[-1].get("more_body") is None
    assert closed == [True]


def test_streams_go_to_the_other_application(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = []

    async def streams(scope: Any, receive: Any, send: Any) -> None:
        paths.append(scope["path"])

    monkeypatch.setattr(front, "streams", streams)
    Exchange(method="GET", path="/live/").run()
    assert paths == ["/live/"]


def test_alive_asks_nobody(environ: dict[str, Any]) -> None:
    exchange = Exchange(method="GET", path="/healthz").run()
    assert exchange.messages[0]["status"] == 200
    assert exchange.body == b"ok\n"
    assert environ == {}
