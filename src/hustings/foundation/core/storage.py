"""Object storage for what is too large for a row: attachments. Named by content, so that storing twice is once.

Bytes are stored before the row that names them is committed. So storing them again touches them, and who lets go of
bytes that no row names asks `remove_untouched`, which leaves alone what was stored a short while ago.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _in_folder(sha256: str) -> Path | None:
    """Where a storage that is a folder keeps these bytes."""
    return Path(default_storage.path(_path(sha256))) if isinstance(default_storage, FileSystemStorage) else None


def put(content: bytes, *, durably: bool = False) -> str:
    """Store the bytes; their sha256 in hex is the key. What is there already counts as stored at this moment. With
    `durably` they are on the disk when this returns: the machine may lose its power."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _in_folder(sha256)
    if path is None:
        _upload(_path(sha256), content)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
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


def _upload(name: str, content: bytes) -> None:
    """To a storage elsewhere, which knows no touching: the bytes are written again, in place of the same."""
    kept = default_storage.save(name, ContentFile(content))
    if kept != name:
        default_storage.delete(kept)
        raise ImproperlyConfigured("The object storage does not overwrite a file of the same name. Let it.")


def read(sha256: str) -> bytes:
    """The bytes under this key. Raises FileNotFoundError when they are not there."""
    with default_storage.open(_path(sha256)) as file:
        return bytes(file.read())


def read_part(sha256: str, offset: int, length: int) -> bytes:
    """So many bytes from there on, without reading the rest. Raises FileNotFoundError."""
    with default_storage.open(_path(sha256)) as file:
        file.seek(offset)
        return bytes(file.read(length))


def chunks(sha256: str) -> Iterator[bytes]:
    """The same, piece by piece, for a download."""
    with default_storage.open(_path(sha256)) as file:
        yield from file.chunks()


def remove(sha256: str) -> None:
    """Erase the bytes under this key, whoever may be about to name them; nothing happens when they are not there."""
    remove_untouched(sha256, since=datetime.max.replace(tzinfo=UTC))


def remove_untouched(sha256: str, *, since: datetime) -> datetime | None:
    """Erase the bytes under this key unless they were stored, for the first time or again, after `since`: then they
    stay, and when that was is given. None: they are gone, or never were."""
    path = _in_folder(sha256)
    try:
        if path is not None:
            return _unlinked(path, since)
        touched = default_storage.get_modified_time(_path(sha256))
    except FileNotFoundError:
        return None
    if touched > since:
        return touched
    default_storage.delete(_path(sha256))
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
