"""Tables parted by month. Rows of a month nobody made a partition for go to the default one, so none is refused."""

from datetime import UTC, date, datetime

from django.db import connection


def month_of(moment: datetime) -> date:
    """The first day of the month (UTC) in which the moment lies."""
    return moment.astimezone(UTC).date().replace(day=1)


def ensure(table: str, months: set[date]) -> None:
    """Make the partitions of `table` for these months where they are missing.

    Needs the owner's rights or the function `core_ensure_partition`, which runs with them. A month whose rows already
    lie in the default partition stays there.
    """
    with connection.cursor() as cursor:
        for month in sorted(months):
            cursor.execute("select core_ensure_partition(%s, %s)", [table, month])
