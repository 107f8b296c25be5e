"""What processes have used of this machine, as the kernel tells it (Linux: /proc; elsewhere nothing is told).

    python -m hustings.project.bench.processors PID FILE

keeps the most bytes that PID and all under it held at one moment in FILE, until it is ended.
"""

import os
import sys
import time
from pathlib import Path

LOOK_EVERY = 2.0

PROC = Path("/proc")


def tree(root: int) -> set[int]:
    """The process and all that it and they began and that still run."""
    parents: dict[int, int] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields:
            parents[int(stat.parent.name)] = int(fields[1])
    found = {root} if root in parents else set()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def seconds(root: int) -> float:
    """Processor seconds of the process and those under it so far, ended ones whose parent noticed among them."""
    ticks = 0
    for pid in tree(root):
        fields = _fields(PROC / str(pid) / "stat")
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def own_seconds(pid: int) -> float:
    """Processor seconds of this process alone; 0 when it ended."""
    return sum(int(field) for field in _fields(PROC / str(pid) / "stat")[11:13]) / os.sysconf("SC_CLK_TCK")


def named(root: int) -> dict[int, str]:
    """Each process under this one, with its command line."""
    found = {}
    for pid in tree(root) - {root}:
        try:
            found[pid] = (
                (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            )
        except OSError:
            continue  # it ended meanwhile
    return found


def memory(root: int, *, but: int = 0) -> int:
    """Bytes that the process and those under it hold (`but` aside): what they share is divided among those that share
    it."""
    total = 0
    for pid in tree(root) - {but}:
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def _fields(stat: Path) -> list[str]:
    """After the name: state, parent, ..., utime, stime, cutime, cstime at 11 to 14."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []  # it ended meanwhile


def keep_peak(root: int, file: Path) -> None:
    """Look now and then, this process left out, until the process is gone."""
    peak = 0
    while (held := memory(root, but=os.getpid())) > 0:
        if held > peak:
            peak = held
            file.with_suffix(".new").write_text(str(peak))
            file.with_suffix(".new").rename(file)
        time.sleep(LOOK_EVERY)


if __name__ == "__main__":
    keep_peak(int(sys.argv[1]), Path(sys.argv[2]))
