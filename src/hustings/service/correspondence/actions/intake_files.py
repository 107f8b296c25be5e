"""Mail from files: cut into pieces, each stored in one transaction, read by two workers, resumed where it was cut."""

import gc
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.foundation.channels.models import Delivery, Outcome
from hustings.foundation.core.supervisor import leashed_command
from hustings.service.desk.actions.intake import ensure_default_queue

from ..models import IntakeChunk, IntakeRun
from . import intake_pieces, intake_worker
from .intake_grouping import group_waiting
from .intake_sources import PIECE_BYTES, Source, sources

Progress = Callable[[int, int | None], object]
WORKERS = 3  # for two processors: now and then one waits for what another has under its lock
MOST_DEATHS = 60  # of workers in one call: more is no letter's doing
WORTH_WORKERS = 2 * PIECE_BYTES  # less is read here before a worker has started
COUNTS = {
    Outcome.STORED.value: "stored",
    Outcome.DUPLICATE.value: "duplicates",
    Outcome.AUTO_REPLY.value: "auto_replies",
    Outcome.BOUNCE.value: "bounces",
    Outcome.LIST.value: "lists",
    Outcome.JUNK.value: "junk",
    Outcome.QUARANTINED.value: "quarantined",
    Outcome.FEED.value: "feed_mail",
}


class IntakeFailed(Exception):
    """Taking in stopped: its text says why. What is stored stays; the same call again goes on from there."""


def intake_files(
    paths: Sequence[Path | str], *, progress: Progress | None = None, now: datetime
) -> dict[str, int | float]:
    """Take in what lies in these .eml and mbox files, Maildirs and folders, and count what became of it.

    Each letter is stored once, whatever dies: a call that was cut short is resumed by the same call, and then counts
    the whole. Files that were taken in before are read again and found to be duplicates. `progress(done, total)` is
    called now and then. Raises OSError for a path that cannot be read (before anything is stored), IntakeFailed when
    the work had to stop. `seconds` are those of the work: what reading loads once in a process is loaded before.
    """
    found = [source for path in paths for source in sources(Path(path))]
    intake_pieces.load_all()
    began = time.perf_counter()
    ensure_default_queue(now=now)
    ensure_taxonomy(now=now)
    runs = [(_run(source, now), source) for source in dict.fromkeys(found)]
    before = sum(_counts(run).total() for run, _ in runs)
    tell = _Teller(progress, runs)
    if connection.in_atomic_block or sum(_bytes(source) for _, source in runs) < WORTH_WORKERS:
        for run, source in runs:
            intake_pieces.take_run(run.pk, source, now=now, done=tell)
    else:
        _with_workers(runs, now, tell)
    group_waiting(now=now)  # of a worker that died
    counts: Counter[str] = Counter()
    for run, _ in runs:
        IntakeRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=now)
        counts += _counts(run)
    seconds = time.perf_counter() - began
    answer = {name: counts[outcome] for outcome, name in COUNTS.items()}
    taken = counts.total() - before
    return {
        "received": sum(answer.values()),
        **answer,
        "seconds": round(seconds, 3),
        "per_second": round(taken / seconds, 1) if seconds else 0.0,
    }


def _bytes(source: Source) -> int:
    if source.names is None:
        return source.size
    return len(source.names) * PIECE_BYTES // intake_pieces.PIECE_FILES


def _run(source: Source, now: datetime) -> IntakeRun:
    """The run of this source that was cut short, else a new one with its pieces."""
    known = {"path": str(source.path), "fingerprint": source.fingerprint, "finished_at": None}
    if run := IntakeRun.objects.filter(**known).first():
        return run
    try:
        with transaction.atomic():
            run = IntakeRun.objects.create(**known, started_at=now)
            IntakeChunk.objects.bulk_create(
                IntakeChunk(run=run, position=start, until=end) for start, end in source.pieces()
            )
    except IntegrityError:  # another takes the same file in: we share the work
        return IntakeRun.objects.get(**known)
    return run


