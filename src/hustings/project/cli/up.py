"""hustings up: the whole system on one machine, watched."""

import contextlib
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from hustings.foundation.core.postgres.reach import given_database
from hustings.foundation.core.supervisor import Program, Stopped, Supervisor, stop_on_signals
from hustings.foundation.core.supervisor.program import Part
from hustings.project.cli.context import make_home, own_command, run_self
from hustings.project.cli.current import is_current
from hustings.project.cli.output import CommandFailed, say

Port = Annotated[int, typer.Option(help="The port of the pages.", min=1, max=65535)]
Host = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for every network this machine is in.")]
LMTP = "127.0.0.1:8024"


def command(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Start everything and watch it: database, web, worker and mail. Ctrl-C stops all of it."""
    run(port, host, environment={}, prepare=_nothing_more, greeting=_greeting)


def _nothing_more(_environment: Mapping[str, str]) -> None:
    """A campaign of one's own starts empty."""


def _greeting(address: str, _environment: Mapping[str, str]) -> str:
    return f"Hustings is at {address}  (Ctrl-C stops it)"


def run(
    port: int,
    host: str,
    *,
    environment: Mapping[str, str],
    prepare: Callable[[Mapping[str, str]], None],
    greeting: Callable[[str, Mapping[str, str]], str],
    reload: bool = False,
) -> None:
    """Start all and watch until a signal. `prepare` is called when the database is ready and nothing serves yet,
    `greeting` with the address when pages are served: what it gives is said when mail is taken too. Both get the
    environment of the processes."""
    check_ports(host, port)
    folder = make_home()
    address = os.environ.get("HUSTINGS_BASE_URL") or f"http://localhost:{port}"
    with contextlib.suppress(Stopped), stop_on_signals(), _database(folder) as (database, parts):
        if not is_current(database["HUSTINGS_OWNER_DATABASE_URL"]):
            run_self("migrate", environment=database)
        shared = {**environment, "HUSTINGS_BASE_URL": address, "DATABASE_URL": database["DATABASE_URL"]}
        prepare(shared)
        web, *others = _programs(port, host, shared)
        everything = Supervisor([*parts, web], say=say)
        try:
            everything.start()
            wait_until_served(everything, port)
            everything.add(*others)  # not beside the pages, whose start they would slow down
            words = greeting(address, shared)
            _wait_until_mail_is_taken(everything)
            say(words)
            _watch(everything, reload=reload)
        finally:
            say("Stopping")
            everything.stop()


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[tuple[dict[str, str], list[Part]]]:
    """The addresses, and the embedded server as a part to watch when it is ours."""
    if given := given_database():
        yield given.environment(), []
        return
    from hustings.foundation.core.postgres import EmbeddedPostgres

    with EmbeddedPostgres(folder, say=say) as server:
        addresses = {"DATABASE_URL": server.dsn("app"), "HUSTINGS_OWNER_DATABASE_URL": server.dsn("owner")}
        yield addresses, [server]


def _programs(port: int, host: str, shared: Mapping[str, str]) -> list[Program]:
    # Without the owner's address: only migrations may alter tables.
    env = {key: value for key, value in os.environ.items() if key != "HUSTINGS_OWNER_DATABASE_URL"} | dict(shared)
    web = own_command("web", "--port", str(port), "--host", host)
    return [
        Program("web", web, env=env),
        Program("worker", own_command("worker"), env=env),
        Program("mail", own_command("mail"), env=env),
    ]


def check_ports(host: str, port: int) -> None:
    """Raise CommandFailed when a port we need is taken, before anything is started."""
    lmtp_host, _, lmtp_port = os.environ.get("HUSTINGS_LMTP", LMTP).rpartition(":")
    for name, address, number, how in (
        ("pages", host, port, "--port takes another"),
        ("mail by LMTP", lmtp_host, int(lmtp_port), "HUSTINGS_LMTP=127.0.0.1:PORT takes another"),
    ):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.strip("[]"), number))
            except OSError as error:
                raise CommandFailed(
                    f"Port {number} on {address}, for {name}, cannot be used: {error.strerror}. "
                    f"Nothing was started; {how}."
                ) from None


def wait_until_served(everything: Supervisor, port: int, seconds: float = 60.0) -> None:
    """Until a page is answered, whatever the answer; the parts are watched meanwhile."""
    end = time.monotonic() + seconds

    def served() -> bool:
        if time.monotonic() > end:
            raise CommandFailed(f"No page was served within {seconds:.0f} s; the lines above say why.")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except (urllib.error.URLError, OSError):
            return False
        return True

    everything.watch(until=served)


def _wait_until_mail_is_taken(everything: Supervisor, seconds: float = 30.0) -> None:
    """Until the listener takes connections; one that is long about it holds nobody up, and is started again when it
    falls."""
    end = time.monotonic() + seconds
    host, _, port = os.environ.get("HUSTINGS_LMTP", LMTP).rpartition(":")

    def taken() -> bool:
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
        except OSError:
            return time.monotonic() > end
        return True

    everything.watch(until=taken)


def _watch(everything: Supervisor, *, reload: bool) -> None:
    if not reload:
        everything.watch()
        return
    from hustings.project.cli.reload import Changes

    changes = Changes()
    while True:
        everything.watch(until=changes.happened)
        say("A file changed; starting again")
        everything.restart(but=("the database",))
