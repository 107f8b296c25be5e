"""For tests in which two connections meet: who holds what the other wants asks whether it is waiting yet."""

import time
from collections.abc import Callable

from django.db import connection

LONGEST = 30.0  # seconds on a crowded machine
_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def until_somebody_waits(or_else: Callable[[], bool] = lambda: False) -> None:
    """Come back when another connection to this database waits for a lock, or when `or_else` is true. Raises
    AssertionError when neither happens."""
    end = time.monotonic() + LONGEST
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            # Within a transaction the server would go on showing who was there at its first look.
            cursor.execute("select pg_sleep(0.02), pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] or or_else():
                return
    raise AssertionError("nobody came to wait")
