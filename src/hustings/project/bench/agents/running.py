"""`hustings bench agents`: people at the desk, all at once, while letters arrive.

The house stands as `hustings up` starts it. Letters come by LMTP from a process of their own, replies leave by SMTP to
another, and the agents are a third. What is reported is counted again afterwards (`recount`), from the database and
from what these wrote down.
"""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import OperationalError, connections

from hustings.foundation.core.postgres.reach import Reach
from hustings.service.desk.models import Queue

from .. import processors
from ..receiving import Receiver
from . import recount
from .campaign import Prepared, prepare
from .faults import Trouble
from .house import House, begin, end, standing, warm

SEED = 2028
TARGET_MS, TARGET_LIVE_MS = 250.0, 500.0
WARM = 3.0  # seconds between the last start and the first second
PATIENCE = 60.0  # seconds that the agents and the letters may need to end, once told


@dataclass(frozen=True)
class Asked:
    agents: int
    seconds: float
    rate: float
    think: float
    drain: float
    kills: int
    seed: int


def run(
    *,
    reach: Reach,
    agents: int,
    minutes: float,
    rate: float,
    think: float = 20.0,
    drain: float = 300.0,
    kills: int = 0,
    out: Path | None = None,
    seed: int = SEED,
) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated, empty and the bench's own. With
    `out` everything that is counted from is kept there. `drain`: seconds that what waits may take to leave. `kills`:
    processes ended by kill -9 meanwhile, with full disks and cut mail servers (`faults`)."""
    asked = Asked(agents, minutes * 60, rate, think, drain, kills, seed)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        return _run(out, reach, asked)
    with tempfile.TemporaryDirectory(prefix="hustings-bench-") as folder:
        return _run(Path(folder), reach, asked)


def _run(folder: Path, reach: Reach, asked: Asked) -> dict[str, Any]:
    to_come = round(asked.rate * asked.seconds * 1.2) + 20
    made = prepare(agents=asked.agents, backlog=asked.agents * 4 + 200, to_come=to_come, seed=asked.seed, folder=folder)
    with standing(folder, asked.seed) as (house, receiver):
        warm(house.port, made.agents[0]["session"])
        began = time.time() + WARM
        workers = _begin(folder, house, made, asked, began)
        trouble = Trouble(
            kills=asked.kills, seed=asked.seed, began=began, seconds=asked.seconds,
            house=house, receiver=receiver, server=reach.server,
        )  # fmt: skip
        _wait(began, trouble)
        before = _used(house, reach, receiver, workers)
        _wait(began + asked.seconds, trouble)
        after = _used(house, reach, receiver, workers)
        trouble.over()
        house.wait()
        for process in workers.values():
            end(process, began + asked.seconds + PATIENCE - time.time())
        connections.close_all()  # the database may have fallen meanwhile
        drained = _drain(asked.drain)
    answer = {
        **asdict(asked),
        **_counted(folder, made, receiver, began, asked.seconds),
        "drain_seconds": drained,
        **_of_processors(before, after, asked.seconds),
    }
    if asked.kills:
        answer |= {"killed": dict(trouble.done), "missed": dict(trouble.missed), "database_starts": trouble.starts}
    answer["reached"] = reached(answer)
    (folder / "figures.json").write_text(json.dumps(answer, indent=2, default=str) + "\n")
    return answer


def _begin(
    folder: Path, house: House, made: Prepared, asked: Asked, began: float
) -> "dict[str, subprocess.Popen[bytes]]":
    plan = folder / "plan.json"
    given = {"port": house.port, "seconds": asked.seconds, "think": asked.think, "seed": asked.seed, "began_at": began}
    plan.write_text(json.dumps({**given, "agents": made.agents}))
    letters = (made.file, house.lmtp, asked.rate, asked.seconds, began, asked.seed, folder / "handed.log")
    return {"agents": begin("generator", plan, folder), "letters": begin("feeder", *letters)}


def _wait(until: float, trouble: Trouble) -> None:
    while (left := until - time.time()) > 0:
        trouble.step()
        time.sleep(min(0.05, left) if trouble.is_busy else left)


def _counted(folder: Path, made: Prepared, receiver: Receiver, began: float, seconds: float) -> dict[str, Any]:
    users = {one["id"]: one["user"] for one in made.agents}
    queues = set(Queue.objects.values_list("pk", flat=True))
    return {
        **recount.assignments(folder, users),
        **recount.replies(folder, receiver.taken()),
        **recount.requests(folder),
        **recount.live(folder, queues, began, began + seconds),
        **recount.mail(folder, began, seconds),
    }


def reached(answer: dict[str, Any]) -> bool:
    """Whether every mark is met."""
    right = is_right(answer)
    p95, live = answer["p95_ms"], answer["live_p95_ms"]
    return right and p95 is not None and p95 < TARGET_MS and live is not None and live < TARGET_LIVE_MS


def is_right(answer: dict[str, Any]) -> bool:
    """Whether nothing was lost, doubled or given to two."""
    wrong = ("double_assignments", "lost_replies", "doubled_replies", "doubled_other_mail", "unknown_to_us",
             "lost_letters")  # fmt: skip
    return not any(answer[name] for name in wrong) and bool(answer["ledger_balances"])


def _used(
    house: House, reach: Reach, receiver: Receiver, workers: "dict[str, subprocess.Popen[bytes]]"
) -> dict[str, float]:
    """Processor seconds so far, by what was done with them."""
    used = {name: processors.seconds(process.pid) for name, process in workers.items()}
    used["receiver"] = processors.seconds(receiver.pid)
    for name, pids in house.processes().items():
        used[name] = sum(processors.seconds(pid) for pid in pids[:1])
    if reach.server is not None and reach.server.pid:
        used["database"] = processors.seconds(reach.server.pid)
    return used


def _of_processors(before: dict[str, float], after: dict[str, float], seconds: float) -> dict[str, Any]:
    used = {name: round(max(0.0, after[name] - before.get(name, 0.0)), 2) for name in after}
    return {
        "generator_cpu_seconds": used.get("agents"),
        "cpu_seconds": used,
        "cores_used": round(sum(used.values()) / seconds, 2),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),  # of the machine, by others too
    }


def _drain(longest: float) -> float | None:
    """Wait until all that was received is read and all that was to leave has left; the seconds, or None when that took
    longer than `longest`."""
    began = time.monotonic()
    question = (
        "select exists (select 1 from channels_delivery where outcome = '')"
        " or exists (select 1 from channels_outgoing where state in ('waiting', 'attempting'))"
    )
    while _answered(question):
        if time.monotonic() - began > longest:
            return None
        time.sleep(0.5)
    return round(time.monotonic() - began, 1)


def _answered(question: str) -> bool:
    """Its answer; yes while the database cannot be asked."""
    try:
        return bool(recount.one(question))
    except OperationalError:
        connections.close_all()
        return True
