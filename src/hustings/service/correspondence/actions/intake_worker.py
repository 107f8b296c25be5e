"""A process that takes pieces of a run until none is left, and says for each piece [letters, pieces], a line each.

`fork_worker` makes it of this process, with everything loaded: it is at work within milliseconds. Where a thread runs
beside ours, which a fork would leave half-copied, `main` is a process of its own with the name of the task's file as
argument. Either ends when its parent does.
"""

import gc
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, NoReturn

from .intake_sources import Source

CALM = (50_000, 20, 100)  # batches make much and keep little: looking for rings of garbage seldom is enough


def main() -> None:
    """Work through the task."""
    with open(sys.argv[1], encoding="utf-8", errors="surrogateescape") as file:
        task = json.load(file)
    import django  # noqa: PLC0415  (Django must be set up before any of our modules with tables is imported)

    django.setup()
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict.update(task["database"])
    runs = []
    for run in task["runs"]:
        names = None if run["names"] is None else tuple(run["names"])
        runs.append((run["id"], Source(Path(run["path"]), "", names, run["size"])))
    _work(runs, datetime.fromisoformat(task["now"]), sys.stdout)


def may_fork() -> bool:
    """Whether nothing but this thread runs here, of Python's or of a library's."""
    try:
        threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:  # no Linux: what libraries do is unknown
        return False
    return threads == 1 and threading.current_thread() is threading.main_thread()


class Forked:
    """A forked worker, as `subprocess.Popen` shows one."""

    def __init__(self, pid: int, stdout: IO[str]) -> None:
        self.pid = pid
        self.stdout = stdout
        self._code: int | None = None

    def poll(self) -> int | None:
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        code = self._reap(0)
        assert code is not None
        return code

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _reap(self, options: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code


def fork_worker(runs: Sequence[tuple[int, Source]], now: datetime) -> Forked:
    """Only where `may_fork`, and with every connection to the database closed: two cannot share one."""
    heard, said = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(heard)
        _become_worker(parent, said, runs, now)
    os.close(said)
    return Forked(pid, os.fdopen(heard, encoding="ascii"))


def _become_worker(parent: int, said: int, runs: Sequence[tuple[int, Source]], now: datetime) -> NoReturn:
    """Nothing of the parent's is left to do here: neither what it does at its end nor its signals."""
    from hustings.foundation.core.supervisor.leash import follow  # noqa: PLC0415  (only where it is Linux)

    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()  # a Ctrl-C at the terminal is for the parent, which ends us
        follow(parent, signal.SIGKILL)
        with os.fdopen(said, "w", encoding="ascii") as out:
            _work(runs, now, out)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _work(runs: Sequence[tuple[int, Source]], now: datetime, out: IO[str]) -> None:
    from .intake_pieces import take_run  # noqa: PLC0415  (it has tables: `main` sets Django up first)

    def done(letters: int, pieces: int) -> None:
        out.write(f"[{letters}, {pieces}]\n")
        out.flush()

    gc.set_threshold(*CALM)
    for run_id, source in runs:
        take_run(run_id, source, now=now, done=done)
