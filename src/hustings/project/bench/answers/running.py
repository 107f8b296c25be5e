"""`hustings bench answers`: the public pages under load, by the very server that `hustings up` starts.

Three parts, one after the other: page views of many different answers as fast as the server gives them; the same page
as a file by nginx, where nginx is installed, with the same load; searches at a steady hundred a second, while answers
change (`searching`). Then an answer is withdrawn, and asked for over many connections: no process may have it any more.

Views are counted meanwhile, as always; the counts are compared with the requests.
"""

import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Sum

from hustings.constituents.insight.models import Kind, Tally
from hustings.foundation.access.actions.users import make_user
from hustings.foundation.access.models import Role, User
from hustings.foundation.geography.actions import load_places
from hustings.service.answers.actions import withdraw
from hustings.service.answers.models import Article
from hustings.service.answers.public.words import write_words

from ..agents.wire import AGENT
from ..loopback import free_port, wait_for
from .load import as_file, load
from .searching import SEARCHES, searched, spent_by
from .writing import Center

SEED, PAGES, WARM_SECONDS, WARM_TURNS = 2028, 200, 30, 5
TARGET_PER_SECOND, TARGET_SEARCH_MS = 2000, 50.0


def run(*, articles: int, seconds: int) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated and the bench's own."""
    load_places()
    center = Center(SEED)
    administrator = _fill(center, articles)
    slugs = list(Article.objects.order_by("id").values_list("slug", flat=True)[:PAGES])
    with _server() as base:
        paths = [f"/help/{slug}/" for slug in slugs]
        # Until each process has each page. In turns, each with connections of its own: a process that listens a moment
        # after the first gets none of those that are open by then.
        warming = [load(base, paths, WARM_SECONDS // WARM_TURNS) for _ in range(WARM_TURNS)]
        before = spent_by()
        views = load(base, paths, seconds)
        of_views = {name: used - before[name] for name, used in spent_by().items() if name in before}
        searching = searched(base, center, administrator, seconds)
        page = _get(f"{base}/help/{slugs[0]}/")[1]
        stale = searching["stale"] + _withdrawn(base, administrator, slugs[0])
    counted = Tally.objects.filter(kind=Kind.VIEW).aggregate(n=Sum("count"))["n"] or 0
    file = as_file(page, seconds)
    wrong = views["errors"] + searching["errors"]
    return {
        "articles": articles,
        "pages": len(slugs),
        "seconds": seconds,
        "per_second": views["per_second"],
        "p95_ms": views["p95_ms"],
        "target_per_second": TARGET_PER_SECOND,
        "view_cpu_ms": {name: round(used / views["requests"] * 1000, 3) for name, used in of_views.items()},
        "page_bytes_packed": len(page),
        "file_per_second": file.get("per_second"),
        "file_p95_ms": file.get("p95_ms"),
        "file_by": file["by"],
        "load_by": views["by"],
        "errors": wrong,
        "errors_of": {
            "warming": sum(one["errors"] for one in warming),
            "views": views["errors"],
            "searches": searching["errors"],
        },
        "requests": views["requests"],
        "views_counted": counted,  # while it warmed up as well
        "searches_per_second": searching["per_second"],
        "target_searches_per_second": SEARCHES,
        "search_p50_ms": searching["p50_ms"],
        "search_p95_ms": searching["p95_ms"],
        "search_p99_ms": searching["p99_ms"],
        "target_search_p95_ms": TARGET_SEARCH_MS,
        "suggest_p95_ms": searching["suggest_p95_ms"],
        "search_cpu_ms": searching["cpu_ms"],  # of one: by the web processes, and by the database
        "changes_while_searching": searching["changes"],
        "change_ms": searching["change_ms"],
        "stale_after_change": stale,
        "reached": views["per_second"] >= TARGET_PER_SECOND and searching["p95_ms"] < TARGET_SEARCH_MS and not stale,
        "load": round(os.getloadavg()[0], 2),  # of the machine, by others too
        "processors": os.cpu_count(),
    }


def _fill(center: Center, articles: int) -> User:
    now = datetime.now(UTC)
    administrator = make_user(actor=None, email="bench@example.org", name="Bench", role=Role.ADMINISTRATOR, now=now)
    center.fill(articles, approver=administrator, now=now)
    write_words()
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return administrator


@contextmanager
def _server() -> Iterator[str]:
    """The web processes as `hustings up` starts them: two, unless told otherwise."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    env = {key: value for key, value in os.environ.items() if key != "HUSTINGS_OWNER_DATABASE_URL"}
    line = [sys.executable, "-m", "hustings.project.cli", "web", "--port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(line, env=env, stdout=log, stderr=log)
        try:
            wait_for(f"{base}/healthz")
            yield base
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _get(url: str) -> tuple[int, bytes]:
    asked = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"})  # noqa: S310  (loopback)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def _withdrawn(base: str, administrator: User, slug: str) -> int:
    """How many of the answers after the withdrawal still had it: over many connections, so that every process is
    asked."""
    article = Article.objects.get(slug=slug)
    withdraw(actor=administrator, article=article, reason="The bench withdraws it", now=datetime.now(UTC))
    return sum(_get(f"{base}/help/{slug}/")[0] == 200 for _ in range(40))
