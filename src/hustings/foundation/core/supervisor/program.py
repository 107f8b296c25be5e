"""One program on the leash, that can be started again."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from hustings.foundation.core.supervisor.start import start_leashed


class Part(Protocol):
    """Something the supervisor keeps running."""

    @property
    def name(self) -> str: ...
    def start(self) -> None: ...
    def died(self) -> bool: ...
    def ask_to_stop(self) -> None: ...
    def stop(self) -> None: ...


class Program:
    """A command as a part. `seconds` is how long it may take to stop by itself before it is ended by force."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        seconds: float = 15.0,
    ) -> None:
        self.name = name
        self._command = list(command)
        self._env = dict(env) if env is not None else None
        self._cwd = cwd
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def code(self) -> int | None:
        """How it ended: its exit code, or the signal's number below zero."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        self._process = start_leashed(self._command, env=self._env, cwd=self._cwd)

    def died(self) -> bool:
        """Whether it ended by itself. Its own children, which may still hold its port, are ended then."""
        if self._process is None or self._process.poll() is None:
            return False
        self._end_group(self._process.pid)
        return True

    def ask_to_stop(self) -> None:
        if self.pid is not None:
            os.kill(self.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Ask, wait, end by force, and leave none of its children behind."""
        process = self._process
        if process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(self._seconds)
        self._end_group(process.pid)
        process.wait()
        self._process = None

    @staticmethod
    def _end_group(pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # the leash made it a session of its own
