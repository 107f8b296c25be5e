"""The front: a request cut short changes nothing, a flood is refused, and limits count the right address."""

import asyncio

import pytest

from hustings.project import front
from hustings.service.answers.public.kept import KeptPages


def ask(messages, monkeypatch, *, method="POST", headers=(), behind_proxy=False):
    """What the application was called with, and what was answered."""
    called, sent = [], []

    def pages(environ, start_response):
        called.append((environ["wsgi.input"].read(), environ["REMOTE_ADDR"]))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    monkeypatch.setattr(front, "pages", pages)
    monkeypatch.setattr(front, "BEHIND_PROXY", behind_proxy)
    queue = list(messages)

    async def receive():
        return queue.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": "/ask/",
        "query_string": b"",
        "headers": list(headers),
        "client": ("192.0.2.7", 5000),
    }
    asyncio.run(front.application(scope, receive, send))
    return called, sent


def piece(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_whole_request_is_answered(monkeypatch):
    called, sent = ask([piece(b"a=1&", True), piece(b"b=2")], monkeypatch)
    assert called == [(b"a=1&b=2", "192.0.2.7")]
    assert [message.get("status") or message.get("body") for message in sent] == [200, b"done"]


def test_a_request_cut_short_never_reaches_the_pages(monkeypatch):
    called, sent = ask([piece(b"a=1&", True), {"type": "http.disconnect"}], monkeypatch)
    assert (called, sent) == ([], [])


def test_a_flood_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(front, "LARGEST", 10)
    called, sent = ask([piece(b"x" * 8, True), piece(b"x" * 8, True), piece(b"")], monkeypatch)
    assert called == []
    assert sent[0]["status"] == 413
    assert b"Nothing was kept" in sent[1]["body"]


@pytest.mark.parametrize(("behind", "counted"), [(False, "192.0.2.7"), (True, "203.0.113.9")])
def test_the_address_that_limits_count_by(monkeypatch, behind, counted):
    forged = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9")]
    called, _sent = ask([piece(b"")], monkeypatch, headers=forged, behind_proxy=behind)
    assert called[0][1] == counted


def test_a_page_that_broke_holds_nobody_up(monkeypatch):
    def pages(_environ, _start_response):
        raise ValueError("broke")

    monkeypatch.setattr(front, "pages", pages)
    monkeypatch.setattr(front, "kept_pages", KeptPages())
    scope = {
        "type": "http", "method": "GET", "path": "/help/mail/", "query_string": b"", "headers": [],
        "client": ("192.0.2.7", 5000),
    }  # fmt: skip
    with pytest.raises(ValueError, match="broke"):
        asyncio.run(front.application(scope, None, None))
    assert front.kept_pages._making == {}
