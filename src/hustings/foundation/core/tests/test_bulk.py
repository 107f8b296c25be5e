import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import ProgrammingError, connection, transaction
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


_MIXED = bulk.Table(
    "mixed",
    id=bulk.bigint,
    uid=bulk.uid,
    name=bulk.text,
    flag=bulk.boolean,
    kind=bulk.word,
    at=bulk.moment,
    size=bulk.integer,
    place=bulk.smallint,
    raw=bulk.binary,
    actor=bulk.optional(bulk.bigint),
    tags=bulk.texts,
    detail=bulk.json,
)
_ROWS = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.uuids(),
    st.none() | st.text(),
    st.none() | st.booleans(),
    st.none() | st.text(max_size=3),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.integers(-(2**15), 2**15 - 1),
    st.none() | st.binary(),
    st.none() | st.integers(0, 9),
    st.none() | st.lists(st.text(max_size=3), max_size=2),
    st.none() | st.lists(st.integers(0, 9), max_size=2),
)


@given(st.lists(_ROWS, max_size=4))
def test_many_rows_are_encoded_as_each_by_itself(rows: list[tuple[object, ...]]) -> None:
    assert _MIXED.encode_all(rows) == [_MIXED.encode(row) for row in rows]


def test_many_rows_of_a_wrong_length_are_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        bulk.Table("any", n=bulk.integer).encode_all([(1, 2)])


@pytest.mark.parametrize(
    ("array", "kind", "values"),
    [
        (bulk.bigints, "bigint[]", [1, -(2**40), None]),
        (bulk.integers, "int[]", [1, None]),
        (bulk.booleans, "boolean[]", [True, None, False]),
        (bulk.strings, "text[]", ["a,b", "", "ñ\"'", None]),
        (bulk.uids, "uuid[]", [uuid.UUID(int=7), None]),
        (bulk.moments, "timestamptz[]", [MOMENT, None]),
        (bulk.strings, "text[]", []),
    ],
)
def test_lists_go_and_come_back(array, kind: str, values: list[object]) -> None:
    assert bulk.fetch(f"select %s::{kind}, pg_typeof(%s)::text", array(values), array(values)) == [
        (values, {"int[]": "integer[]", "timestamptz[]": "timestamp with time zone[]"}.get(kind, kind))
    ]


def test_a_statement_without_an_answer_gives_nothing() -> None:
    assert bulk.fetch("set constraints all immediate") == []


def test_errors_of_fetch_are_djangos() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        bulk.fetch("select * from nothing_of_this_name")
