"""A `hustings` that tests start, and what is left of it afterwards."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from hustings.project.bench.loopback import free_port

MINE = ("DATABASE_URL", "HUSTINGS_OWNER_DATABASE_URL", "HUSTINGS_HOME", "PYTEST_XDIST_WORKER", "HUSTINGS_TEST_SERVER")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The caller's environment without the tests' database."""
    kept = {key: value for key, value in os.environ.items() if key not in MINE and not key.startswith("PYTEST")}
    return {**kept, "HUSTINGS_HOME": str(home), **more}


def hustings(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    line = [sys.executable, "-m", "hustings.project.cli", *arguments]
    return subprocess.run(line, env=environment(home, **more), capture_output=True, text=True, timeout=180)


class Up:
    """`hustings up` in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self._log = home.parent / "up.log"
        self._errors = self._log.open("wb")
        line = [sys.executable, "-m", "hustings.project.cli", "up", "--port", str(self.port)]
        env = environment(home, HUSTINGS_LMTP=f"127.0.0.1:{free_port()}", HUSTINGS_WEB_PROCESSES="1")
        self.process = subprocess.Popen(line, env=env, stdout=self._errors, stderr=self._errors)

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_until_ready(self, seconds: float = 90.0) -> None:
        assert soon(lambda: "Hustings is at" in self.log() or self.process.poll() is not None, seconds), self.log()
        assert self.process.poll() is None, self.log()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.read() == b"ok\n")
        except (urllib.error.URLError, OSError):
            return False

    def processes(self) -> dict[int, str]:
        """Every process that works for this home, by its environment or its command line."""
        return processes_of(self.home)

    def pid_of(self, word: str) -> int:
        """The oldest process whose command line has the word."""
        return min(pid for pid, line in self.processes().items() if word in line)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(60)
        self._errors.close()
        return code


def processes_of(home: Path) -> dict[int, str]:
    """Live processes that have this home in their environment or command line, and that line."""
    found = {}
    mark = str(home).encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line, around = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if line and (mark in line or b"HUSTINGS_HOME=" + mark + b"\0" in around):
                found[int(entry.name)] = line.replace(b"\0", b" ").decode(errors="replace")
    return found


def soon(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
