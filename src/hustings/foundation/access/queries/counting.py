"""Counts for the rail of every page, whose SQL is made once: making it costs ten times what asking it does."""

from collections.abc import Callable, Hashable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from hustings.foundation.core.guard import current

from ..grants import grants_of
from ..models import User

MOST_KEPT = 2000
Sql = tuple[str, tuple[Any, ...]]


def counted(user: User, key: Hashable, rows: Callable[[], QuerySet[Any]]) -> int:
    """How many `rows()` are. Their SQL is kept with the grants of the reader, who is this user, and gone with them: so
    `key` must name the question and hold all else that it depends on (the user, their teams, the day)."""
    grants, reader = grants_of(user), current()
    if reader is None or reader.levels is not grants.levels:
        return rows().count()
    if key not in grants.asked:
        if len(grants.asked) >= MOST_KEPT:
            grants.asked.clear()
        grants.asked[key] = _sql_of(rows())
    sql = grants.asked[key]
    if sql is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*sql)
        (number,) = cursor.fetchone()
        return int(number)


def _sql_of(rows: QuerySet[Any]) -> Sql | None:
    """None where nothing can be found."""
    try:
        text, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"select count(*) from ({text}) as counted", tuple(values)  # noqa: S608  (made by the query set)
