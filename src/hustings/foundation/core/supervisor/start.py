"""Start a program that gets a signal when we end, however we end."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

LEASH = Path(__file__).with_name("leash.py")


def leashed_command(command: Sequence[str], *, on_orphan: str = "SIGTERM", identity: Sequence[str] = ()) -> list[str]:
    """The command line that runs `command` on the leash; `identity` is leash.py's --namespace or --user."""
    options = ["--parent", str(os.getpid()), "--signal", on_orphan, *identity]
    return [sys.executable, "-I", "-S", str(LEASH), *options, "--", *command]


def start_leashed(
    command: Sequence[str],
    *,
    on_orphan: str = "SIGTERM",
    identity: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    cwd: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start `command` in a session of its own; it gets the signal `on_orphan` when the calling thread ends.

    Call it from the main thread: the kernel watches the thread that forked, not the process. `output` takes both
    stdout and stderr (inherited when None).
    """
    return subprocess.Popen(
        leashed_command(command, on_orphan=on_orphan, identity=identity),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(env) if env is not None else None,
        cwd=cwd,
    )
