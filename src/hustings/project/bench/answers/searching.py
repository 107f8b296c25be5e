"""Searches at a steady hundred a second, as readers make them: in their language, for their state, with slips, half of
them as they type; each timed from when it was due, so that a queue shows. Meanwhile answers are published, corrected
and withdrawn, and at once looked for in every process."""

import asyncio
import os
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import quote_plus
from urllib.request import Request, urlopen

from django.db import connection

from hustings.foundation.access.models import User
from hustings.foundation.geography.queries import states
from hustings.project.bench import processors
from hustings.service.answers.actions import approve, revise, withdraw
from hustings.service.answers.actions.wording import Words
from hustings.service.answers.models import Article
from hustings.service.answers.public.words import write_words

from ..agents.wire import AGENT, Line
from .load import port_of, status_of
from .writing import Center

SEARCHES = 100  # a second
CHANGE_EVERY = 2.5  # seconds
BASES = {"en": "/help", "es": "/es/ayuda"}
WORDS_EVERY = 5.0  # seconds
ASKED_AGAIN = 12  # times, over as many connections, so that each process is asked


@dataclass
class Changes:
    """What was done to the answers meanwhile, and how often an answer after it was as before it."""

    made: int = 0
    stale: int = 0
    seconds: list[float] = field(default_factory=list)  # of each deed, until it was committed


def searched(base: str, center: Center, approver: User, seconds: int) -> dict[str, Any]:
    """The figures."""
    changes, end = Changes(), threading.Event()
    _warm(base, center)
    # What changed is written into the table of words again and again, more often than the worker does.
    threads = [
        threading.Thread(target=_change, args=(base, approver, changes, end)),
        threading.Thread(target=_write_words, args=(end,)),
    ]
    spent = spent_by()
    for thread in threads:
        thread.start()
    times, wrong, taken = asyncio.run(_searches(base, center, seconds))
    used = {name: after - spent.get(name, 0.0) for name, after in spent_by().items()}
    end.set()
    for thread in threads:
        thread.join()
    count = sum(map(len, times.values()))
    together = [one for some in times.values() for one in some]
    return {
        "per_second": round(count / taken, 1),
        "p50_ms": round(statistics.median(together), 1),
        "p95_ms": _nth(together, 95),
        "p99_ms": _nth(together, 99),
        "suggest_p95_ms": _nth(times["suggest"], 95),
        "cpu_ms": {name: round(used_up / count * 1000, 2) for name, used_up in used.items()},
        "errors": wrong,
        "changes": changes.made,
        "change_ms": round(statistics.median(changes.seconds) * 1000) if changes.seconds else None,
        "stale": changes.stale,
    }


def _nth(times: list[float], percent: int) -> float:
    return round(statistics.quantiles(times, n=100)[percent - 1], 1)


def _warm(base: str, center: Center) -> None:
    chance = Random(center.seed + 2)  # noqa: S311  (the same at every run)
    for _ in range(80):
        _get(base + _path(center, chance)[1])


def _path(center: Center, chance: Random) -> tuple[str, str]:
    """(kind, address) of what one reader asks."""
    language = "es" if chance.random() < 0.25 else "en"
    kind = chance.choice(("search", "suggest"))
    words = center.typed(language, chance)
    if kind == "suggest":  # as far as it is typed
        words = words[: max(2, len(words) - chance.randrange(5))]
    state = f"&state={chance.choice(states())[0]}" if chance.random() < 0.6 else ""
    return kind, f"{BASES[language]}/{kind}/?q={quote_plus(words)}{state}"


async def _searches(base: str, center: Center, seconds: int) -> tuple[dict[str, list[float]], int, float]:
    chance = Random(center.seed + 1)  # noqa: S311  (the same at every run)
    lines: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(64):
        lines.put_nowait(Line(port_of(base)))
    times: dict[str, list[float]] = defaultdict(list)
    wrong = 0

    async def one(kind: str, path: str, due: float) -> None:
        nonlocal wrong
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        line = await lines.get()
        status = await status_of(line, path)
        lines.put_nowait(line)
        wrong += status != 200
        times[kind].append((time.perf_counter() - due) * 1000)

    began, count = time.perf_counter() + 0.2, SEARCHES * seconds
    await asyncio.gather(*(one(*_path(center, chance), began + n / SEARCHES) for n in range(count)))
    return times, wrong, time.perf_counter() - began


def spent_by() -> dict[str, float]:
    """Processor seconds so far of the server's processes and of the database, where it is the bench's own."""
    used = {"web": 0.0, "database": 0.0}
    for pid, line in processors.named(os.getpid()).items():
        used["database" if "postgres" in line else "web"] += processors.own_seconds(pid)
    return used


# ---- what changes meanwhile -------------------------------------------------------------------------------------


def _change(base: str, approver: User, changes: Changes, end: threading.Event) -> None:
    """An answer is corrected, another withdrawn, and so on."""
    ids = list(Article.objects.order_by("-id").values_list("pk", flat=True)[:200])
    try:
        while not end.wait(CHANGE_EVERY) and ids:
            article, number = Article.objects.get(pk=ids.pop()), changes.made
            began, now = time.perf_counter(), datetime.now(UTC)
            if number % 2:
                withdraw(actor=approver, article=article, reason="The bench withdraws it", now=now)
            else:
                title = f"Corrected {_marker(number)}"
                version = revise(actor=approver, article=article, title=title, texts=[Words("en", title)], now=now)
                approve(actor=approver, article=article, version=version, note="The bench", now=now)
            changes.seconds.append(time.perf_counter() - began)
            changes.made += 1
            for _ in range(ASKED_AGAIN):
                changes.stale += not _is_right(base, article, number)
    finally:
        connection.close()


def _write_words(end: threading.Event) -> None:
    try:
        while not end.wait(WORDS_EVERY):
            write_words()
    finally:
        connection.close()


def _marker(number: int) -> str:
    return "zyxw" + "abcdefghij"[number // 10 % 10] + "abcdefghij"[number % 10]


def _is_right(base: str, article: Article, number: int) -> bool:
    page = _get(f"{base}/help/{article.slug}/")
    if number % 2:
        return page[0] == 404
    found = _get(f"{base}/help/search/?q={_marker(number)}")[1]
    return _marker(number).encode() in page[1] and f"/help/{article.slug}/".encode() in found


def _get(url: str) -> tuple[int, bytes]:
    """Over a connection of its own."""
    try:
        with urlopen(Request(url, headers={"User-Agent": AGENT}), timeout=30) as answer:  # noqa: S310  (loopback)
            return answer.status, answer.read()
    except OSError as error:
        return int(getattr(error, "code", 0)), b""
