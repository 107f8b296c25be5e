"""Rate limits, counted in the database so that every process sees the same count."""

from datetime import datetime, timedelta

from django.db import connection

from .models import Attempt


def allow(key: str, *, most: int, per: timedelta, now: datetime) -> bool:
    """Count one attempt under `key`; False once more than `most` were made in this window of `per`.

    Windows are fixed (aligned to the epoch), so a burst over a window's edge may reach twice `most`, never more.
    """
    seconds = per.total_seconds()
    start = datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=now.tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(
            'insert into core_attempt (key, "window", count) values (%s, %s, 1)'
            ' on conflict (key, "window") do update set count = core_attempt.count + 1 returning count',
            [key[:200], start],
        )
        (count,) = cursor.fetchone()
    return bool(count <= most)


def forget(*, before: datetime) -> int:
    """Delete the counts of windows that began before `before`; how many went."""
    return Attempt.objects.filter(window__lt=before).delete()[0]
