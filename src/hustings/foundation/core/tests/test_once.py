"""Asked once while a page is made, and anew whenever something may have changed."""

from collections.abc import Iterator

import pytest

from hustings.foundation.core import once as module
from hustings.foundation.core.once import once


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    yield
    module._request.set(None)


def begin(method: str) -> None:
    module._begin(None, environ={"REQUEST_METHOD": method})


def test_within_a_reading_request_it_is_asked_once() -> None:
    begin("GET")
    asked: list[int] = []
    for _ in range(3):
        assert once("key", lambda: asked.append(1) or len(asked)) == 1  # type: ignore[func-returns-value]
    assert once("another", lambda: "else") == "else"
    assert asked == [1]


@pytest.mark.parametrize("state", ["no request", "a writing request", "after the request", "the next request"])
def test_elsewhere_it_is_asked_anew(state: str) -> None:
    if state != "no request":
        begin("POST" if state == "a writing request" else "GET")
    assert once("key", lambda: 1) == 1
    if state == "after the request":
        module._end(None)
    if state == "the next request":
        begin("GET")
    assert once("key", lambda: 2) == 2


def test_in_a_request_that_writes_it_stands_where_it_may_until_it_is_forgotten() -> None:
    begin("POST")
    assert once("key", lambda: 1, writing=True) == 1
    assert once("key", lambda: 2, writing=True) == 1
    module.forget("another")
    assert once("key", lambda: 2, writing=True) == 1
    module.forget("key")
    assert once("key", lambda: 2, writing=True) == 2
    module._end(None)
    module.forget("key")
    assert once("key", lambda: 3, writing=True) == 3


def test_what_stays_open_asks_again_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    begin("GET")
    moment = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: moment[0])
    assert once("key", lambda: 1) == 1
    moment[0] += 1.9
    assert once("key", lambda: 2) == 1
    moment[0] += 0.2
    assert once("key", lambda: 3) == 3


def test_a_blank_answer_is_an_answer() -> None:
    begin("GET")
    assert once("key", lambda: None) is None
    assert once("key", lambda: 1) is None  # type: ignore[arg-type, return-value]