def _counts(run: IntakeRun) -> Counter[str]:
    """What became of the run's letters: counted by the pieces, and those that were put in line by their deliveries."""
    counts: Counter[str] = Counter()
    for piece in IntakeChunk.objects.filter(run=run).exclude(done_at=None).values_list("counts", flat=True):
        counts.update(piece)
    first, last = intake_pieces.origins(run.pk)
    rows = Delivery.objects.filter(origin__gte=first, origin__lt=last).exclude(outcome="")
    counts.update(rows.values_list("outcome", flat=True))
    return counts


class _Teller:
    """Adds up what is done and tells it."""

    def __init__(self, progress: Progress | None, runs: Sequence[tuple[IntakeRun, Source]]) -> None:
        self._progress = progress
        self._done = sum(_counts(run).total() for run, _ in runs)
        pieces = IntakeChunk.objects.filter(run__in=[run for run, _ in runs])
        self._pieces = pieces.count()
        self._pieces_done = pieces.exclude(done_at=None).count()
        self._single = all(source.names is not None for _, source in runs)
        self._files = sum(len(source.names or ()) for _, source in runs)

    def __call__(self, letters: int, pieces: int) -> None:
        self._done += letters
        self._pieces_done += pieces
        if self._progress is None:
            return
        # As long as not all of an mbox is read, the rest is taken to be like what was read.
        guess = self._done * max(1, self._pieces) // max(1, self._pieces_done)
        total = self._files if self._single else guess
        self._progress(self._done, max(total, self._done))


def _with_workers(runs: Sequence[tuple[IntakeRun, Source]], now: datetime, tell: _Teller) -> None:
    deaths = 0
    while intake_pieces.is_left([run.pk for run, _ in runs]):
        died = _round(runs, now, tell)
        deaths += died
        if deaths > MOST_DEATHS:
            raise IntakeFailed(f"The workers ended {deaths} times. What is stored stays; run it again to go on.")


def _round(runs: Sequence[tuple[IntakeRun, Source]], now: datetime, tell: _Teller) -> int:
    """Workers until all have ended; how many of them were ended by something."""
    with _workers(runs, now) as workers:
        try:
            for line in _lines(workers):
                tell(*json.loads(line))
            codes = [worker.wait() for worker in workers]
        finally:
            for worker in workers:
                if worker.poll() is None:
                    worker.kill()
                    worker.wait()
    if any(code > 0 for code in codes):
        raise IntakeFailed(
            "A worker could not go on (its reason is above). What is stored stays; run it again to go on."
        )
    return sum(1 for code in codes if code < 0)


@contextmanager
def _workers(runs: Sequence[tuple[IntakeRun, Source]], now: datetime) -> Iterator[list[Any]]:
    """Forked from this process where that is safe, for a process of its own needs seconds to load everything."""
    if intake_worker.may_fork():
        connections.close_all()
        gc.collect()
        gc.freeze()  # what is shared stays shared: nobody looks through it for garbage
        try:
            yield [intake_worker.fork_worker([(run.pk, source) for run, source in runs], now) for _ in range(WORKERS)]
        finally:
            gc.unfreeze()
        return
    with _task(runs, now) as task:
        yield [_start(task) for _ in range(WORKERS)]


@contextmanager
def _task(runs: Sequence[tuple[IntakeRun, Source]], now: datetime) -> Iterator[str]:
    """What a worker must know, in a file only we can read: it names the database with its password."""
    database = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    told = {
        "database": database,
        "now": now.isoformat(),
        "runs": [
            {"id": run.pk, "path": str(source.path), "names": source.names, "size": source.size} for run, source in runs
        ],
    }
    handle, name = tempfile.mkstemp(prefix="hustings-intake-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(told, file)
        yield name
    finally:
        Path(name).unlink()


def _start(task: str) -> "subprocess.Popen[str]":
    code = "from hustings.service.correspondence.actions.intake_worker import main; main()"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE),
    }
    command = leashed_command([sys.executable, "-c", code, task], on_orphan="SIGKILL")
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment)


def _lines(workers: Sequence[Any]) -> Iterator[str]:
    """Lines of all workers as they come, until each has ended."""
    with selectors.DefaultSelector() as ready:
        for worker in workers:
            ready.register(worker.stdout, selectors.EVENT_READ)
        while ready.get_map():
            for key, _ in ready.select():
                line = key.fileobj.readline()  # type: ignore[union-attr]
                if line:
                    yield line
                else:
                    ready.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
