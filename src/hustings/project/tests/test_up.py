"""The whole system on one machine: started, hurt, stopped."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from hustings.foundation.core.postgres import Folder
from hustings.foundation.core.tests.database import migrated_home
from hustings.project.bench.loopback import free_port
from hustings.project.cli.current import is_current
from hustings.project.tests.running import Up, hustings, processes_of, soon

pytestmark = [pytest.mark.slow, pytest.mark.fault, pytest.mark.xdist_group("up")]


@pytest.fixture
def first_up() -> Iterator[Up]:
    """In a new home."""
    yield from _running(lambda home: home)


@pytest.fixture
def up() -> Iterator[Up]:
    """In a home whose tables are made."""
    yield from _running(migrated_home)


def _running(make_home: Callable[[Path], Path]) -> Iterator[Up]:
    folder = Path(tempfile.mkdtemp(prefix="hustings-up-"))
    running = Up(make_home(folder / "home"))
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)
    assert soon(lambda: processes_of(running.home) == {}), processes_of(running.home)
    shutil.rmtree(folder)


def test_each_killed_process_comes_back_and_sigterm_leaves_nothing(first_up: Up) -> None:
    up = first_up
    up.wait_until_ready()
    for word, name in (
        ("cli worker", "worker"),
        ("cli mail", "mail"),
        ("granian", "web"),
        ("bin/postgres -D", "the database"),
    ):
        killed = up.pid_of(word)
        os.kill(killed, signal.SIGKILL)
        assert soon(lambda name=name: f"{name} ended by SIGKILL; starting it again in 0.5 s" in up.log()), up.log()
        assert soon(lambda word=word: any(word in line for line in up.processes().values())), up.log()
    assert soon(up.answers)
    assert up.stop() == 0
    assert soon(lambda: up.processes() == {}), up.processes()


def test_killed_supervisor_leaves_nothing_running(up: Up) -> None:
    up.wait_until_ready()
    up.stop(signal.SIGKILL)
    assert soon(lambda: up.processes() == {}), up.processes()


def test_a_second_one_on_the_same_home_is_refused(up: Up) -> None:
    up.wait_until_ready()
    done = hustings(up.home, "up", "--port", str(free_port()), HUSTINGS_LMTP=f"127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert f"is run by process {up.process.pid}" in done.stderr
    assert up.answers()


def test_a_command_beside_it_uses_its_database(up: Up) -> None:
    up.wait_until_ready()
    done = hustings(up.home, "migrate", "--json")
    assert (done.returncode, done.stdout) == (0, '{"applied": 0}\n')
    assert up.answers()


def test_a_database_bears_the_mark_of_its_release(up: Up) -> None:
    up.wait_until_ready()
    owner = Folder(up.home).dsn("owner")
    assert is_current(owner)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("delete from django_migrations where id = (select max(id) from django_migrations)")
        assert not is_current(owner)
        connection.execute("comment on table django_migrations is 'hustings of another release'")
        assert not is_current(owner)
        connection.execute("comment on table django_migrations is null")
        assert not is_current(owner)
        connection.execute("create database of_nothing")
    assert not is_current(Folder(up.home).dsn("owner", "of_nothing"))


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hustings(tmp_path / "home", "up", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} on 127.0.0.1, for pages, cannot be used: Address already in use. Nothing was started; "
        "--port takes another.\n"
    )
    assert not (tmp_path / "home").exists()
