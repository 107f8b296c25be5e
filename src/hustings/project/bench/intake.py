"""`hustings bench intake`: from an mbox of generated letters to routed, indexed, committed inquiries.

Beside it, in the same run: the very rows that came out of it, by bare COPY over two connections into the same tables
with the same indexes and keys. The counts are recomputed from the file and the database, not taken from the intake.
"""

import json
import multiprocessing
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections

from hustings.foundation.channels.models import Delivery
from hustings.foundation.geography.actions import load_places
from hustings.project.demo.generator.letters import write_letters
from hustings.project.demo.offices import furnish
from hustings.service.correspondence.actions.intake_files import intake_files
from hustings.service.correspondence.queries.ledger import ledger

from . import copying, recount

SEED = 2028
END = datetime(2026, 11, 2, 12, tzinfo=UTC)  # fixed, so that the same count and seed are the same bytes


class NotEmpty(Exception):
    """The database holds mail already: a bench works in one of its own."""


def run(*, messages: int, out: Path | None = None, seed: int = SEED) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated, empty and the bench's own
    (`core.postgres.bench_database`). With `out` the letters and the figures are kept there."""
    if Delivery.objects.exists():
        raise NotEmpty("This database holds mail already. The bench makes a database of its own; nothing was changed.")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        return _run(messages, out, seed)
    with tempfile.TemporaryDirectory(prefix="hustings-bench-") as folder:
        return _run(messages, Path(folder), seed)


def _run(messages: int, folder: Path, seed: int) -> dict[str, Any]:
    mbox = folder / "letters.mbox"
    _prepare(mbox, messages, seed)
    os.sync()  # the disk is to be busy with what is measured
    began = time.perf_counter()
    counts = intake_files([mbox], now=END)
    seconds = time.perf_counter() - began
    lost, duplicated = recount.compare(mbox)
    balance = ledger()
    copy_seconds = copying.copy_again(folder / "rows")
    per_second, copy_per_second = messages / seconds, messages / copy_seconds
    answer = {
        "messages": messages,
        "seconds": round(seconds, 3),
        "per_second": round(per_second, 1),
        "copy_seconds": round(copy_seconds, 3),
        "copy_per_second": round(copy_per_second, 1),
        "ratio": round(per_second / copy_per_second, 3),
        "lost": lost,
        "duplicated": duplicated,
        "seed": seed,
        "outcomes": {name: counts[name] for name in counts if name not in ("seconds", "per_second")},
        "inquiries": balance["inquiries"]["opened"],
        "ledger_balances": balance["balances"],
    }
    (folder / "figures.json").write_text(json.dumps(answer, indent=2) + "\n")
    return answer


def _prepare(mbox: Path, messages: int, seed: int) -> None:
    """The offices and the letters, made by a process of its own: what it loads, and the threads of that, are no part
    of `hustings intake`, which this process is to be like."""

    def prepare() -> None:
        load_places()
        furnish(now=END)
        write_letters(mbox, count=messages, seed=seed, end=END)
        connections.close_all()

    connections.close_all()
    maker = multiprocessing.get_context("fork").Process(target=prepare)
    maker.start()
    maker.join()
    if maker.exitcode != 0:
        raise RuntimeError("The letters could not be made; the reason is above. Nothing was measured.")
