"""Stored bytes: once, whole, and there as long as somebody may be about to name them."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
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
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [path_of(key)]


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


def test_a_storage_elsewhere_is_written_again_and_one_that_keeps_a_second_file_is_refused(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }  # fmt: skip
    key = storage.put(b"first")
    before = datetime.now(UTC) - ALLOWED
    assert storage.remove_untouched(key, since=before) is not None
    assert storage.read(key) == b"first"
    with pytest.raises(ImproperlyConfigured):
        storage.put(b"first")
    assert storage.remove_untouched(key, since=datetime.now(UTC) + ALLOWED) is None
    assert storage.remove_untouched(key, since=before) is None
