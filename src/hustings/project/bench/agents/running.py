"""`hustings bench agents`: people at the desk, all at once, while letters arrive.

The house stands as `hustings up` starts it. Letters come by LMTP from a process of their own, replies leave by SMTP to
another, and the agents are a third. What is reported is counted again afterwards (`recount`), from the database and
from what these wrote down.
"""

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from hustings.foundation.core.postgres.reach import Reach
from hustings.service.desk.models import Queue

from .. import processors
from . import recount
from .campaign import prepare
from .house import House, begin, end, standing, warm

SEED = 2028
TARGET_MS, TARGET_LIVE_MS = 250.0, 500.0
WARM = 3.0  # seconds between the last start and the first second
PATIENCE = 60.0  # seconds that the agents and the letters may need to end, once told


def run(
    *,
    reach: Reach,
    agents: int,
    minutes: float,
    rate: float,
    think: float = 20.0,
    drain: float = 300.0,
    out: Path | None = None,
    seed: int = SEED,
) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated, empty and the bench's own. With
    `out` everything that is counted from is kept there. `drain`: seconds that what waits may take to leave."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        return _run(out, reach, agents, minutes * 60, rate, think, drain, seed)
    with tempfile.TemporaryDirectory(prefix="hustings-bench-") as folder:
        return _run(Path(folder), reach, agents, minutes * 60, rate, think, drain, seed)


def _run(
    folder: Path, reach: Reach, agents: int, seconds: float, rate: float, think: float, drain: float, seed: int
) -> dict[str, Any]:
    to_come = round(rate * seconds * 1.2) + 20
    made = prepare(agents=agents, backlog=agents * 4 + 200, to_come=to_come, seed=seed, folder=folder)
    with standing(folder, seed) as (house, receiver):
        warm(house.port, made.agents[0]["session"])
        began = time.time() + WARM
        plan = folder / "plan.json"
        given = {"port": house.port, "seconds": seconds, "think": think, "seed": seed, "began_at": began}
        plan.write_text(json.dumps({**given, "agents": made.agents}))
        workers = {
            "agents": begin("generator", plan, folder),
            "letters": begin("feeder", made.file, house.lmtp, rate, seconds, began, seed, folder / "handed.log"),
        }
        roots = {name: process.pid for name, process in workers.items()} | {"receiver": receiver.pid}
        time.sleep(max(0.0, began - time.time()))
        before = _used(house, reach, roots)
        time.sleep(max(0.0, began + seconds - time.time()))
        after = _used(house, reach, roots)
        for process in workers.values():
            end(process, began + seconds + PATIENCE - time.time())
        drained = _drain(drain)
    taken = receiver.taken()
    answer = {
        "agents": agents,
        "seconds": seconds,
        "rate": rate,
        "think_seconds": think,
        "seed": seed,
        **recount.assignments(folder, {one["id"]: one["user"] for one in made.agents}),
        **recount.replies(folder, taken),
        **recount.requests(folder),
        **recount.live(folder, {pk: pk for pk in Queue.objects.values_list("pk", flat=True)}, began, began + seconds),
        **recount.mail(folder, began, seconds),
        "drain_seconds": drained,
        **_of_processors(before, after, seconds),
    }
    answer["reached"] = reached(answer)
    (folder / "figures.json").write_text(json.dumps(answer, indent=2, default=str) + "\n")
    return answer


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


def _used(house: House, reach: Reach, roots: dict[str, int]) -> dict[str, float]:
    """Processor seconds so far, by what was done with them."""
    used = {name: processors.seconds(pid) for name, pid in roots.items()}
    for name, pids in house.processes().items():
        used[name] = sum(processors.seconds(pid) for pid in pids[:1])
    if reach.server is not None and reach.server.pid:
        used["database"] = processors.seconds(reach.server.pid)
    return used


def _of_processors(before: dict[str, float], after: dict[str, float], seconds: float) -> dict[str, Any]:
    used = {name: round(after[name] - before.get(name, 0.0), 2) for name in after}
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
    while recount.one(question):
        if time.monotonic() - began > longest:
            return None
        time.sleep(0.5)
    return round(time.monotonic() - began, 1)
