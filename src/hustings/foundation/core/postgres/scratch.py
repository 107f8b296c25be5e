"""A database of a bench's own, made for it and dropped by it; never the campaign's."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hustings.foundation.core.postgres.quiet import keep_quiet
from hustings.foundation.core.postgres.reach import Reach, given_database
from hustings.foundation.core.postgres.server import EmbeddedPostgres


@contextmanager
def bench_database(
    home: Path, *, settings: Mapping[str, str] | None = None, say: Callable[[str], None] = keep_quiet
) -> Iterator[Reach]:
    """An empty database, gone at the end however the bench ends.

    With DATABASE_URL it is a new database beside that one, in the same server, made by the owner's role. Without, it
    is a server of its own in a folder under `home`, on the disk the campaign would use, with the campaign's settings
    (and `settings` on top). The caller migrates it with `reach.owner` and works with `reach.app`.
    """
    if given := given_database():
        with _database_beside(given) as reach:
            yield reach
        return
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=home))
    try:
        with EmbeddedPostgres(folder, settings, say=say) as server:
            yield Reach(server.dsn("app"), server.dsn("owner"), server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database_beside(given: Reach) -> Iterator[Reach]:
    import psycopg  # at start-up most commands open no connection
    from psycopg import sql

    name = f"hustings_bench_{os.getpid()}"
    with psycopg.connect(given.owner, autocommit=True) as connection:
        drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield Reach(_renamed(given.app, name), _renamed(given.owner, name))
        finally:
            connection.execute(drop)


def _renamed(url: str, database: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{database}" + (f"?{parts.query}" if parts.query else "")
