"""`hustings bench answers`: the public pages under load, by the very server that `hustings up` starts.

Three parts, one after the other: page views of many different answers as fast as the server gives them; the same page
as a file by nginx, where nginx is installed, with the same load; searches at a steady hundred a second, timed from when
each was due. Then an answer is withdrawn, and asked for over many connections: no process may have it any more.

The load comes from `wrk` where it is installed (its processor time is not the server's, but it is this machine's), else
from a small generator of ours. Views are counted meanwhile, as always; the counts are compared with the requests.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Sum

from hustings.constituents.insight.models import Kind, Tally
from hustings.foundation.access.actions.users import make_user
from hustings.foundation.access.models import Role, User
from hustings.foundation.geography.actions import load_places
from hustings.service.answers.actions import withdraw
from hustings.service.answers.actions.filling import Piece, bring_in, make_categories
from hustings.service.answers.actions.wording import Words
from hustings.service.answers.models import Article
from hustings.service.answers.public.words import write_words

SEED, PAGES, SEARCHES, WARM_SECONDS = 2028, 200, 100, 30
TARGET_PER_SECOND, TARGET_SEARCH_MS = 2000, 50.0
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
THINGS = (
    "ballot registration deadline polling-place wheelchair interpreter signature envelope drop-box early-voting "
    "primary recount absentee military student felony address county clerk office receipt tracking provisional "
    "identification passport license utility bill rally ticket volunteer canvass phone-bank yard-sign donation refund "
    "receipt monthly clinic school teacher wage tariff storm flood bridge train bus housing rent mortgage "
    "veteran pension farm water"
).split()
VERBS = "find change send return check replace cancel fix bring show ask for sign mail print read follow report".split()
WHEN = (
    "before Friday|after I moved|from abroad|in person|by mail|with a broken arm|without a car|on election day".split(
        "|"
    )
)


def run(*, articles: int, seconds: int) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated and the bench's own."""
    load_places()
    administrator = _fill(articles)
    slugs = list(Article.objects.order_by("id").values_list("slug", flat=True)[:PAGES])
    with _server() as base:
        paths = [f"/help/{slug}/" for slug in slugs]
        warming = _load(base, paths, max(seconds, WARM_SECONDS))  # until each process has each page
        views = _load(base, paths, seconds)
        searching = asyncio.run(_searches(base, seconds))
        page = _get(f"{base}/help/{slugs[0]}/")[1]
        stale = _withdrawn(base, administrator, slugs[0])
    counted = Tally.objects.filter(kind=Kind.VIEW).aggregate(n=Sum("count"))["n"] or 0
    file = _as_file(page, seconds)
    return {
        "articles": articles,
        "pages": len(slugs),
        "seconds": seconds,
        "per_second": views["per_second"],
        "p95_ms": views["p95_ms"],
        "target_per_second": TARGET_PER_SECOND,
        "page_bytes_packed": len(page),
        "file_per_second": file.get("per_second"),
        "file_p95_ms": file.get("p95_ms"),
        "file_by": file["by"],
        "load_by": views["by"],
        "errors": views["errors"] + searching["errors"],
        "errors_of": {"warming": warming["errors"], "views": views["errors"], "searches": searching["errors"]},
        "requests": views["requests"],
        "views_counted": counted,  # while it warmed up as well
        "searches_per_second": searching["per_second"],
        "search_p50_ms": searching["p50_ms"],
        "search_p95_ms": searching["p95_ms"],
        "target_search_p95_ms": TARGET_SEARCH_MS,
        "suggest_p95_ms": searching["suggest_p95_ms"],
        "search_cpu_ms": searching["cpu_ms"],  # of one, by the web processes and the database together
        "stale_after_change": stale,
        "reached": views["per_second"] >= TARGET_PER_SECOND and searching["p95_ms"] < TARGET_SEARCH_MS and not stale,
        "load": round(os.getloadavg()[0], 2),  # of the machine, by others too
        "processors": os.cpu_count(),
    }


