"""Work that goes on all the time in the worker and mail processes: rooms register it, the commands run it.

A step does a little and says whether there may be more at once. Between steps it rests `every` seconds, or until
something is published on its wake topic. A step that fails is logged and tried again, slower each time up to a
minute: the loop itself never ends before it is told to.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import psycopg
from django.db import close_old_connections, connection

from . import live

log = logging.getLogger(__name__)
Process = Literal["worker", "mail"]
SLOWEST = 60.0


@dataclass(frozen=True)
class Loop:
    name: str
    process: Process
    step: Callable[[], bool]
    every: float
    wake: str | None = None


@dataclass
class Service:
    """Something that listens by itself (a socket): `start` returns the function that stops it."""

    name: str
    process: Process
    start: Callable[[], Callable[[], None]] = field(repr=False)


_loops: list[Loop] = []
_services: list[Service] = []


def register_loop(loop: Loop) -> None:
    """Called in AppConfig.ready."""
    _loops.append(loop)


def register_service(service: Service) -> None:
    """Called in AppConfig.ready."""
    _services.append(service)


def run(process: Process, stop: threading.Event) -> None:
    """Run every loop and service of the process until `stop` is set; returns when all have ended."""
    closers = [service.start() for service in _services if service.process == process]
    loops = [(loop, threading.Event()) for loop in _loops if loop.process == process]
    threads = [
        threading.Thread(target=_turn, args=(loop, wake, stop), name=loop.name, daemon=True) for loop, wake in loops
    ]
    threads.append(threading.Thread(target=_listen, args=(loops, stop), name="wake", daemon=True))
    for thread in threads:
        thread.start()
    stop.wait()
    for close in closers:
        close()
    for _, wake in loops:
        wake.set()
    for thread in threads:
        thread.join(timeout=20)


def _turn(loop: Loop, wake: threading.Event, stop: threading.Event) -> None:
    rest = loop.every
    while not stop.is_set():
        wake.clear()
        if stop.is_set():  # told between our look and the clearing, which would have lost the call to wake
            break
        try:
            close_old_connections()
            more = loop.step()
            rest = loop.every
            if more:
                continue
        except Exception:
            log.exception("the loop %s failed; it goes on in %.0f s", loop.name, rest)
            rest = min(max(rest, 0.5) * 2, SLOWEST)
            connection.close()
        wake.wait(rest)
    connection.close()


def _listen(loops: list[tuple[Loop, threading.Event]], stop: threading.Event) -> None:
    """Wake the loops whose topic is published; all of them after a break, since news may have been missed."""
    while not stop.is_set():
        try:
            params = connection.get_connection_params()
            params.pop("cursor_factory", None)
            params.pop("context", None)
            with psycopg.connect(**params, autocommit=True) as listener:
                listener.execute(f'LISTEN "{live.CHANNEL}"')
                for _, wake in loops:
                    wake.set()
                while not stop.is_set():
                    for notice in listener.notifies(timeout=1.0):
                        topics = set(json.loads(notice.payload)["topics"])
                        for loop, wake in loops:
                            if loop.wake in topics:
                                wake.set()
        except psycopg.Error:
            stop.wait(1.0)
