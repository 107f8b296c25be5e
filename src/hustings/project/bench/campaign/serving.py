"""Pages of a full campaign, one after the other over HTTP, as `hustings up` serves them."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from django.db import connection

from .. import processors
from ..agents.recount import percentile, rows
from ..agents.wire import Answer, Line

COMMONEST = 10
NOTHING = ("zyxqvutter", "brontosaurian qwfpgj", "“zyxqv utter”")
_INQUIRY = re.compile(r"/i/([0-9a-f-]{36})/")
_WORDS = """
select word from ts_stat('select search from correspondence_messagebody
where at > now() - interval ''45 days'' limit {}')
where length(word) > 2 order by ndoc desc, word limit %s
"""
_TEXTS = (
    "select text from correspondence_messagebody where at > now() - interval '45 days' order by message_id limit 400"
)
_OPENED = """
select uid from desk_inquiry where id in (select (random() * top)::bigint from generate_series(1, %s),
(select max(id) as top from desk_inquiry) highest) and status <> 'merged' and not is_sealed and not is_crisis
"""
SAMPLE = 20_000  # letters whose words are counted


@dataclass(frozen=True)
class Kind:
    name: str
    who: str  # agent, administrator
    paths: Sequence[str]
    post: bool = False
    part: bool = False  # as a click within the desk asks: without the list, which is there already
    mark_ms: float = 50.0


def commonest() -> list[str]:
    """The words that most of the newest letters hold."""
    return [word for (word,) in rows(_WORDS.format(SAMPLE), COMMONEST)]


def phrases(count: int, chance: Random) -> list[str]:
    """Two words that stand beside each other in some letter."""
    found: list[str] = []
    for (text,) in rows(_TEXTS):
        pairs = re.findall(r"\b([a-z]{4,}) ([a-z]{4,})\b", text)
        if pairs:
            found.append(" ".join(chance.choice(pairs)))
    return chance.sample(found, min(count, len(found)))


def kinds(rounds: int, queues: Sequence[str], seed: int) -> list[Kind]:
    """What is asked for, and by whom."""
    chance = Random(seed)  # noqa: S311  (the same at every run)
    words = commonest()
    pairs = [f"{one} {other}" for one, other in zip(words, [*words[1:], words[0]], strict=True)]
    opened = [f"/i/{uid}/?view=all" for (uid,) in rows(_OPENED, rounds * 2)]
    inbox = ["/?view=mine", "/?view=unassigned", *(f"/?view=queue:{slug}" for slug in queues)]
    found = [f'"{phrase}"' for phrase in phrases(COMMONEST, chance)]
    return [
        Kind("inbox", "agent", inbox),
        Kind("take_next", "agent", ["/desk/next/"], post=True),
        Kind("open", "administrator", opened, part=True),
        Kind("open_whole_page", "administrator", opened),
        Kind("search_common", "administrator", [_search(word) for word in words]),
        Kind("search_two", "administrator", [_search(pair) for pair in pairs]),
        Kind("search_phrase", "administrator", [_search(phrase) for phrase in found]),
        Kind("search_nothing", "administrator", [_search(word) for word in NOTHING]),
        Kind("board", "administrator", ["/election-day/", "/insight/"], mark_ms=150.0),
    ]


def _search(words: str) -> str:
    return f"/?view=all&q={quote(words)}"


async def _ask(
    line: Line, kind: Kind, rounds: int, count: Callable[[], dict[str, float]], offset: int = 0
) -> tuple[list[float], int, dict[str, float]]:
    """Times in ms, answers that were none, and processor ms of one by what was used."""
    times, wrong, before = [], 0, count()
    for turn in range(rounds):
        path = kind.paths[(turn + offset) % len(kind.paths)]
        began = time.perf_counter()
        answer: Answer = await line.ask(path, form={"go": "1"} if kind.post else None, part=kind.part)
        times.append((time.perf_counter() - began) * 1000)
        wrong += answer.status not in (200, 302)
    after = count()
    return times, wrong, {name: round((after[name] - before[name]) * 1000 / rounds, 1) for name in after}


def serve(
    *, port: int, sessions: dict[str, str], queues: Sequence[str], rounds: int, seed: int, roots: dict[str, int]
) -> dict[str, Any]:
    """Each kind of page `rounds` times, one request at a time. `roots`: whose processor time a page costs (the
    database's own background work is among it)."""
    given = kinds(rounds, queues, seed)
    connection.close()  # it is asked for no more

    def used() -> dict[str, float]:
        return {name: processors.seconds(root) for name, root in roots.items()}

    async def all_of_them() -> dict[str, Any]:
        found: dict[str, Any] = {}
        lines = {who: [Line(port, session) for _ in range(2)] for who, session in sessions.items()}
        for kind in given:
            if not kind.paths:
                continue
            line = lines[kind.who][0]
            await _ask(line, kind, min(len(kind.paths), rounds, 10), used)  # as often as a page is new to the server
            times, wrong, cost = await _ask(line, kind, rounds, used, offset=10)
            p95 = percentile(times, 0.95)
            found[kind.name] = {
                "p50_ms": percentile(times, 0.5), "p95_ms": p95, "cpu_ms": cost,
                "mark_ms": kind.mark_ms, "errors": wrong, "reached": p95 is not None and p95 < kind.mark_ms,
            }  # fmt: skip
        return found

    return asyncio.run(all_of_them())
