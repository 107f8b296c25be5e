"""Object storage for what is too large for a row: files in one folder. Named by content, so that storing twice is once.

Bytes are stored before the row that names them is committed. So storing them again touches them, and who lets go of
bytes that no row names asks `remove_untouched`, which leaves alone what was stored a short while ago. What is stored is
first noted under `new/`: bytes whose row was refused, or whose writer died, are found by that (`stored_lately`).
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.core.files.storage import default_storage

PIECE = 64 * 1024


def _path(sha256: str) -> Path:
    return Path(default_storage.path(f"{sha256[:2]}/{sha256[2:4]}/{sha256}"))


def _notes() -> Path:
    return Path(default_storage.path("new"))


def put(content: bytes, *, durably: bool = False) -> str:
    """Store the bytes; their sha256 in hex is the key. What is there already counts as stored at this moment. With
    `durably` they are on the disk when this returns: the machine may lose its power."""
    sha256 = hashlib.sha256(content).hexdigest()
    for path in (_notes() / sha256, _path(sha256)):
        path.parent.mkdir(parents=True, exist_ok=True)
    (_notes() / sha256).touch()
    path = _path(sha256)
    while not _written(path, content, durably=durably):
        pass
    if durably:
        for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
            _sync(folder)
    return sha256


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stored_lately(most: int) -> list[str]:
    """Keys that were stored since they were last `settled`, in no order. Whoever asks sees to it that what nothing
    comes to name goes, and only then settles them."""
    try:
        with os.scandir(_notes()) as found:
            return [one.name for one in islice(found, most)]
    except FileNotFoundError:
        return []


def settled(sha256s: Iterable[str]) -> None:
    """Somebody else remembers now that these were stored."""
    for one in sha256s:
        (_notes() / one).unlink(missing_ok=True)


def _written(path: Path, content: bytes, *, durably: bool) -> bool:
    """Whether the bytes lie there now; False when they were removed between our look and our lock."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # against `_unlinked`, and another who stores the same
        known = os.fstat(descriptor)
        if not known.st_nlink:
            return False
        if known.st_size != len(content):  # new, or cut short when its writer died
            with open(descriptor, "wb", closefd=False) as file:
                file.write(content)
        os.utime(descriptor)
        if durably:
            os.fsync(descriptor)
        return True
    finally:
        os.close(descriptor)


def read(sha256: str) -> bytes:
    """The bytes under this key. Raises FileNotFoundError when they are not there."""
    return _path(sha256).read_bytes()


def read_part(sha256: str, offset: int, length: int) -> bytes:
    """So many bytes from there on, without reading the rest. Raises FileNotFoundError."""
    with _path(sha256).open("rb") as file:
        file.seek(offset)
        return file.read(length)


def chunks(sha256: str) -> Iterator[bytes]:
    """The same, piece by piece, for a download."""
    with _path(sha256).open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def remove(sha256: str) -> None:
    """Erase the bytes under this key, whoever may be about to name them; nothing happens when they are not there."""
    remove_untouched(sha256, since=datetime.max.replace(tzinfo=UTC))


def remove_untouched(sha256: str, *, since: datetime) -> datetime | None:
    """Erase the bytes under this key unless they were stored, for the first time or again, after `since`: then they
    stay, and when that was is given. None: they are gone, or never were."""
    try:
        return _unlinked(_path(sha256), since)
    except FileNotFoundError:
        return None


def _unlinked(path: Path, since: datetime) -> datetime | None:
    while True:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            known = os.fstat(descriptor)
            if not known.st_nlink:
                continue  # another removed it while we waited; under its name there may lie a new one
            touched = datetime.fromtimestamp(known.st_mtime, UTC)
            if touched > since:
                return touched
            path.unlink()
            return None
        finally:
            os.close(descriptor)