def _fill(articles: int) -> User:
    now, chance = datetime.now(UTC), Random(SEED)  # noqa: S311  (the same at every run)
    administrator = make_user(actor=None, email="bench@example.org", name="Bench", role=Role.ADMINISTRATOR, now=now)
    make_categories((f"part-{n}", {"en": f"Part {n}", "es": f"Parte {n}"}) for n in range(8))
    pieces = []
    for number in range(articles):
        verb, thing, other, when = (chance.choice(words) for words in (VERBS, THINGS, THINGS, WHEN))
        about = [thing, other, *chance.sample(THINGS, 2)]  # an answer is about a few things
        body = " ".join(chance.choice(about if chance.random() < 0.2 else VERBS) for _ in range(120))
        title = f"How do I {verb} a {thing} {when}? ({number})"
        texts = [Words("en", body), Words("es", f"{body} respuesta", title=f"¿Cómo puedo {verb} {thing}? ({number})")]
        if number % 10 == 0:
            texts.append(Words("en", f"In Ohio: {other} {body}", "OH"))
        pieces.append(
            Piece(slug=f"q-{number}", title=title, texts=texts, category=f"part-{number % 8}", approved_at=now)
        )
    bring_in(approver=administrator, pieces=pieces, now=now)
    write_words()
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return administrator


