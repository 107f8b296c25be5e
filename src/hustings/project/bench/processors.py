"""What processes have used of this machine, as the kernel tells it (Linux: /proc; elsewhere nothing is told)."""

import os
from pathlib import Path

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


def memory(root: int) -> int:
    """Bytes that the process and those under it hold: what they share is divided among those that share it."""
    total = 0
    for pid in tree(root):
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
