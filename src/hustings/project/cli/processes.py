"""The processes that `hustings up` runs; each by itself is what a container runs.

hustings web      pages and streams on one port (HUSTINGS_WEB_PROCESSES, HUSTINGS_WEB_THREADS)
hustings live     streams alone, for who wants them apart: the proxy sends /live/ there
hustings worker   background jobs and the loops that rooms register
hustings mail     LMTP in, IMAP in, the outbox
"""

import os
import signal
import sys
import threading
import time
from typing import Annotated

import typer

from hustings.project.cli.context import make_home, start_django

ORPHAN_SECONDS = 10.0
GIVES_WAY = 5  # what need not be done this second: somebody who waits for a page comes first
MOST_FILES = 65_536
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.")]


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve pages and live streams."""
    _serve("hustings.project.front:application", host, port, os.environ.get("HUSTINGS_WEB_PROCESSES", "2"))


def live(host: Host = "127.0.0.1", port: Port = 8001) -> None:
    """Serve live streams alone."""
    _serve("hustings.project.asgi:application", host, port, "1")


def worker() -> None:
    """Run background jobs and loops until told to stop."""
    _start()
    from hustings.foundation.core import loops

    stop = _stop_event()
    turning = threading.Thread(target=loops.run, args=("worker", stop), name="loops")
    turning.start()
    try:
        _work_jobs()  # sets its own signal handlers: at SIGTERM it ends the jobs it has begun, then returns
    finally:
        stop.set()
        turning.join()


def _work_jobs() -> None:
    """Procrastinate's worker as an app of its own beside Django's, which shares its tasks. Django's keeps its
    connector, so that what a job enqueues is still part of that job's own transaction."""
    from procrastinate import App
    from procrastinate.contrib.django import app

    beside = App(connector=app.connector.get_worker_connector())  # type: ignore[attr-defined]
    beside.tasks = app.tasks
    beside.periodic_registry = app.periodic_registry
    beside.run_worker(concurrency=2, delete_jobs="successful", shutdown_graceful_timeout=10)


def mail() -> None:
    """Take mail by LMTP and IMAP and send the outbox until told to stop."""
    _start()
    from hustings.foundation.core import loops

    loops.run("mail", _stop_event())


def _start() -> None:
    make_home()
    os.nice(GIVES_WAY)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), name="parent", daemon=True).start()
    start_django({})


def _end_with_parent(parent: int) -> None:
    """The kernel sent an orphan SIGTERM; nobody is left to end it by force should it hang, so it does that itself."""
    while os.getppid() == parent:
        time.sleep(1.0)
    time.sleep(ORPHAN_SECONDS)
    os._exit(1)


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _serve(target: str, host: str, port: int, processes: str) -> None:
    make_home()
    allow_connections()
    options = {
        "--interface": "asginl",  # the applications here have no lifespan
        "--host": host,
        "--port": str(port),
        "--workers": processes,
        "--loop": "asyncio",
        "--http": "1",
        "--log-level": "warning",
        "--workers-kill-timeout": "2",  # open streams never end by themselves
        "--respawn-interval": "1",
    }
    line = [part for pair in options.items() for part in pair]
    flags = ["--no-ws", "--respawn-failed-workers"]
    # Becomes it, so that the supervisor's signals reach the server itself.
    os.execv(sys.executable, [sys.executable, "-m", "granian", *line, *flags, target])  # noqa: S606 (see above)


def allow_connections() -> None:
    """As many open files as we may have: a browser holds several connections and a stream, and the usual 1,024 are
    gone with a few hundred people."""
    try:
        import resource
    except ImportError:  # no Unix
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


COMMANDS = {"web": web, "live": live, "worker": worker, "mail": mail}
