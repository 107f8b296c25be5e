"""Children that never outlive us, and their falls."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hustings.foundation.core.supervisor import Program, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# A server with a worker of its own, as granian has; both write their pids.
WITH_A_CHILD = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""
# A supervisor that is going to be killed.
HOLDER = """
import sys, time
from hustings.foundation.core.supervisor import Program
program = Program("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"])
program.start()
print(program.pid, flush=True)
time.sleep(600)
"""


class FakePart:
    """A part that falls when the test says so."""

    name = "part"

    def __init__(self) -> None:
        self.starts = 0
        self.fallen = False
        self.broken = False
        self.events: list[str] = []

    def start(self) -> None:
        self.starts += 1
        if self.broken:
            raise OSError("no room")
        self.fallen = False

    def died(self) -> bool:
        return self.fallen

    def ask_to_stop(self) -> None:
        self.events.append("asked")

    def stop(self) -> None:
        self.events.append("stopped")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _soon(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def test_a_fallen_part_starts_again_with_growing_waits() -> None:
    clock, said, part = [0.0], [], FakePart()
    supervisor = Supervisor([part], say=said.append, now=lambda: clock[0])
    supervisor.start()
    for wait in (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0):
        part.fallen = True
        starts = part.starts
        supervisor.look()
        assert said[-1] == f"part ended; starting it again in {wait:g} s"
        clock[0] += wait - 0.1
        supervisor.look()
        assert part.starts == starts
        clock[0] += 0.2
        supervisor.look()
        assert part.starts == starts + 1


def test_a_part_that_ran_long_starts_again_soon() -> None:
    clock, said, part = [0.0], [], FakePart()
    supervisor = Supervisor([part], say=said.append, now=lambda: clock[0])
    supervisor.start()
    for _ in range(4):
        part.fallen = True
        supervisor.look()
        clock[0] += 61.0
        supervisor.look()
    clock[0] += 61.0
    part.fallen = True
    supervisor.look()
    assert said[-1] == "part ended; starting it again in 0.5 s"


def test_a_part_that_cannot_be_started_is_tried_again() -> None:
    clock, said, part = [0.0], [], FakePart()
    part.broken = True
    supervisor = Supervisor([part], say=said.append, now=lambda: clock[0])
    supervisor.start()
    assert said == ["part could not be started: no room"]
    part.broken = False
    clock[0] = 0.6
    supervisor.look()
    assert part.starts == 2


def test_all_are_asked_before_any_is_waited_for() -> None:
    first, second = FakePart(), FakePart()
    first.events = second.events
    supervisor = Supervisor([first, second], say=lambda line: None)
    supervisor.start()
    supervisor.stop()
    assert first.events == ["asked", "asked", "stopped", "stopped"]


def test_one_that_is_added_starts_at_once_is_kept_and_stops_first() -> None:
    parts = [FakePart(), FakePart()]
    events: list[str] = []
    for name, part in zip(("first", "second"), parts, strict=True):
        part.stop = lambda name=name: events.append(name)
    clock = [0.0]
    supervisor = Supervisor(parts[:1], say=lambda _: None, now=lambda: clock[0])
    supervisor.start()
    supervisor.add(parts[1])
    assert [part.starts for part in parts] == [1, 1]
    parts[1].fallen = True
    supervisor.look()
    clock[0] = 0.5
    supervisor.look()
    assert [part.starts for part in parts] == [1, 2]
    supervisor.stop()
    assert events == ["second", "first"]


def test_restart_leaves_the_named_alone() -> None:
    kept, changed = FakePart(), FakePart()
    kept.name = "kept"
    supervisor = Supervisor([kept, changed], say=lambda line: None)
    supervisor.start()
    supervisor.restart(but=("kept",))
    assert (kept.starts, kept.events) == (1, [])
    assert (changed.starts, changed.events) == (2, ["asked", "stopped"])


def test_stop_leaves_no_child_of_a_child(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program = Program("server", [sys.executable, "-c", WITH_A_CHILD, str(pids)], seconds=5)
    program.start()
    assert _soon(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    both = [int(pid) for pid in pids.read_text().split()]
    program.stop()
    assert _soon(lambda: not any(_alive(pid) for pid in both))


def test_children_of_a_killed_program_are_ended_before_it_starts_again(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program = Program("server", [sys.executable, "-c", WITH_A_CHILD, str(pids)], seconds=5)
    program.start()
    assert _soon(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    own, child = (int(pid) for pid in pids.read_text().split())
    os.kill(own, signal.SIGKILL)
    assert _soon(program.died)
    assert program.code == -signal.SIGKILL
    assert _soon(lambda: not _alive(child))
    program.stop()


def test_a_program_that_does_not_listen_is_ended_by_force() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    program = Program("deaf", [sys.executable, "-c", deaf], seconds=0.5)
    program.start()
    pid = program.pid or 0
    program.stop()
    assert not _alive(pid)


def test_the_program_ends_when_its_supervisor_is_killed() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    pid = int(holder.stdout.readline())
    assert _alive(pid)
    holder.kill()
    holder.wait()
    assert _soon(lambda: not _alive(pid))


def test_a_command_that_is_not_there_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    program = Program("nothing", ["/no/such/program"])
    program.start()
    assert _soon(program.died)
    assert program.code == 126
    assert "could not start /no/such/program" in capfd.readouterr().err
