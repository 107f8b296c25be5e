"""Stored bytes: once, whole, and there as long as somebody may be about to name them."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from hustings.foundation.core import storage

OLD = datetime(2026, 1, 1, tzinfo=UTC)
ALLOWED = timedelta(seconds=5)  # between the clock of a file system and ours


@pytest.fixture(autouse=True)
def elsewhere(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def path_of(key: str) -> Path:
    return Path(default_storage.path(f"{key[:2]}/{key[2:4]}/{key}"))


def age(key: str) -> None:
    os.utime(path_of(key), (OLD.timestamp(), OLD.timestamp()))


def test_what_is_stored_again_counts_as_stored_now() -> None:
    key = storage.put(b"a lien")
    age(key)
    before = datetime.now(UTC) - ALLOWED
    assert storage.put(b"a lien") == key
    kept = storage.remove_untouched(key, since=before)
    assert kept is not None
    assert before < kept
    assert storage.read(key) == b"a lien"
    age(key)
    assert storage.remove_untouched(key, since=OLD) is None
    with pytest.raises(FileNotFoundError):
        storage.read(key)
    assert storage.remove_untouched(key, since=OLD) is None
    storage.remove(key)


def test_bytes_whose_writer_died_are_made_whole_by_the_next(tmp_path: Path) -> None:
    content = b"0123456789" * 1000
    key = storage.put(content)
    for length in (0, 1, len(content) - 1):
        os.truncate(path_of(key), length)
        assert storage.put(content) == key
        assert storage.read(key) == content
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {path_of(key), tmp_path / "new" / key}


def test_bytes_stored_while_they_are_removed_are_there_afterwards() -> None:
    """Whichever of the two comes first."""
    removed = 0
    with ThreadPoolExecutor(3) as others:
        for _ in range(200):
            key = storage.put(b"the same words")
            age(key)
            both = [
                others.submit(storage.remove_untouched, key, since=OLD),
                others.submit(storage.put, b"the same words"),
                others.submit(storage.remove_untouched, key, since=OLD),
            ]
            told = [each.result() for each in both]
            removed += told[0] is None or told[2] is None
            assert storage.read(key) == b"the same words"
    assert removed > 0


def test_what_was_stored_is_noted_until_it_is_settled() -> None:
    assert storage.stored_lately(9) == []
    keys = [storage.put(content) for content in (b"one", b"two", b"one")]
    assert sorted(storage.stored_lately(9)) == sorted(set(keys))
    assert len(storage.stored_lately(1)) == 1
    storage.settled(keys[:1])
    storage.settled(keys[:1])
    assert storage.stored_lately(9) == [keys[1]]
    assert storage.read(keys[0]) == b"one"


def test_bytes_are_noted_before_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever dies in between leaves a note and no bytes, never bytes and no note."""

    def dies(path: Path, content: bytes, *, durably: bool) -> bool:
        raise MemoryError

    monkeypatch.setattr(storage, "_written", dies)
    with pytest.raises(MemoryError):
        storage.put(b"one")
    (key,) = storage.stored_lately(9)
    with pytest.raises(FileNotFoundError):
        storage.read(key)
