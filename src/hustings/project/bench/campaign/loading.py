"""Thirteen months of letters: made, taken in, and all but the last of them worked off.

By the ways there are for any campaign: letters are written to mbox files and taken in by `hustings intake`'s action
(two workers, COPY in batches: parsed, threaded, classified, grouped, indexed); what was done with them is brought in by
the desk's action for work of the past. Files are made in a process beside the intake, one ahead of it.
"""

import json
import multiprocessing
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
from django.db import connections

from hustings.foundation.geography.actions import load_places
from hustings.project.demo.generator.letters import Run
from hustings.project.demo.generator.mail import mbox_entry
from hustings.project.demo.offices import furnish
from hustings.service.correspondence.actions.intake_files import intake_files
from hustings.service.desk.actions.history import PastWork, record_past_work
from hustings.service.desk.models import Inquiry, Status

from ..agents.campaign import volunteers

INQUIRIES, PEOPLE = 5_700_000, 1_500_000
OPEN = 80_000  # what waits at the end: the busiest day's
MONTHS = timedelta(days=304)  # between the ends of the first file's thirteen weeks and of the last's: 13 months in all
FILE = 50_000  # letters
SHARE, THREADED = 0.21, 0.1  # of letters: somebody's first; of later ones: those that answer in the thread
ANSWERED = 0.9  # of what was worked off; the rest was read and needed none
BATCH = 5_000
AGENTS = 50


@dataclass
class Loaded:
    letters: int = 0
    files: int = 0
    load_seconds: float = 0.0
    intake_seconds: float = 0.0
    settle_seconds: float = 0.0
    agents: list[dict[str, object]] = field(default_factory=list)


def _prepare(path: Path, end: datetime) -> None:
    load_places()
    furnish(now=end)
    path.write_text(json.dumps(volunteers(AGENTS, end)))
    connections.close_all()


def load(*, scale: float, seed: int, folder: Path, owner: str) -> Loaded:
    """Fill the database that Django is set up on; what it took. `owner`: who may vacuum its tables."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    # By a process of its own: what it loads, and the threads of that, are no part of the intake, which forks its
    # workers only where there is one thread.
    connections.close_all()
    preparing = multiprocessing.get_context("fork").Process(target=_prepare, args=(folder / "agents.json", end))
    preparing.start()
    preparing.join()
    if preparing.exitcode != 0:
        raise RuntimeError("The offices could not be made; the reason is above.")
    loaded = Loaded(agents=json.loads((folder / "agents.json").read_text()))
    _take_letters(loaded, scale=scale, seed=seed, end=end, folder=folder)
    began = time.monotonic()
    _work_off(round(OPEN * scale), [int(str(one["user"])) for one in loaded.agents], seed)
    with psycopg.connect(owner, autocommit=True) as own:  # the application's role would skip every table
        own.execute("vacuum analyze")
    loaded.settle_seconds = time.monotonic() - began
    return loaded


def _take_letters(loaded: Loaded, *, scale: float, seed: int, end: datetime, folder: Path) -> None:
    """File after file, until there are as many inquiries as are wanted."""
    wanted = round(INQUIRIES * scale)
    size = max(500, min(FILE, round(wanted * 1.26 / 2)))
    expected = max(2, round(wanted * 1.26 / size))
    began = time.monotonic()
    connections.close_all()
    following = _start(folder / "0.mbox", 0, expected, size, seed, end)
    while Inquiry.objects.count() < wanted:
        maker, path = following
        maker.join()
        if maker.exitcode != 0:
            raise RuntimeError("The letters could not be made; the reason is above.")
        loaded.files += 1
        connections.close_all()
        following = _start(folder / f"{loaded.files}.mbox", loaded.files, expected, size, seed, end)
        turn = time.monotonic()
        intake_files([path], now=end)
        loaded.intake_seconds += time.monotonic() - turn
        loaded.letters += size
        path.unlink()
    loaded.load_seconds = time.monotonic() - began
    following[0].kill()
    following[0].join()


def _start(
    path: Path, number: int, expected: int, size: int, seed: int, end: datetime
) -> "tuple[multiprocessing.context.ForkProcess, Path]":
    """Have a file made: the thirteen weeks of each end a little later than those of the one before."""
    left = max(0.0, 1.0 - (number + 1) / expected)
    make = multiprocessing.get_context("fork").Process(
        target=_write, args=(path, size, seed + number, end - MONTHS * left)
    )
    make.start()
    return make, path


def _write(path: Path, size: int, seed: int, end: datetime) -> None:
    run = Run(count=size, seed=seed, end=end, share=SHARE, threaded=THREADED)
    with path.open("wb", buffering=1 << 20) as out:
        out.writelines(mbox_entry(one.raw, one.address or "MAILER-DAEMON", one.received_at) for one in run.letters())


def _work_off(left_open: int, users: list[int], seed: int) -> None:
    """All but the newest, batch by batch, the oldest first."""
    chance = Random(seed)  # noqa: S311  (the same at every run)
    newest = Inquiry.objects.filter(status=Status.OPEN).order_by("-last_message_at", "-id")
    kept = newest.values_list("last_message_at", flat=True)[left_open : left_open + 1].first()
    last = 0
    while kept is not None:
        rows = Inquiry.objects.filter(status=Status.OPEN, last_message_at__lte=kept, pk__gt=last).order_by("pk")
        batch = list(rows.values_list("pk", "last_message_at")[:BATCH])
        if not batch:
            return
        last = batch[-1][0]
        record_past_work(
            [
                PastWork(pk, chance.choice(users), at + timedelta(hours=chance.uniform(0.5, 30)), answered)
                for pk, at in batch
                for answered in (chance.random() < ANSWERED,)
            ]
        )
