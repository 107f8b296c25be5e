"""A campaign of its own to be killed: its own server, migrated once, and a zygote that forks what is killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hustings.foundation.core.postgres import EmbeddedPostgres

# A process that dies loses nothing the kernel has: fsync guards against the machine's death, which is not tried here.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "logging_collector": "off"}


class House:
    """The campaign under test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = EmbeddedPostgres(folder, SETTINGS)
        self.server.start()
        self._errors = (folder / "errors.log").open("ab")
        self._run("migrate", "--no-input", url=self.server.dsn("owner"))
        self._zygote: subprocess.Popen[str] | None = None

    def environment(self, url: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": url,
            "HUSTINGS_OWNER_DATABASE_URL": url,
            "HUSTINGS_HOME": str(self.folder / "home"),
            "HUSTINGS_SECRET_KEY": "only-for-this-test-" + "0" * 40,
            "HUSTINGS_SMTP_URL": getattr(self, "smtp", ""),
            "DJANGO_SETTINGS_MODULE": "hustings.project.settings",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }

    def _run(self, *arguments: str, url: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "django", *arguments], env=self.environment(url), check=True, capture_output=True
        )

    def start_zygote(self, *, smtp: str = "") -> None:
        """Load everything once more, with this mail server to send to."""
        self.stop_zygote()
        self.smtp = smtp
        self._zygote = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py"))],
            env=self.environment(self.server.dsn("app")),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def stop_zygote(self) -> None:
        if self._zygote is not None:
            self._zygote.communicate()
            self._zygote = None

    def _ask(self, **command: Any) -> int:
        assert self._zygote is not None
        assert self._zygote.stdin
        assert self._zygote.stdout
        self._zygote.stdin.write(json.dumps(command) + "\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())

    def fork(self, do: str, **arguments: Any) -> int:
        """Start one; its pid."""
        return self._ask(do=do, **arguments)

    def reap(self, pid: int) -> int:
        """Wait for its end; its exit code, or the signal below zero."""
        return self._ask(do="reap", pid=pid)

    def kill(self, pid: int) -> int:
        """End it as a power cut would. It may have ended by itself."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self.reap(pid)

    def finish(self, do: str, **arguments: Any) -> None:
        """Let one work to its end."""
        code = self.reap(self.fork(do, **arguments))
        assert code == 0, (self.folder / "errors.log").read_text()[-3000:]

    def told(self) -> dict[str, Any]:
        path = self.folder / "told.json"
        self.finish("tell", path=str(path))
        return json.loads(path.read_text())

    def check(self, handed: set[str]) -> None:
        """Everything handed over is there once, nothing is there twice, and the ledger balances."""
        told = self.told()
        outcomes: dict[str, Counter[str]] = {}
        for message_id, outcome in told["deliveries"]:
            outcomes.setdefault(message_id, Counter())[outcome] += 1
        assert told["ledger"]["balances"], told["ledger"]
        assert handed - outcomes.keys() == set(), "lost"
        for message_id, counts in outcomes.items():
            assert counts["stored"] + counts["quarantined"] == 1, (message_id, counts)
            assert counts.keys() <= {"stored", "quarantined", "duplicate"}, (message_id, counts)

    def stop(self) -> None:
        self.stop_zygote()
        self.server.stop()
        self._errors.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("fault"))
    try:
        yield made
    finally:
        made.stop()
