from datetime import UTC, datetime

import pytest
from django.db import connection

from hustings.foundation.core.partitions import spans_of

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, DECEMBER = (datetime(2026, month, 1, tzinfo=UTC) for month in (10, 11, 12))
APRIL, MAY = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


def _table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create table parted (at timestamptz) partition by range (at)")
        cursor.execute("create table parted_default partition of parted default")
        for name, start, end in (
            ("2026_10", OCTOBER, NOVEMBER),
            ("2026_11", NOVEMBER, DECEMBER),
            ("2026_04", APRIL, MAY),
        ):
            cursor.execute(
                f"create table parted_{name} partition of parted for values from ('{start.isoformat()}')"
                f" to ('{end.isoformat()}')"
            )


def test_spans_run_from_the_newest_to_the_oldest_and_leave_nothing_out() -> None:
    _table()
    assert spans_of("parted") == [
        (DECEMBER, "infinity"),
        (NOVEMBER, DECEMBER),
        (OCTOBER, NOVEMBER),
        (MAY, OCTOBER),
        (APRIL, MAY),
        ("-infinity", APRIL),
    ]


def test_each_span_asks_one_partition() -> None:
    _table()
    asked = []
    with connection.cursor() as cursor:
        for start, end in spans_of("parted"):
            cursor.execute("explain select at from parted where at >= %s and at < %s", [start, end])
            plan = "\n".join(line for (line,) in cursor.fetchall())
            asked.append([word for word in plan.split() if word.startswith("parted_")])
    assert asked == [
        ["parted_default"],
        ["parted_2026_11"],
        ["parted_2026_10"],
        ["parted_default"],
        ["parted_2026_04"],
        ["parted_default"],
    ]


def test_a_table_without_months_is_one_span() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create table parted (at timestamptz) partition by range (at)")
        cursor.execute("create table parted_default partition of parted default")
    assert spans_of("parted") == [("-infinity", "infinity")]
