"""`hustings bench campaign`: thirteen months of letters, and the pages that are served from them."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import Role, User
from hustings.foundation.core.postgres.reach import Reach
from hustings.foundation.core.supervisor import start_leashed
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.desk.models import Queue

from .. import processors
from ..agents.campaign import sign_in
from ..agents.house import standing, warm
from ..agents.recount import one
from . import loading, serving

SEED = 2028
MOST_MINUTES, MOST_BYTES = 60.0, 8 * 1024**3


_JOBS = """
select count(*) from procrastinate_jobs
where status in ('todo', 'doing') and (scheduled_at is null or scheduled_at <= now())
"""


def _work_off_jobs(most: float = 1800.0) -> float:
    """Wait until the worker has done what the letters left for it, which is no part of a page: how many seconds."""
    began = time.monotonic()
    with connection.cursor() as cursor:
        while time.monotonic() - began < most:
            cursor.execute(_JOBS)
            if cursor.fetchone() == (0,):
                break
            time.sleep(0.5)
    return time.monotonic() - began


def run(*, reach: Reach, scale: float, rounds: int = 60, out: Path | None = None, seed: int = SEED) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated, empty and the bench's own."""
    with tempfile.TemporaryDirectory(prefix="campaign-", dir=os.environ["HUSTINGS_HOME"]) as name:
        folder = Path(name)
        with _peak(folder) as loading_peak:
            loaded = loading.load(scale=scale, seed=seed, folder=folder, owner=reach.owner)
        counted = _counted()
        administrator = User.objects.filter(roles__contains=[Role.ADMINISTRATOR]).first()
        assert administrator is not None
        sessions = {"agent": str(loaded.agents[0]["session"]), "administrator": sign_in(administrator)}
        queues = list(Queue.objects.filter(is_crisis=False).values_list("slug", flat=True))
        with standing(folder, seed) as (house, _receiver), _peak(folder) as serving_peak:
            left = _work_off_jobs()
            warm(house.port, sessions["agent"])
            roots = {"web": house.processes()["web"][0]}
            if reach.server is not None and reach.server.pid:
                roots["database"] = reach.server.pid
            pages = serving.serve(
                port=house.port, sessions=sessions, queues=queues, rounds=rounds, seed=seed, roots=roots
            )
    connections.close_all()
    minutes = loaded.load_seconds / 60
    memory = max(loading_peak[0], serving_peak[0])
    answer = {
        "scale": scale,
        "letters": loaded.letters,
        **counted,
        "missing": loaded.letters - counted["received"],
        "load_minutes": round(minutes, 2),
        "letters_per_second": round(loaded.letters / loaded.load_seconds),
        "intake_per_second": round(loaded.letters / loaded.intake_seconds),
        "settle_minutes": round(loaded.settle_seconds / 60, 2),
        "jobs_minutes": round(left / 60, 2),
        "pages": pages,
        "errors": sum(page["errors"] for page in pages.values()),
        "disk_bytes": _disk(),
        "memory_loading_bytes": loading_peak[0],
        "memory_serving_bytes": serving_peak[0],
        "memory_under_8_gb": memory < MOST_BYTES,
        "load_in_time": minutes < MOST_MINUTES * scale,
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }
    answer["reached"] = (
        answer["load_in_time"] and answer["memory_under_8_gb"] and all(page["reached"] for page in pages.values())
    )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"campaign-{scale:g}.json").write_text(json.dumps(answer, indent=2) + "\n")
    return answer


def _counted() -> dict[str, Any]:
    """What the database holds, by its own count."""
    balance = ledger(checks=False)
    return {
        "received": balance["messages"]["received"],
        "inquiries": balance["inquiries"]["opened"],
        "waiting": balance["inquiries"]["waiting"],
        "people": Person.objects.count(),
        "ledger_balances": balance["balances"],
    }


def _disk() -> dict[str, int]:
    """The database's, and of it the largest tables with their indexes (parts of one table together)."""
    tables = {
        name: int(one("select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relname like %s || '%%'"
                      " and c.relkind = 'r'", name))
        for name in ("correspondence_messagebody", "channels_rawmail", "desk_inquiry", "correspondence_message",
                     "channels_delivery", "people_person", "desk_event")
    }  # fmt: skip
    return {"database": int(one("select pg_database_size(current_database())")), **tables}


@contextmanager
def _peak(folder: Path) -> Iterator[list[int]]:
    """The most memory that this process and all under it held at one moment while the context lasts: one number, there
    when it is over. Watched by another process, since a thread here would keep the intake from forking."""
    found: list[int] = []
    path = folder / "peak"
    watching = start_leashed([sys.executable, "-m", processors.__name__, str(os.getpid()), str(path)], env=os.environ)
    try:
        yield found
    finally:
        watching.terminate()
        watching.wait()
        found.append(int(path.read_text() or 0) if path.exists() else 0)
