"""Starts, watches and stops the embedded server."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from hustings.foundation.core.postgres import binaries
from hustings.foundation.core.postgres.errors import PostgresError, WrongMajor
from hustings.foundation.core.postgres.folder import Folder, Lock
from hustings.foundation.core.postgres.identity import Identity, identity_for
from hustings.foundation.core.postgres.leftovers import clear_leftovers
from hustings.foundation.core.postgres.quiet import keep_quiet
from hustings.foundation.core.postgres.roles import ensure_roles
from hustings.foundation.core.postgres.tuning import as_file, settings_for
from hustings.foundation.core.supervisor import leashed_command, start_leashed

HBA = "# Written by Hustings at each start.\nlocal all all scram-sha-256\nlocal replication all scram-sha-256\n"
TELL_EVERY = 5.0


class EmbeddedPostgres:
    """A PostgreSQL of our own in `home/postgres`.

    `start` returns when it takes connections, however long a recovery takes, and raises PostgresError when it died.
    The server dies with us: it shuts down fast when this process ends in any way. Start it in the main thread.
    `say` is given a line of progress now and then.
    """

    name = "the database"

    def __init__(
        self,
        home: Path,
        settings: Mapping[str, str] | None = None,
        *,
        say: Callable[[str], None] = keep_quiet,
        namespaces: bool = True,
    ) -> None:
        self.folder = Folder(Path(home).expanduser().absolute())
        self._settings = dict(settings or {})
        self._say = say
        self._namespaces = namespaces
        self._lock = Lock(self.folder.root / "lock")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def code(self) -> int | None:
        """How it ended: its exit code, or the signal's number below zero."""
        return self._process.poll() if self._process else None

    def dsn(self, role: str = "app", database: str = "hustings") -> str:
        """A URL for `app` (reads and writes rows), `owner` (migrates) or `super` (backup and repair)."""
        return self.folder.dsn(role, database)

    def start(self) -> None:
        """Start it, making the database at first use; also after it died. Raises HomeInUse, WrongMajor or
        PostgresError."""
        if self.pid is not None:
            return
        self._lock.release()
        self.folder.make()
        self._lock.take(f"process {os.getpid()} ({_our_command()})")
        try:
            self._check_major()
            identity = identity_for(self.folder, namespaces=self._namespaces)
            clear_leftovers(self.folder, self._say)
            if not self.folder.data.exists():
                self._make(identity)
            self._write_settings(identity)
            self._launch(identity)
            self._wait()
            ensure_roles(self.folder)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut down fast (open transactions are undone); without an answer at once; then by force. Then let go."""
        process = self._process
        if process is not None and process.poll() is None:
            for number, seconds in ((signal.SIGINT, 90.0), (signal.SIGQUIT, 15.0), (signal.SIGKILL, 15.0)):
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
                    break
        self._process = None
        self._lock.release()

    def ask_to_stop(self) -> None:
        """Nothing: it stops last, when nobody uses it any more."""

    def died(self) -> bool:
        """Whether it was started and has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def log_tail(self, lines: int = 15) -> str:
        """The last lines that the server wrote, from whichever of its log files it wrote last."""
        files = sorted(self.folder.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
        text = "\n".join(path.read_text(errors="replace").strip() for path in files[-2:])
        return "\n".join(text.splitlines()[-lines:])

    def _check_major(self) -> None:
        path = self.folder.data / "PG_VERSION"
        found = path.read_text().strip() if path.exists() else str(binaries.MAJOR)
        if found != str(binaries.MAJOR):
            raise WrongMajor(
                f"The data in {self.folder.data} was written by PostgreSQL {found}; this Hustings brings PostgreSQL "
                f"{binaries.MAJOR}. Nothing was changed. Make a backup with the release that wrote it (hustings "
                "backup) and restore it into a new folder with this one (hustings restore)."
            )

    def _make(self, identity: Identity) -> None:
        """initdb beside the place and moved there when it is whole, so that a broken one is never taken for data."""
        self._say("making the database")
        fresh = self.folder.root / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = self.folder.root / "super.password"
        self.folder.password("super")
        identity.own(self.folder.root)
        command = [
            *(binaries.program("initdb"), "-D", str(fresh), "-U", "hustings_super", f"--pwfile={password}"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--encoding=UTF8"),
            *("--auth=scram-sha-256", "--no-instructions"),
            "--no-sync" if self._settings.get("fsync") == "off" else "--sync-method=syncfs",
        ]
        done = subprocess.run(
            leashed_command(command, identity=identity.options, on_orphan="SIGKILL"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PostgresError(f"The database could not be made in {fresh}:\n{(done.stderr or done.stdout)[-2000:]}")
        fresh.rename(self.folder.data)

    def _write_settings(self, identity: Identity) -> None:
        settings = settings_for(self.folder, self._settings)
        for name, text in (("postgresql.conf", as_file(settings)), ("pg_hba.conf", HBA)):
            fresh = self.folder.data / f"{name}.new"
            fresh.write_text(text)
            fresh.chmod(0o600)
            fresh.replace(self.folder.data / name)
        identity.own(self.folder.data, self.folder.log, self.folder.sockets)

    def _launch(self, identity: Identity) -> None:
        self.folder.start_log.unlink(missing_ok=True)
        with open(self.folder.start_log, "wb") as output:
            self._process = start_leashed(
                [binaries.program("postgres"), "-D", str(self.folder.data)],
                on_orphan="SIGINT",  # a fast shutdown
                identity=identity.options,
                output=output,
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
            )

    def _wait(self) -> None:
        """Until it says it is ready. It may replay its log for minutes: we give up only when it has died."""
        assert self._process is not None
        told = time.monotonic()
        while not self._ready():
            if self._process.poll() is not None:
                raise PostgresError(
                    f"PostgreSQL ended while it was starting. Its data in {self.folder.data} was kept. It said:\n"
                    + self.log_tail()
                )
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                self._say("the database is recovering: " + self.log_tail(1))
            time.sleep(0.02)

    def _ready(self) -> bool:
        """The eighth line of the pid file is the server's own word on its state; pg_ctl reads it too."""
        try:
            lines = (self.folder.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready" and lines[0] == str(self.pid)


def _our_command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
