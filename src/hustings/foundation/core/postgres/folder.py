"""The database's own folder: its paths, who holds it, its passwords."""

import fcntl
import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hustings.foundation.core.postgres.errors import HomeInUse, PostgresError

PORT = 5432  # a number in the socket's name only; nothing listens on TCP
LONGEST_SOCKET_PATH = 107
ROLES = {"super": "hustings_super", "owner": "hustings_owner", "app": "hustings_app"}
DATABASE = "hustings"


@dataclass(frozen=True)
class Folder:
    """Everything the database writes is in `home/postgres`, closed to others; only a socket whose path would be too
    long lives elsewhere, in a closed folder too."""

    home: Path

    @property
    def root(self) -> Path:
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def start_log(self) -> Path:
        return self.log / "start.log"

    @property
    def sockets(self) -> Path:
        """The folder of the socket: ours when its path fits, else one in the machine's run folder named by ours."""
        own = self.root / "run"
        if len(os.fsencode(own / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return own
        name = hashlib.sha256(os.fsencode(self.home.resolve())).hexdigest()[:16]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        return Path(base) / f"hustings-{name}"

    def make(self) -> None:
        """Make the folders that are missing. Folders above `home` get the machine's usual rights and are not touched
        when they are there."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        for path in (self.home, self.root, self.log):
            _make_closed(path)
        _make_closed(self.sockets)
        if not self.sockets.is_relative_to(self.home):
            self._check_ours(self.sockets)

    def _check_ours(self, path: Path) -> None:
        """A folder in /tmp may have been made by anyone who guessed its name, or be a link."""
        found = path.lstat()
        ours = {os.geteuid(), self.data.stat().st_uid if self.data.exists() else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or found.st_mode & 0o077:
            raise PostgresError(f"{path} belongs to someone else. Remove it, or set HUSTINGS_HOME to a shorter path.")

    def dsn(self, role: str = "app", database: str = DATABASE) -> str:
        """A URL for one of our roles: `app`, `owner` or `super`."""
        host = quote(str(self.sockets), safe="/")
        return f"postgresql://{ROLES[role]}:{self.password(role)}@/{database}?host={host}&port={PORT}"

    def password(self, role: str) -> str:
        """The role's password, made at first use and kept in a file only its owner can read."""
        path = self.root / f"{role}.password"
        if not path.exists():
            _write_secret(path, secrets.token_urlsafe(32))
        return path.read_text().strip()


def write_secret_once(path: Path) -> None:
    """Put a new random secret into `path` (mode 0600) where there is none."""
    if not path.exists():
        _write_secret(path, secrets.token_urlsafe(48))


def _write_secret(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _make_closed(path: Path) -> None:
    """Make a folder that only we can enter; one that is there is left as it is."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PostgresError(
            f"Could not make the folder {path}: {error.strerror}. Set HUSTINGS_HOME to one you may write."
        ) from error


class Lock:
    """Holds a folder for one supervisor. The kernel lets go when the holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self, words: str) -> None:
        """Take it, or raise HomeInUse with what the holder wrote."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(descriptor, 500).decode(errors="replace").strip() or "another process"
            os.close(descriptor)
            raise HomeInUse(
                f"The database in {self._path.parent} is run by {holder}. Stop that one first, or set HUSTINGS_HOME "
                "to another folder."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, words.encode())
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def held_elsewhere(self) -> bool:
        """Whether another holder has it at this moment."""
        if not self._path.exists():
            return False
        descriptor = os.open(self._path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False
