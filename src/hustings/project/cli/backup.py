"""hustings backup: everything, while it runs.

TARGET is a folder: `database.dump` (PostgreSQL's custom format), `objects/`, `keys/` and `manifest.json` with the
sha256 of each file and the ledger of the very moment of the dump.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hustings import __version__
from hustings.project.cli.context import campaign, home
from hustings.project.cli.output import AsJson, CommandFailed, print_answer, progress_bar

FORMAT = 1
PIECE = 1024 * 1024


def command(
    target: Annotated[Path, typer.Argument(help="The folder to make; it must not be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Back up the database, the objects and the keys while everything runs."""
    if target.exists():
        raise CommandFailed(f"{target} is there already. Nothing was written; name a new folder.")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    try:
        manifest = take(partial, quiet=as_json)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    partial.rename(target)
    size = sum(entry["bytes"] for entry in manifest["files"].values())
    print_answer(
        {"target": str(target), "files": len(manifest["files"]), "bytes": size, "ledger": manifest["ledger"]},
        as_json=as_json,
    )


def take(folder: Path, *, quiet: bool) -> dict[str, Any]:
    """Write the backup into an empty folder and return its manifest."""
    with campaign() as reach:
        with _one_moment() as snapshot:
            _dump(reach.owner, snapshot, folder / "database.dump")
            from hustings.service.correspondence.queries.ledger import ledger

            balance = ledger()
        # After the dump: an object is stored before the row that names it, so every object the dump names is there.
        files = dict(_copied(_sources(), folder, quiet=quiet))
        if key := os.environ.get("HUSTINGS_SECRET_KEY"):  # it wins over the file
            _write(folder / "keys" / "secret.key", key.encode() + b"\n")
            files["keys/secret.key"] = _described(folder / "keys" / "secret.key")
        files["database.dump"] = _described(folder / "database.dump")
    manifest = {
        "format": FORMAT,
        "hustings": __version__,
        "made_at": datetime.now(UTC).isoformat(),
        "ledger": balance,
        "files": files,
    }
    _write(folder / "manifest.json", json.dumps(manifest, indent=1, default=str).encode())
    return manifest


@contextmanager
def _one_moment() -> Iterator[str]:
    """A transaction that sees one moment, and the name under which pg_dump can see the same."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump(url: str, snapshot: str, path: Path) -> None:
    from hustings.foundation.core.postgres.binaries import program

    line = [program("pg_dump"), "--format=custom", "--compress=3", f"--snapshot={snapshot}", f"--file={path}", url]
    done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CommandFailed(f"The database could not be dumped; nothing else was changed.\n{done.stderr[-2000:]}")
    path.chmod(0o600)


def _sources() -> Iterator[tuple[Path, str]]:
    """Files to copy, and where to."""
    base = home()
    yield from ((path, f"keys/{path.name}") for path in sorted(base.glob("*.key")))
    objects = base / "objects"
    for path in sorted(objects.rglob("*")):
        if path.is_file():
            yield path, f"objects/{path.relative_to(objects)}"


def _copied(sources: Iterator[tuple[Path, str]], folder: Path, *, quiet: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    listed = list(sources)
    with progress_bar("Copying", quiet=quiet) as progress:
        for done, (path, name) in enumerate(listed, start=1):
            out = folder / name
            out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, out)
            except FileNotFoundError:
                continue  # erased since the dump: it is to be gone
            out.chmod(0o600)
            yield name, _described(out)
            progress(done, len(listed))


def _described(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
