"""The tests' database, as a pytest plugin: one embedded server for the whole run, a database for each worker.

A plugin named with -p and not a conftest: pytest-django reads the settings before any conftest is loaded. The tests
connect as the owner; `set role hustings_app` shows what the application may not do. A DATABASE_URL of the caller's is
left aside, so that no run can touch a real campaign.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from hustings.foundation.core.postgres import EmbeddedPostgres

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
_running: list[EmbeddedPostgres] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the server in the process that was called; the workers find its address in their environment."""
    if MARK in os.environ or early_config.known_args_namespace.help or early_config.known_args_namespace.version:
        return
    folder = Path(tempfile.mkdtemp(prefix="hustings-tests-"))
    server = EmbeddedPostgres(folder, UNSAFE)
    server.start()
    _running.append(server)
    os.environ.update(
        {
            MARK: str(os.getpid()),
            "DATABASE_URL": server.dsn("owner"),
            "HUSTINGS_OWNER_DATABASE_URL": server.dsn("owner"),
            "HUSTINGS_HOME": str(folder / "home"),
        }
    )


def pytest_unconfigure() -> None:
    while _running:
        server = _running.pop()
        server.stop()
        shutil.rmtree(server.folder.home, ignore_errors=True)
