import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.core import bulk

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 3, 7, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))


def _back(name: str, kind: str, encoder: bulk.Encoder, values: list[object]) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table {name} (n int, value {kind}) on commit drop")
        bulk.copy(bulk.Table(name, n=bulk.integer, value=encoder), list(enumerate(values)))
        cursor.execute(f"select value from {name} order by n")
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"drop table {name}")
    return found


@pytest.mark.parametrize(
    ("kind", "encoder", "values"),
    [
        ("bigint", bulk.bigint, [0, -1, 2**62, None]),
        ("smallint", bulk.smallint, [0, -5, None]),
        ("boolean", bulk.boolean, [True, False, None]),
        ("text", bulk.text, ["", "Año — 投票", None]),
        ("uuid", bulk.uid, [uuid.UUID(int=7), None]),
        ("timestamptz", bulk.moment, [MOMENT, datetime(1969, 7, 20, tzinfo=UTC), None]),
        ("text[]", bulk.texts, [[], ["a", "b,c", ""], None]),
    ],
)
def test_values_come_back_as_they_went(kind: str, encoder: bulk.Encoder, values: list[object]) -> None:
    assert _back("back_and_forth", kind, encoder, values) == values


def test_bytes_come_back_as_they_went() -> None:
    assert [bytes(v) for v in _back("raw_bytes", "bytea", bulk.binary, [b"", b"\0\xff"])] == [b"", b"\0\xff"]


def test_text_that_the_database_refuses_is_mended() -> None:
    assert _back("mended", "text", bulk.text, ["a\0b", "half \ud83d pair"]) == ["ab", "half ? pair"]


@given(st.recursive(st.text() | st.integers(-(2**53), 2**53) | st.none() | st.booleans(), st.lists, max_leaves=8))
def test_json_is_always_storable(value: object) -> None:
    data = bulk.json([value])
    assert b"\\u0000" not in data.replace(b"\\\\", b"")


def test_json_without_nul_and_half_pairs() -> None:
    values = [{"a": ["x\0y", "\ud800", "\\u0000"]}]
    with connection.cursor() as cursor:
        cursor.execute("create temporary table told (n int, value jsonb) on commit drop")
        bulk.copy(bulk.Table("told", n=bulk.integer, value=bulk.json), list(enumerate(values)))
        cursor.execute("select value->'a'->>0, value->'a'->>1, value->'a'->>2 from told")
        assert cursor.fetchone() == ("xy", "?", "\\u0000")


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        bulk.Table("any", n=bulk.integer).encode((1, 2))


def test_ids_are_taken_once() -> None:
    first, second = bulk.take_ids(core_attempt=3, people_person=2)
    (again,) = bulk.take_ids(core_attempt=2)
    assert (len(first), len(second), len(again)) == (3, 2, 2)
    assert not set(first) & set(again)


def test_no_ids_are_asked_for_nothing() -> None:
    assert bulk.take_ids(core_attempt=0, people_person=0) == [[], []]
