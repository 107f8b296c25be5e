"""Counts for the rail of every page, whose SQL is made once: making it costs ten times what asking it does."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from hustings.foundation.core.guard import current

from ..grants import grants_of
from ..models import User

MOST_KEPT = 20_000  # a dozen for each of those who hold the same roles
Sql = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class _Then:
    """A moment in kept SQL, by how far it is from the moment of the question."""

    away: timedelta


def counted(user: User, key: Hashable, rows: Callable[[], QuerySet[Any]], *, now: datetime | None = None) -> int:
    """How many `rows()` are. Their SQL is kept with the grants of the reader, who is this user, and gone with them: so
    `key` must name the question and hold all else that it depends on (the user, their teams, the day). `now`: the
    moment from which every time in the question is counted; it is then asked anew of each moment."""
    grants, reader = grants_of(user), current()
    if reader is None or reader.levels is not grants.levels:
        return rows().count()
    if key not in grants.asked:
        if len(grants.asked) >= MOST_KEPT:
            grants.asked.clear()
        grants.asked[key] = _sql_of(rows(), now)
    sql = grants.asked[key]
    if sql is None:
        return 0
    text, values = sql
    with connection.cursor() as cursor:
        cursor.execute(text, [now + one.away if now and isinstance(one, _Then) else one for one in values])
        (number,) = cursor.fetchone()
        return int(number)


def _sql_of(rows: QuerySet[Any], now: datetime | None) -> Sql | None:
    """None where nothing can be found."""
    try:
        text, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    kept = tuple(_Then(one - now) if now and isinstance(one, datetime) else one for one in values)
    return f"select count(*) from ({text}) as counted", kept  # noqa: S608  (made by the query set)
