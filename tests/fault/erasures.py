"""Erasing people in a worker that dies at a statement of its own: what the forks do, and what they tell afterwards."""

import itertools
import json
import os
import re
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from hustings.constituents.people.models import Identifier
from hustings.foundation.access import actions as access
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.channels.compression import expand
from hustings.foundation.core import jobs, storage
from hustings.foundation.core.clock import now
from hustings.foundation.retention import tasks
from hustings.foundation.retention.actions import objects, requests, tombstones
from hustings.foundation.retention.models import Erasure, ObjectRemoval, Tombstone
from hustings.foundation.retention.registry import is_named
from hustings.project.cli import processes
from hustings.service.correspondence.queries.ledger import ledger

DECIDERS = ("asks@c.example", "agrees@c.example")
LONGEST = 90.0  # seconds until a fork that met no statement ends itself
PACKED = {"channels_rawmail": "raw", "channels_outgoing": "content"}


def begin_erasures(emails: Sequence[str]) -> None:
    """Two people decide that these are erased: the jobs are written."""
    asks, agrees = (
        User.objects.filter(email=email).first()
        or access.make_user(actor=None, email=email, name=email[:4], role="administrator", now=now())
        for email in DECIDERS
    )
    for email in emails:
        person = Identifier.objects.get(value=email).person
        wish = requests.ask_erasure(actor=asks, person=person, who="person", due_on=None, now=now())
        requests.agree_to_erasure(actor=agrees, erasure=wish, now=now())


def erasing_worker(at: int, before: bool, counted: str = "") -> None:
    """`hustings worker`, which dies before or after it makes statement number `at` of erasures. With `counted` it dies
    when one erasure is through, and writes there how many statements that took."""
    jobs.take_up_fallen(now=now(), silent_for=0)
    numbers = itertools.count(1)
    erase = tasks.erase_person

    def counting(execute: Any, *given: Any) -> Any:
        number = next(numbers)
        if number == at and before:
            _die()
        outcome = execute(*given)
        if number == at:
            _die()
        return outcome

    def erasing(**given: Any) -> None:
        with connection.execute_wrapper(counting):
            erase(**given)
        if counted:
            Path(counted).write_text(str(next(numbers) - 1))
            _die()

    tasks.erase_person = erasing
    threading.Timer(LONGEST, os._exit, [3]).start()
    processes.worker()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _rows(question: str, *given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return cursor.fetchall()


def tell_erasures(path: str, words: str) -> None:
    """Tables in which a word of this form (a pattern) still stands, with the words; the balance; what is left of each
    erasure; files that are still stored. Then, as some hours later, the files are removed."""
    tables = _rows(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
    )
    found: dict[str, list[str]] = {}
    for (table,) in tables:
        question = f"select distinct m[1] from \"{table}\" t, regexp_matches(t::text, %s, 'gi') m"
        found[table] = [word for (word,) in _rows(question, f"({words})")]
    for table, column in PACKED.items():
        for (packed,) in _rows(f'select "{column}" from "{table}"'):
            text = expand(packed).decode("utf-8", "replace") if packed else ""
            found[table] += re.findall(words, text, re.IGNORECASE)
    known = ObjectRemoval.objects.order_by("sha256").values_list("sha256", flat=True)
    waiting = [sha256 for sha256 in known if not is_named(sha256)]
    objects.remove_due(now=now() + objects.UNNAMED_FOR)
    told = {
        "found": {table: those for table, those in found.items() if those},
        "ledger": ledger(),
        "erasures": sorted(Erasure.objects.values_list("state", flat=True)),
        "stones": list(Tombstone.objects.order_by("pk").values_list("counts", flat=True)),
        "listed": len(list(tombstones.read(tombstones.list_path()))),
        "audited": AuditEntry.objects.filter(action="person.erased").count(),
        "waiting": waiting,
        "stored": [sha256 for sha256 in waiting if _is_stored(sha256)],
    }
    Path(path).write_text(json.dumps(told))


def _is_stored(sha256: str) -> bool:
    try:
        return bool(storage.read(sha256))
    except FileNotFoundError:
        return False
