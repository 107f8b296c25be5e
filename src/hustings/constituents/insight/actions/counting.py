"""Counting: what happens is added up in the process and written in batches.

An answer that a million people read costs a number in memory and, every two seconds, one row. A clean stop writes what
is left; a killed process loses at most what came since its last batch. Batches write their rows in one order, so that
processes wait for each other and never lock each other out.
"""

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from multiprocessing import util
from typing import Any, NamedTuple

from django.db import DatabaseError, close_old_connections, connection, transaction

from ..models import Hour, Pair, Phrase, Tally

log = logging.getLogger(__name__)
EVERY = 2.0  # seconds
MOST_KEYS = 200_000  # of what waits while the database is away: beyond it, new kinds of things are not begun


class TallyKey(NamedTuple):
    day: date
    kind: str
    subject: str = ""
    topic: str = ""
    language: str = ""
    state_code: str = ""
    county_fips: str = ""
    market: str = ""
    zip: str = ""


class HourKey(NamedTuple):
    hour: datetime
    kind: str
    subject: str


class PhraseKey(NamedTuple):
    day: date
    words: str
    language: str
    state_code: str
    column: str  # count, empty or opened


class PairKey(NamedTuple):
    day: date
    first: str
    second: str


Key = TallyKey | HourKey | PhraseKey | PairKey


class Buffer:
    """What waits to be written. Safe to add to from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: Counter[Key] = Counter()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def add(self, *keys: Key, by: int = 1) -> None:
        with self._lock:
            for key in keys:
                if key in self._waiting or len(self._waiting) < MOST_KEYS:
                    self._waiting[key] += by

    def start(self) -> None:
        """Write every two seconds from now on, and at the end of the process."""
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._turn, name="counting", daemon=True)
            self._thread.start()
        # A server's worker process ends without running what waits for the interpreter's end.
        util.Finalize(None, self.stop, exitpriority=100)
        atexit.register(self.stop)

    def stop(self) -> None:
        self._stopped.set()
        self._write_quietly()

    def _turn(self) -> None:
        while not self._stopped.wait(EVERY):
            self._write_quietly()

    def _write_quietly(self) -> None:
        try:
            close_old_connections()
            self.write()
        except Exception:
            log.exception("counts could not be written; they are kept and tried again")
            connection.close()

    def write(self) -> int:
        """Write what waits; how many rows. What fails waits again."""
        with self._writing:
            with self._lock:
                taken, self._waiting = self._waiting, Counter()
            if not taken:
                return 0
            try:
                with transaction.atomic():
                    write_counts(taken)
            except DatabaseError:
                with self._lock:
                    self._waiting.update(taken)
                raise
            return len(taken)

    def forget(self) -> None:
        """Drop what waits: tests begin with nothing."""
        with self._lock:
            self._waiting.clear()


buffer = Buffer()


def write_counts(counts: dict[Key, int]) -> None:
    """Add them to the tables, in the caller's transaction."""
    tallies = {key: count for key, count in counts.items() if isinstance(key, TallyKey)}
    hours = {key: count for key, count in counts.items() if isinstance(key, HourKey)}
    pairs = {key: count for key, count in counts.items() if isinstance(key, PairKey)}
    phrases: dict[tuple[Any, ...], Counter[str]] = {}
    for key, count in counts.items():
        if isinstance(key, PhraseKey):
            phrases.setdefault(key[:4], Counter())[key.column] += count
    _add(Tally, TallyKey._fields, {tuple(key): (count,) for key, count in tallies.items()}, ("count",))
    _add(Hour, HourKey._fields, {tuple(key): (count,) for key, count in hours.items()}, ("count",))
    _add(Pair, PairKey._fields, {tuple(key): (count,) for key, count in pairs.items()}, ("count",))
    columns = ("count", "empty", "opened")
    rows = {key: tuple(counter[column] for column in columns) for key, counter in phrases.items()}
    _add(Phrase, PhraseKey._fields[:4], rows, columns)


def _add(model: Any, keys: Iterable[str], rows: dict[tuple[Any, ...], tuple[int, ...]], columns: Iterable[str]) -> None:
    if not rows:
        return
    table = model._meta.db_table
    names = [*keys, *columns]
    ordered = [(*key, *rows[key]) for key in sorted(rows)]
    given = [[row[index] for row in ordered] for index in range(len(names))]
    types = [model._meta.get_field(name).db_type(connection).split("(")[0] for name in names]
    values = ", ".join(f"%s::{kind}[]" for kind in types)
    quoted = ", ".join(f'"{name}"' for name in names)
    on = ", ".join(f'"{name}"' for name in keys)
    sums = ", ".join(f'"{name}" = {table}."{name}" + excluded."{name}"' for name in columns)
    # Names are this module's own and of the models; values are parameters.
    line = f"insert into {table} ({quoted}) select * from unnest({values}) on conflict ({on}) do update set {sums}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(line, given)
