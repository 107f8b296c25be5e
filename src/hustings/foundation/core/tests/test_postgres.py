"""The embedded database: first start, roles, refusals, crashes."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hustings.foundation.core.postgres import EmbeddedPostgres, HomeInUse, PostgresError, WrongMajor
from hustings.foundation.core.postgres.leftovers import processes_in

pytestmark = pytest.mark.slow


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="hustings-pg-"))
    yield path / "home"
    for pid in processes_in(path / "home" / "postgres" / "data"):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)


def _wait_until_gone(data: Path, seconds: float = 30.0) -> list[int]:
    end = time.monotonic() + seconds
    while (left := processes_in(data)) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def _query(url: str, text: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(text)
        return cursor.fetchall() if cursor.description else []


def test_first_start_makes_both_roles_and_the_collation(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        assert _query(
            server.dsn("owner"), "select current_user, current_setting('server_version_num')::int / 10000"
        ) == [("hustings_owner", 18)]
        assert _query(
            server.dsn("app"),
            "select d.datlocprovider, d.datlocale, pg_encoding_to_char(d.encoding), r.rolsuper, r.rolcreatedb"
            " from pg_database d, pg_roles r where d.datname = current_database() and r.rolname = current_user",
        ) == [("b", "C.UTF-8", "UTF8", False, False)]
    assert processes_in(server.folder.data) == []


def test_the_application_writes_rows_but_no_tables(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        _query(server.dsn("owner"), "create table letters (id bigserial primary key, words text)")
        _query(server.dsn("app"), "insert into letters (words) values ('hello')")
        assert _query(server.dsn("app"), "select words from letters") == [("hello",)]
        for forbidden in ("drop table letters", "truncate letters", "create table mine (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                _query(server.dsn("app"), forbidden)
        assert _query(server.dsn("app"), "select count(*) from letters") == [(1,)]


def test_nobody_enters_without_the_password(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        url = server.dsn("super").replace(server.folder.password("super"), "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url)
        assert _query(server.dsn("app"), "show listen_addresses") == [("",)]


def test_everything_is_closed_to_others(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        for path in (home, server.folder.root, server.folder.data, server.folder.sockets):
            assert path.stat().st_mode & 0o077 == 0, path
        for path in server.folder.root.glob("*.password"):
            assert path.stat().st_mode & 0o777 == 0o600, path


def test_second_start_says_who_holds_it(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        with pytest.raises(HomeInUse, match=f"process {os.getpid()}"):
            EmbeddedPostgres(home).start()
        assert _query(server.dsn("app"), "select 1") == [(1,)]


def test_a_path_too_long_for_a_socket(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    with EmbeddedPostgres(deep) as server:
        assert _query(server.dsn("app"), "select 1") == [(1,)]
        assert not server.folder.sockets.is_relative_to(deep)
        assert server.folder.sockets.stat().st_mode & 0o077 == 0
    shutil.rmtree(server.folder.sockets)


def test_killed_server_recovers_what_was_committed(home: Path) -> None:
    server = EmbeddedPostgres(home)
    server.start()
    _query(server.dsn("owner"), "create table kept as select generate_series(1, 1000) as n")
    os.kill(server.pid or 0, signal.SIGKILL)
    assert _wait_until_gone(server.folder.data) == []
    end = time.monotonic() + 30
    while not server.died() and time.monotonic() < end:  # it is out of the list a moment before it can be waited for
        time.sleep(0.02)
    assert server.died()
    server.start()
    assert _query(server.dsn("owner"), "select count(*) from kept") == [(1000,)]
    server.stop()


HOLDER = """
import sys, time
from pathlib import Path
from hustings.foundation.core.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def _hold(home: Path) -> tuple["subprocess.Popen[str]", int]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(home)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def test_server_ends_when_its_supervisor_is_killed(home: Path) -> None:
    holder, _ = _hold(home)
    holder.kill()
    holder.wait()
    assert _wait_until_gone(home / "postgres" / "data") == []
    with EmbeddedPostgres(home) as server:
        assert _query(server.dsn("app"), "select 1") == [(1,)]


def test_everything_killed_at_once_recovers(home: Path) -> None:
    holder, _ = _hold(home)
    running = processes_in(home / "postgres" / "data")
    for pid in [holder.pid, *running]:  # the holder first: it must not see the others fall
        with contextlib.suppress(ProcessLookupError):  # a worker of the server's that ended by itself meanwhile
            os.kill(pid, signal.SIGKILL)
    holder.wait()
    with EmbeddedPostgres(home) as server:
        assert _query(server.dsn("app"), "select 1") == [(1,)]


def test_server_that_outlived_its_supervisor_is_stopped_first(home: Path) -> None:
    holder, postmaster = _hold(home)
    os.kill(postmaster, signal.SIGSTOP)  # it cannot hear the kernel's signal yet
    holder.kill()
    holder.wait()
    said: list[str] = []
    server = EmbeddedPostgres(home, say=said.append)
    os.kill(postmaster, signal.SIGCONT)
    with server:
        assert server.pid != postmaster
        assert _query(server.dsn("app"), "select 1") == [(1,)]


def test_pid_file_of_a_number_that_another_program_has_now(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        pid_file = server.folder.data / "postmaster.pid"
        text = pid_file.read_text()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        pid_file.write_text(text.replace(text.splitlines()[0], str(stranger.pid), 1))
        with EmbeddedPostgres(home) as server:
            assert _query(server.dsn("app"), "select 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_half_made_database_is_made_again(home: Path) -> None:
    half = home / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(home) as server:
        assert _query(server.dsn("app"), "select 1") == [(1,)]


def test_data_of_another_major_is_refused_untouched(home: Path) -> None:
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(WrongMajor, match="written by PostgreSQL 17"):
        EmbeddedPostgres(home).start()
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_server_that_dies_at_start_shows_its_log(home: Path) -> None:
    with pytest.raises(PostgresError, match='unrecognized configuration parameter "no_such_setting"'):
        EmbeddedPostgres(home, {"no_such_setting": "1"}).start()
    with EmbeddedPostgres(home) as server:  # the lock was let go
        assert _query(server.dsn("app"), "select 1") == [(1,)]
