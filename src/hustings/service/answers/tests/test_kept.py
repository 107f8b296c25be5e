"""Pages as bytes: given while the stamp stays, made once for many who ask at once, and never after it moved."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hustings.service.answers.public import kept
from hustings.service.answers.public.answering import Note
from hustings.service.answers.public.catalogue import Stamp

LATER = datetime.now(UTC) + timedelta(days=1)
MADE = [
    {"type": "http.response.start", "status": 200, "headers": [(b"etag", b'"x"'), (b"content-type", b"text/html")]},
    {"type": "http.response.body", "body": b"<p>An answer</p>"},
]


class Stamps:
    """The database's word, as a test has it."""

    def __init__(self) -> None:
        self.stamp: Stamp | None = Stamp(1, "")

    async def now(self) -> Stamp | None:
        await asyncio.sleep(0)
        return self.stamp


@pytest.fixture
def pages() -> Any:
    made = kept.KeptPages()
    made._stamps = Stamps()  # type: ignore[assignment]
    return made


def scope(path: str = "/help/mail/", query: bytes = b"", **more: Any) -> dict[str, Any]:
    asked = {"path": path, "query_string": query, "method": "GET", "headers": [], "address": "203.0.113.7"}
    return asked | more


async def ask(pages: Any, asked: dict[str, Any], made: list[str], *, stamp: int = 1, status: int = 200) -> bytes:
    """As the server before Django does it; what Django would make is written down in `made`."""
    found = await pages.answer(asked)
    if found is None:
        made.append(asked["path"])
        await asyncio.sleep(0.02)
        answer = [{**MADE[0], "status": status}, MADE[1]]
        found = pages.keep(asked, Note(Stamp(stamp, ""), LATER) if status == 200 else None, answer)
        pages.release(asked)
    return bytes(found[1]["body"])


def test_many_at_once_are_served_by_one_making(pages):
    made: list[str] = []

    async def crowd() -> list[bytes]:
        return await asyncio.gather(*(ask(pages, scope(), made) for _ in range(30)))

    assert asyncio.run(crowd()) == [b"<p>An answer</p>"] * 30
    assert made == ["/help/mail/"]


def test_it_is_made_anew_when_the_stamp_has_moved_and_once(pages):
    made: list[str] = []

    async def story() -> None:
        await ask(pages, scope(), made)
        await ask(pages, scope(), made)
        assert made == ["/help/mail/"]
        pages._stamps.stamp = Stamp(2, "")
        await asyncio.gather(*(ask(pages, scope(), made, stamp=2) for _ in range(10)))

    asyncio.run(story())
    assert made == ["/help/mail/"] * 2


def test_while_the_database_is_away_nothing_kept_is_given(pages):
    made: list[str] = []

    async def story() -> None:
        await ask(pages, scope(), made)
        pages._stamps.stamp = None
        await ask(pages, scope(), made)
        pages._stamps.stamp = Stamp(1, "")
        await ask(pages, scope(), made)

    asyncio.run(story())
    assert len(made) == 2


def test_what_is_not_kept_is_made_for_each_and_searches_wait_for_nobody(pages):
    made: list[str] = []

    async def story() -> None:
        gone = scope("/help/withdrawn/")
        await asyncio.gather(*(ask(pages, gone, made, status=404) for _ in range(3)))
        search = scope("/help/search/", b"q=ballot")
        await asyncio.gather(*(ask(pages, search, made, status=404) for _ in range(3)))

    asyncio.run(story())
    assert sorted(made) == ["/help/search/"] * 3 + ["/help/withdrawn/"] * 3


def test_what_can_never_be_kept_waits_for_nobody(pages):
    never = [
        scope("/help/files/0192f0c1-0000-7000-8000-000000000001/"),
        scope("/help/polling-place/"),
        scope("/es/ayuda/lugar-de-votacion/"),
        scope("/help/mail/", b"voted=yes"),
        scope("/help/mail/", b"state=OH&" + b"x" * 40),
    ]

    async def story() -> list[Any]:
        return [await pages.answer(dict(asked)) for asked in never for _ in range(2)]

    async def in_time() -> list[Any]:
        return await asyncio.wait_for(story(), 1.0)

    assert asyncio.run(in_time()) == [None] * 10
    assert pages._making == {}


def test_what_came_to_nothing_is_let_go_of_at_once(pages):
    """Django raised, or the browser went: the next one makes it, and nobody waits out the time."""

    async def story() -> None:
        first, second = scope(), scope()
        assert await pages.answer(first) is None
        waiting = asyncio.create_task(pages.answer(second))
        await asyncio.sleep(0)
        pages.release(second)  # who makes nothing lets nobody go
        assert len(pages._making) == 1
        pages.release(first)
        assert await asyncio.wait_for(waiting, 1.0) is None
        assert pages._making == {}

    asyncio.run(story())


def test_a_making_that_broke_off_holds_nobody_up_for_long(pages, monkeypatch):
    monkeypatch.setattr(kept, "LONGEST_MAKING", 0.05)
    made: list[str] = []

    async def story() -> None:
        assert await pages.answer(scope()) is None  # and never kept: the connection broke
        assert await ask(pages, scope(), made) == b"<p>An answer</p>"
        assert await ask(pages, scope(), made) == b"<p>An answer</p>"

    asyncio.run(story())
    assert made == ["/help/mail/"]
