"""Adding together what writers left loose, and counting anew from the letters themselves."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from hustings.foundation.core import bulk
from hustings.foundation.core.locks import holds

from ..models import LetterFlow, LetterHour, LetterWait, LetterWaiting
from .letters import HOUR, WAITING

AT_ONCE = 20_000
FLOW_DAYS = 16  # two weeks to compare with, and today
_LOCK = 0x48754C65
_SUMS = {
    LetterHour: ("count",),
    LetterFlow: ("came", "went"),
    LetterWait: ("count",),
    LetterWaiting: ("count",),
}


def fold() -> bool:
    """Add loose rows to the others; whether more may be left. One process at a time: a second finds nothing to do.
    Readers see either all of it before or all of it after."""
    with transaction.atomic():
        if not holds(_LOCK):
            return False
        taken = [_fold(model, sums) for model, sums in _SUMS.items()]
        LetterWaiting.objects.filter(loose=False, count=0).delete()
    return any(count >= AT_ONCE for count in taken)


def _fold(model: Any, sums: tuple[str, ...]) -> int:
    """A row that comes to nothing at once is not written."""
    table = model._meta.db_table
    names = [field.name for field in model._meta.local_fields if field.name not in ("id", "loose", *sums)]
    keys, totals = ", ".join(names), ", ".join(sums)
    added = ", ".join(f"sum({name}) as {name}" for name in sums)
    grown = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums)
    any_left = " or ".join(f"sum({name}) <> 0" for name in sums)
    # Names are of our own models; there is no value in it.
    line = f"""
    with gone as (
        delete from {table} where id in (select id from {table} where loose order by id limit {AT_ONCE}) returning *
    ), added as (
        insert into {table} ({keys}, {totals}, loose)
        select {keys}, {added}, false from gone group by {keys} having {any_left} order by {keys}
        on conflict ({keys}) where not loose do update set {grown}
    ) select count(*) from gone
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(line)
        return int(cursor.fetchone()[0])


def forget_old_flows(*, now: datetime) -> int:
    """Minutes are kept for two weeks; the hours for good. How many rows went."""
    old = now - timedelta(days=FLOW_DAYS)
    gone = LetterFlow.objects.filter(minute__lt=old).delete()[0]
    return gone + LetterWait.objects.filter(tenth__lt=old).delete()[0]


def begin_anew(hours: Iterable[tuple[Any, ...]], waiting: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    """Replace the hours and what waits by these rows, in the caller's transaction, which holds the letters still.
    `hours`: hour, topic, nature, channel, state, county, count; `waiting`: queue id, topic, nature, state, due, since
    (quarters of an hour), count. What came and went by the minute is of its own time and stays. Tells how many of each
    were not what was kept."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    return {
        "hours": _replace(LetterHour, HOUR, hours),
        "waiting": _replace(LetterWaiting, WAITING, waiting),
    }


def _replace(model: Any, table: bulk.Table, rows: Iterable[tuple[Any, ...]]) -> int:
    names = [name for name in table.columns if name not in ("count", "loose")]
    kept: Counter[tuple[Any, ...]] = Counter()
    for *key, count in model.objects.values_list(*names, "count").iterator():
        kept[tuple(key)] += count
    right = {tuple(key): count for *key, count in rows}
    model.objects.all().delete()
    bulk.copy(table, [(*key, count, False) for key, count in right.items()])
    return sum(kept.get(key, 0) != right.get(key, 0) for key in kept.keys() | right.keys())
