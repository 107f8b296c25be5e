"""A campaign of its own to be killed: its own server, and a zygote that forks what is killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from hustings.foundation.core.postgres import EmbeddedPostgres
from hustings.foundation.core.tests.database import migrated_home

from .marks import MOST, Marks

# A process that dies loses nothing the kernel has: fsync guards against the machine's death, which is not tried here.
# The rest is as the product sets it: a write of a page may be torn by kill -9 too.
SETTINGS = {"fsync": "off", "shared_buffers": "64MB", "logging_collector": "off"}


@dataclass(frozen=True)
class Fork:
    pid: int
    number: int  # of its mark


class House:
    """The campaign under test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = EmbeddedPostgres(migrated_home(folder / "home"), SETTINGS)
        self.server.start()
        self.marks = Marks(folder / "marks")
        self._forks = 0
        self._errors = (folder / "errors.log").open("ab")
        self._zygote = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py")), str(folder / "marks")],
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert self._heard() == 0

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.server.dsn("app"),
            "HUSTINGS_OWNER_DATABASE_URL": self.server.dsn("app"),
            "HUSTINGS_HOME": str(self.folder / "home"),
            "HUSTINGS_SECRET_KEY": "only-for-this-test-" + "0" * 40,
            "HUSTINGS_BASE_URL": "http://localhost:8000",
            "HUSTINGS_SMTP_URL": "",
            "HUSTINGS_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "hustings.project.settings",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }

    def _heard(self) -> int:
        assert self._zygote.stdout
        line = self._zygote.stdout.readline()
        assert line, self.said()
        return int(line)

    def _ask(self, **command: Any) -> int:
        assert self._zygote.stdin
        self._zygote.stdin.write(json.dumps(command) + "\n")
        self._zygote.stdin.flush()
        return self._heard()

    def fork(self, do: str, **arguments: Any) -> Fork:
        """Start one."""
        self._forks = (self._forks + 1) % MOST
        self.marks.clear(self._forks)
        return Fork(self._ask(do=do, number=self._forks, **arguments), self._forks)

    def reap(self, fork: Fork) -> int:
        """Wait for its end; its exit code, or the signal below zero."""
        return self._ask(do="reap", pid=fork.pid)

    def kill(self, fork: Fork) -> int:
        """End it as a power cut would. It may have ended by itself: its code, or the signal below zero."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(fork.pid, signal.SIGKILL)
        return self.reap(fork)

    def finish(self, do: str, **arguments: Any) -> None:
        """Let one work to its end."""
        code = self.reap(self.fork(do, **arguments))
        assert code == 0, f"{do} ended with {code}; the last that anybody said:\n{self.said()}"

    def said(self) -> str:
        return (self.folder / "errors.log").read_text(errors="replace")[-3000:]

    def wait_until_done(self, *, meanwhile: Callable[[], None], seconds: float = 300.0) -> None:
        """Until whoever runs has read all mail, by themselves."""
        end = time.monotonic() + seconds
        with psycopg.connect(self.server.dsn("app"), autocommit=True) as connection:
            while connection.execute("select 1 from channels_delivery where outcome = '' limit 1").fetchone():
                assert time.monotonic() < end, self.said()
                meanwhile()
                time.sleep(0.02)

    def told(self) -> dict[str, Any]:
        """What the database holds; see work.tell."""
        path = self.folder / "told.json"
        self.finish("tell", path=str(path))
        return dict(json.loads(path.read_text()))

    def check(self, handed: set[str]) -> dict[str, Any]:
        """Everything handed over is there once, nothing is there twice, all was compared with mail campaigns, and the
        ledger balances. What was told."""
        told = self.told()
        outcomes: dict[str, Counter[str]] = {}
        for message_id, outcome in told["deliveries"]:
            outcomes.setdefault(message_id, Counter())[outcome] += 1
        assert told["ledger"]["balances"], told["ledger"]
        assert told["ledger"]["messages"]["pending"] == 0
        assert told["campaigns"] == {}
        lost = handed - outcomes.keys()
        assert not lost, f"{len(lost)} of {len(handed)} lost: {sorted(lost)[:5]}"
        for message_id, counts in outcomes.items():
            assert counts["stored"] + counts["quarantined"] == 1, (message_id, counts)
            assert counts.keys() <= {"stored", "quarantined", "duplicate"}, (message_id, counts)
        return told

    def stop(self) -> None:
        self._zygote.communicate()
        self.server.stop()
        self._errors.close()
