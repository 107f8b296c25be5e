"""Storage, clock and disk."""

import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hustings.project.cli.checks.finding import Finding, failed, ok, warning

GB = 1024**3
MOST_SECONDS_APART = 2.0


def check_machine(folder: Path) -> Iterator[Finding]:
    """Storage, clock and disk."""
    yield _storage()
    yield _keys(folder)
    yield _clock()
    yield _disk(folder)


def _storage() -> Finding:
    """Put an object, read it, remove it."""
    from hustings.foundation.core import storage

    content = secrets.token_bytes(64)
    try:
        key = storage.put(content)
        whole = storage.read(key) == content
        storage.remove(key)
    except Exception as error:
        return failed("storage", f"an object could not be stored: {error}", "Check rights and space of the store.")
    if whole:
        return ok("storage", "an object was stored, read and removed")
    return failed("storage", "an object came back changed", "Do not go on: check the disk or the object store.")


def _keys(folder: Path) -> Finding:
    if os.environ.get("HUSTINGS_SECRET_KEY"):
        return ok("keys", "HUSTINGS_SECRET_KEY is set")
    path = folder / "secret.key"
    if not path.exists():
        return failed("keys", f"{path} is missing", "Start `hustings up` once, or restore it from a backup.")
    if path.stat().st_mode & 0o077:
        return failed("keys", f"others may read {path}", f"chmod 600 {path}")
    return ok("keys", f"{path}, closed to others")


def _clock() -> Finding:
    from django.db import connection

    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("select clock_timestamp()")
        (theirs,) = cursor.fetchone()
        after = datetime.now(UTC)
    apart = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if apart <= MOST_SECONDS_APART:
        return ok("clock", f"{after:%Y-%m-%d %H:%M:%S} UTC, as the database's")
    return failed("clock", f"{apart:.0f} s apart from the database's", "Keep time on both machines (chrony or ntpd).")


def _disk(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    words = f"{usage.free / GB:.1f} GB free of {usage.total / GB:.1f} GB under {folder}"
    mend = f"Make room on that disk or move HUSTINGS_HOME ({folder}) to a larger one."
    if usage.free < 1 * GB:
        return failed("disk", words, mend)
    if usage.free < 5 * GB or usage.free < usage.total * 0.05:
        return warning("disk", words, mend)
    return ok("disk", words)
