"""Tables parted by month. Rows of a month nobody made a partition for go to the default one, so none is refused."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, ProgrammingError, connection, transaction

# Rows of older mail share the default partition: a letter with a wild date must not make a table.
OLDEST = timedelta(days=3 * 366)
_THERE = ("42P07", "23505")  # the table, or its name in the catalogue
_MONTHS = """
select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = %s::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$' order by c.relname desc
"""
_made: set[tuple[str, str, date]] = set()


def month_of(moment: datetime) -> date:
    """The first day of the month (UTC) in which the moment lies."""
    return moment.astimezone(UTC).date().replace(day=1)


def ensure(table: str, months: set[date]) -> None:
    """Make the partitions of `table` for these months where they are missing.

    Needs the owner's rights or the function `core_ensure_partition`, which runs with them. A month whose rows already
    lie in the default partition stays there.
    """
    for month in sorted(months):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select core_ensure_partition(%s, %s)", [table, month])
        except (ProgrammingError, IntegrityError) as error:
            # Another made it at the same moment, unseen by the function's own look: it is there, which was the wish.
            if getattr(error.__cause__, "sqlstate", "") not in _THERE:
                raise


def ensure_around(table: str, moments: Iterable[datetime], *, now: datetime) -> None:
    """Make the partitions that rows of these moments want, for those of the last three years and of now; what was
    made is remembered in the process. Making one locks the table: call it before the transaction that writes much."""
    latest, oldest = month_of(now), month_of(now - OLDEST)
    database = str(connection.settings_dict["NAME"])
    months = {month_of(moment) for moment in moments}
    wanted = {month for month in months if oldest <= month <= latest and (database, table, month) not in _made}
    if wanted:
        ensure(table, wanted)
        _made.update((database, table, month) for month in wanted)


def begin_of(month: date) -> datetime:
    """The first moment of a month's partition."""
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_of(table: str) -> list[date]:
    """The months that have a partition, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [table])
        return [date(int(name[-7:-3]), int(name[-2:]), 1) for (name,) in cursor.fetchall()]


def spans_of(table: str) -> list[tuple[datetime | str, datetime | str]]:
    """From when until when the rows of each partition lie, the newest first: what is before, between and after the
    months that have one lies in the default partition. Together they hold every row, and each asks one partition."""
    found: list[tuple[datetime | str, datetime | str]] = []
    until: datetime | str = "infinity"
    for month in months_of(table):
        if until != (end := begin_of(after(month))):
            found.append((end, until))
        until = begin_of(month)
        found.append((until, end))
    return [*found, ("-infinity", until)]
