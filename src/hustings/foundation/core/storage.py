"""Object storage for what is too large for a row: attachments. Named by content, so that storing twice is once."""

import hashlib
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def put(content: bytes) -> str:
    """Store the bytes; their sha256 in hex is the key. Storing what is already there does nothing."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    return sha256


def read(sha256: str) -> bytes:
    """The bytes under this key. Raises FileNotFoundError when they are not there."""
    with default_storage.open(_path(sha256)) as file:
        return bytes(file.read())


def chunks(sha256: str) -> Iterator[bytes]:
    """The same, piece by piece, for a download."""
    with default_storage.open(_path(sha256)) as file:
        yield from file.chunks()


def remove(sha256: str) -> None:
    """Erase the bytes under this key; nothing happens when they are not there."""
    default_storage.delete(_path(sha256))
