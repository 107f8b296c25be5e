"""Wrong passwords and codes: after a few, each further one makes the wait twice as long.

Counted under three names, so that an attacker can lock out nobody but themselves:

- a **known device** (one this person has signed in on before: it holds a signed cookie) counts alone for itself;
- from anywhere else the **account** counts, `FREE` wrong tries before waiting, half a minute doubling to an hour;
- and the **network** counts over all accounts, with `FREE_OF_NETWORK`, since an office shares one.

A guesser therefore gets a handful of tries an hour, while the person's own laptop still lets them in. A right one
clears what was counted for the account or device, never for the network.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from ..models import FailedTries, User
from .audit import record_audit

FREE, FREE_OF_NETWORK = 5, 50
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)

# One statement, so that a hundred tries at once are a hundred tries. No row: it waits.
COUNT = """
insert into access_failedtries as tries (key, count, last_at, until) values (%(key)s, 1, %(now)s, %(now)s)
on conflict (key) do update set
    count = case when tries.last_at < %(forgotten)s then 1 else tries.count + 1 end,
    last_at = %(now)s,
    until = case
        when tries.last_at < %(forgotten)s or tries.count + 1 < %(free)s then %(now)s
        else %(now)s + least(%(first)s * power(2, least(tries.count + 1 - %(free)s, 20)), %(longest)s)
    end
where tries.until <= %(now)s
returning count
"""


def names_of(*, account: str, network: str, device: str | None) -> dict[str, int]:
    """What to count a try under, with how many are free."""
    if device:
        return {f"device:{device}:{account}": FREE}
    return {f"account:{account}": FREE, f"network:{network}": FREE_OF_NETWORK}


def begin_try(*, names: dict[str, int], user: User | None, network: str, now: datetime) -> timedelta | None:
    """Count one try before it is looked at, as if it were wrong. None: go on. Otherwise how long to wait; nothing was
    looked at then and nothing counted further."""
    for name, free in names.items():
        count = _count(name, free, now)
        if count is None:
            until = FailedTries.objects.filter(key=name[:200]).values_list("until", flat=True).first()
            return max(until - now, timedelta(seconds=1)) if until else timedelta(seconds=1)
        if count == free:
            detail = {"by": name.partition(":")[0], "network": network}
            uid = user.uid if user else None
            record_audit(
                actor=None, action="sign-in.locked", record_type="user", record_uid=uid, detail=detail, now=now
            )
    return None


def _count(name: str, free: int, now: datetime) -> int | None:
    given: dict[str, Any] = {
        "key": name[:200],
        "now": now,
        "free": free,
        "forgotten": now - FORGOTTEN_AFTER,
        "first": FIRST_WAIT,
        "longest": LONGEST_WAIT,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT, given)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def clear_tries(*, names: Iterable[str]) -> None:
    """It was right: what was counted for the account or the device is forgotten, and one is taken off the network."""
    for name in names:
        if name.startswith("network:"):
            FailedTries.objects.filter(key=name[:200], count__gt=0).update(count=F("count") - 1)
        else:
            FailedTries.objects.filter(key=name[:200]).delete()


def forget_tries(*, now: datetime) -> int:
    """Delete what no longer counts; how many rows went."""
    return FailedTries.objects.filter(last_at__lt=now - FORGOTTEN_AFTER, until__lt=now).delete()[0]