@contextmanager
def _server() -> Iterator[str]:
    """The web processes as `hustings up` starts them: two, unless told otherwise."""
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    env = {key: value for key, value in os.environ.items() if key != "HUSTINGS_OWNER_DATABASE_URL"}
    line = [sys.executable, "-m", "hustings.project.cli", "web", "--port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(line, env=env, stdout=log, stderr=log)
        try:
            _wait(f"{base}/healthz")
            yield base
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  (loopback)
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _get(url: str) -> tuple[int, bytes]:
    asked = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"})  # noqa: S310  (loopback)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


# ---- page views -------------------------------------------------------------------------------------------------

LUA = """
local paths = {%s}
local n = 0
request = function()
  n = n %% #paths + 1
  return wrk.format("GET", paths[n])
end
done = function(summary, latency, requests)
  io.write(string.format('\\nRESULT {"requests": %%d, "micros": %%d, "p95_us": %%d, "status": %%d, "lost": %%d}\\n',
    summary.requests, summary.duration, latency:percentile(95), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


def _load(base: str, paths: list[str], seconds: int) -> dict[str, Any]:
    """As many as it gives to 48 connections."""
    if shutil.which("wrk") is None:
        return asyncio.run(_own_load(base, paths, seconds))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % ", ".join(json.dumps(path) for path in paths))
        script.flush()
        line = [
            "wrk",
            "-t1",
            "-c48",
            f"-d{seconds}s",
            "--timeout",
            "20s",
            "-s",
            script.name,
            "-H",
            f"User-Agent: {AGENT}",
        ]
        told = subprocess.run([*line, "-H", "Accept-Encoding: gzip", base], capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\{.*\})", told.stdout)
    result = json.loads(found[1]) if found else {}
    return {
        "per_second": round(result["requests"] / result["micros"] * 1e6),
        "p95_ms": round(result["p95_us"] / 1000, 2),
        "requests": result["requests"],
        "errors": result["status"] + result["lost"],
        "by": "wrk",
    }


async def _own_load(base: str, paths: list[str], seconds: int) -> dict[str, Any]:
    times: list[float] = []
    wrong = 0
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal wrong
        line = _Line(base)
        while time.perf_counter() < end:
            began = time.perf_counter()
            wrong += await line.get(paths[(number + len(times)) % len(paths)]) != 200
            times.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(one(number) for number in range(24)))
    p95 = statistics.quantiles(times, n=20)[18]
    return {
        "per_second": round(len(times) / seconds), "p95_ms": round(p95, 2), "requests": len(times), "errors": wrong,
        "by": "our own generator",
    }  # fmt: skip


class _Line:
    """One kept-alive connection."""

    def __init__(self, base: str) -> None:
        self._host, _, port = base.removeprefix("http://").partition(":")
        self._port = int(port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\nAccept-Encoding: gzip\r\n\r\n"
        writer.write(head.encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"content-length: (\d+)", answer)
        if length:
            await reader.readexactly(int(length[1]))
        else:
            self._streams = None
            writer.close()
        return int(answer.split(" ", 2)[1])


# ---- searches ---------------------------------------------------------------------------------------------------


async def _searches(base: str, seconds: int) -> dict[str, Any]:
    """A hundred a second, half of them whole pages and half of them what is asked as one types; each timed from the
    moment it was due, so that a queue would show."""
    chance = Random(SEED + 1)  # noqa: S311  (the same at every run)
    for path in ("/help/search/?q=ballot", "/help/suggest/?q=ballot") * 4:
        _get(base + path)
    lines: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(64):
        lines.put_nowait(_Line(base))
    times: dict[str, list[float]] = {"search": [], "suggest": []}
    wrong = 0

    async def one(kind: str, words: str, due: float) -> None:
        nonlocal wrong
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        line = await lines.get()
        status = await line.get(f"/help/{kind}/?q={words.replace(' ', '+')}")
        lines.put_nowait(line)
        wrong += status != 200
        times[kind].append((time.perf_counter() - due) * 1000)

    spent = _processor_seconds()
    began, count = time.perf_counter() + 0.2, SEARCHES * seconds
    work = [one("search" if n % 2 else "suggest", _typed(chance), began + n / SEARCHES) for n in range(count)]
    await asyncio.gather(*work)
    taken = time.perf_counter() - began
    together = times["search"] + times["suggest"]
    return {
        "per_second": round(count / taken, 1),
        "p50_ms": round(statistics.median(together), 1),
        "p95_ms": round(statistics.quantiles(together, n=20)[18], 1),
        "suggest_p95_ms": round(statistics.quantiles(times["suggest"], n=20)[18], 1),
        "cpu_ms": round((_processor_seconds() - spent) / count * 1000, 2) or None,
        "errors": wrong,
    }


def _processor_seconds() -> float:
    """What the processes that this one began have used of the processors so far, the database's among them where it is
    the bench's own; 0 where the system does not tell."""
    used: dict[int, tuple[int, int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        used[int(stat.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    ours = {os.getpid()}
    while more := {pid for pid, (parent, _ticks) in used.items() if parent in ours} - ours:
        ours |= more
    return sum(used[pid][1] for pid in ours - {os.getpid()} if pid in used) / os.sysconf("SC_CLK_TCK")


def _typed(chance: Random) -> str:
    words = chance.sample(THINGS, chance.choice((1, 2, 2, 3)))
    if chance.random() < 0.2:  # a slip of the finger
        word = words[0]
        cut = chance.randrange(1, len(word))
        words[0] = word[: cut - 1] + word[cut] + word[cut - 1] + word[cut + 1 :]
    return re.sub(r"[^a-z ]", " ", " ".join(words))


# ---- right at once, and the file --------------------------------------------------------------------------------


def _withdrawn(base: str, administrator: User, slug: str) -> int:
    """How many of the answers after the withdrawal still had it: over many connections, so that every process is
    asked."""
    article = Article.objects.get(slug=slug)
    withdraw(actor=administrator, article=article, reason="The bench withdraws it", now=datetime.now(UTC))
    return sum(_get(f"{base}/help/{slug}/")[0] == 200 for _ in range(40))


def _as_file(packed: bytes, seconds: int) -> dict[str, Any]:
    """nginx with two processes and the same packed page as a file, asked in the same way."""
    if shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
        return {"by": "not measured: nginx is not installed"}
    port = _free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page.html.gz").write_bytes(packed)
        (folder / "page.html").write_bytes(packed)
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events { worker_connections 512; }\n"
            f"http {{ access_log off; sendfile on; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
            f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
            f" server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static on; }} }}\n"
        )
        path = os.environ.get("PATH", "") + ":/usr/sbin"
        server = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], env={"PATH": path})
        try:
            _wait(f"http://127.0.0.1:{port}/page.html", 10)
            return {**_load(f"http://127.0.0.1:{port}", ["/page.html"], seconds), "by": "nginx"}
        finally:
            server.terminate()
            server.wait(10)
