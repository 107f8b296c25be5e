"""The processes: `hustings up` as anybody starts it, and beside it, each a process of its own, who writes letters, who
takes what is sent, and the agents."""

import gzip
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hustings.foundation.core.supervisor import start_leashed

from .. import processors
from ..loopback import free_port, is_served
from ..receiving import Receiver

WARM_TURNS = 12  # each a connection of its own, so that each process gets some
MODULE = "hustings.project.bench.agents"
# By what a process is told, in the order that is asked.
KINDS = (
    ("web", "granian"),
    ("worker", "cli worker"),
    ("mail", "cli mail"),
)


class House:
    """`hustings up` on this bench's database, sending to `receiver`."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.port, self.lmtp = free_port(), free_port()
        self.log = folder / "up.log"
        self._env = {
            **os.environ,
            "HUSTINGS_BASE_URL": f"http://127.0.0.1:{self.port}",
            "HUSTINGS_LMTP": f"127.0.0.1:{self.lmtp}",
            "HUSTINGS_SMTP_URL": receiver.url,
        }
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "hustings.project.cli", "up", "--port", str(self.port)]
        with self.log.open("ab") as log:
            return start_leashed(command, env=self._env, output=log)

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self, seconds: float = 120.0) -> None:
        """Until pages are served and mail is taken."""
        end = time.monotonic() + seconds
        while not (is_served(f"http://127.0.0.1:{self.port}/healthz") and _taken(self.lmtp)):
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError(f"`hustings up` did not serve:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def processes(self) -> dict[str, list[int]]:
        """Those of each kind; of the pages, who keeps them first."""
        found: dict[str, list[int]] = {name: [] for name, _word in KINDS}
        for pid, line in sorted(processors.named(self.pid).items()):
            for name, word in KINDS:
                if word in line and "leash.py" not in line:
                    found[name].append(pid)
        return found

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _taken(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def standing(folder: Path, seed: int) -> Iterator[tuple[House, Receiver]]:
    """The house and its receiver, while the context lasts."""
    receiver = Receiver(folder, str(seed), longest=0.0)
    try:
        house = House(folder, receiver)
        try:
            house.wait()
            yield house, receiver
        finally:
            house.stop()
    finally:
        receiver.stop()


def begin(module: str, *arguments: object) -> "subprocess.Popen[bytes]":
    """Start one of ours: `generator` or `feeder`."""
    return start_leashed([sys.executable, "-m", f"{MODULE}.{module}", *map(str, arguments)], env=dict(os.environ))


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Wait for its end, or make one."""
    try:
        process.wait(max(0.0, seconds))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def warm(port: int, session: str) -> None:
    """Have each process of the pages read its templates, which it does once in its life, before anything is timed."""
    path = ""
    for turn in range(WARM_TURNS):
        for asked in ("/?view=unassigned", path):
            head = {"Cookie": f"sessionid={session}", "Connection": "close", "Accept-Encoding": "gzip"}
            request = urllib.request.Request(f"http://127.0.0.1:{port}{asked}", headers=head)
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                text = gzip.decompress(answer.read()) if answer.headers["Content-Encoding"] == "gzip" else answer.read()
            found = re.search(rb'id="open-([0-9a-f-]{36})"', text)
            if not turn and not path and found:
                path = f"/i/{found[1].decode()}/"
