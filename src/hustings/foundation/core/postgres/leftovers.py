"""Servers that a crash left behind, and what they left."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from hustings.foundation.core.postgres.folder import Folder


def processes_in(data: Path) -> list[int]:
    """Every process whose working folder is the data folder: the server and its children, whoever started them."""
    target = data.resolve()
    return sorted(
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, target)
    )


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder and _state(process) not in "ZX"
    except OSError:  # it has ended, or is another user's
        return False


def clear_leftovers(folder: Folder, say: Callable[[str], None]) -> None:
    """Stop a server that runs on this folder without us and remove its stale pid files.

    Call it with the folder's lock held. A pid file whose number another program has by now (or a zombie that nobody
    buried) would make PostgreSQL refuse to start; that its own processes are gone is what we know here and it cannot.
    """
    if not Path("/proc/self").is_dir():
        return
    if running := processes_in(folder.data):
        say("a server was left running; stopping it")
        head = _postmaster(folder.data)
        for number, seconds in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 15.0), (signal.SIGKILL, 15.0)):
            _send(number, [head] if head in running and number != signal.SIGKILL else running)
            if _gone(folder.data, seconds):
                break
            running = processes_in(folder.data)
    for path in (folder.data / "postmaster.pid", *folder.sockets.glob(".s.PGSQL.*")):
        path.unlink(missing_ok=True)


def _postmaster(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return -1


def _send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _gone(data: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not processes_in(data):
            return True
        time.sleep(0.05)
    return False


def _state(process: Path) -> str:
    return (process / "stat").read_text().rpartition(")")[2].split()[0]
