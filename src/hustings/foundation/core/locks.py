"""Locks that the database keeps for all processes, by number."""

from django.db import connection


def holds(*number: int) -> bool:
    """Whether the lock (one number, or two) was free: then it is ours to the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"select pg_try_advisory_xact_lock({', '.join(['%s'] * len(number))})", number)
        return bool(cursor.fetchone()[0])
