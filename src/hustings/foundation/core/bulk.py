"""Many rows at once: ids taken from the sequences in one question, rows written by binary COPY.

    TABLE = bulk.Table("desk_note", id=bulk.bigint, inquiry_id=bulk.bigint, text=bulk.text)
    (ids,) = bulk.take_ids(desk_note=2)
    bulk.copy(TABLE, [(ids[0], 7, "first"), (ids[1], 7, "second")])

Encoders turn a value into PostgreSQL's binary field (length, then bytes); None is NULL in every one of them.
Defaults of columns that are left out must be known to the database: Django's are not, so name every column.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

Encoder = Callable[[Any], bytes]

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NULL = b"\xff\xff\xff\xff"
_HEAD = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
_TAIL = b"\xff\xff"
_LENGTH = struct.Struct(">i").pack
_SHORT = struct.Struct(">h").pack
_BIGINT = struct.Struct(">iq").pack
_INTEGER = struct.Struct(">ii").pack
_SMALLINT = struct.Struct(">ih").pack
_ARRAY = struct.Struct(">iiiii").pack
_TEXT_OID = 25
_EMPTY_ARRAY = _LENGTH(12) + struct.pack(">iii", 0, 0, _TEXT_OID)
_TRUE, _FALSE = b"\0\0\0\1\1", b"\0\0\0\1\0"
_UUID_LENGTH = _LENGTH(16)
_MOST_WORDS = 5_000
_words: dict[str | None, bytes] = {}
_last_moment: tuple[datetime | None, bytes] = (None, _NULL)


def bigint(value: int | None) -> bytes:
    return _NULL if value is None else _BIGINT(8, value)


def integer(value: int | None) -> bytes:
    return _NULL if value is None else _INTEGER(4, value)


def smallint(value: int | None) -> bytes:
    return _NULL if value is None else _SMALLINT(2, value)


def boolean(value: bool | None) -> bytes:
    return _NULL if value is None else (_TRUE if value else _FALSE)


def text(value: str | None) -> bytes:
    """NUL, which the database refuses, is left out; half a surrogate pair becomes a question mark."""
    if value is None:
        return _NULL
    try:
        data = value.encode()
    except UnicodeEncodeError:
        data = value.encode("utf-8", "replace")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    return _LENGTH(len(data)) + data


def word(value: str | None) -> bytes:
    """Text that comes again and again (a state, a language, nothing at all): encoded once and remembered."""
    data = _words.get(value)
    if data is None:
        data = text(value)
        if len(_words) >= _MOST_WORDS:
            _words.clear()
        _words[value] = data
    return data


def binary(value: bytes | None) -> bytes:
    return _NULL if value is None else _LENGTH(len(value)) + value


def uid(value: UUID | None) -> bytes:
    return _NULL if value is None else _UUID_LENGTH + value.bytes


def moment(value: datetime | None) -> bytes:
    """An aware datetime. The one asked for last is remembered: in a batch it is often the same."""
    global _last_moment
    if value is None:
        return _NULL
    known, data = _last_moment
    if known is not value:
        data = _BIGINT(8, (value - EPOCH) // _TICK)
        _last_moment = (value, data)
    return data


def json(value: Any) -> bytes:
    """A jsonb field; None is SQL's NULL."""
    if value is None:
        return _NULL
    try:
        data = orjson.dumps(value)
        if b"\\u0000" in data:
            data = orjson.dumps(_without_nul(value))
    except TypeError:  # half a surrogate pair somewhere
        data = orjson.dumps(_without_nul(value))
    return _LENGTH(len(data) + 1) + b"\1" + data


def texts(value: Sequence[str] | None) -> bytes:
    """An array of text."""
    if value is None:
        return _NULL
    if not value:
        return _EMPTY_ARRAY
    data = _ARRAY(1, 0, _TEXT_OID, len(value), 1) + b"".join([text(item) for item in value])
    return _LENGTH(len(data)) + data


class Table:
    """A table's name and the encoders of its columns, in the order in which rows give them. A Python keyword as a
    column's name ends in an underscore here (`from_`)."""

    def __init__(self, name: str, /, **columns: Encoder) -> None:
        self.name = name
        self.columns = tuple(column.rstrip("_") for column in columns)
        self._encoders = tuple(columns.values())
        self._count = _SHORT(len(columns))
        names = ", ".join(f'"{column}"' for column in self.columns)
        self.statement = f'copy "{name}" ({names}) from stdin (format binary)'

    def encode(self, row: Sequence[Any]) -> bytes:
        """One row as the wire wants it. Raises ValueError when it has too few or too many values."""
        return b"".join([self._count, *[encode(value) for encode, value in zip(self._encoders, row, strict=True)]])


def copy(table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows in the caller's transaction; nothing happens without rows. Raises Django's database errors."""
    parts = [table.encode(row) for row in rows]
    if not parts:
        return
    # Django wraps the errors of queries; of COPY it does not by itself.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(table.statement) as stream:
        stream.write(b"".join([_HEAD, *parts, _TAIL]))


def take_ids(**counts: int) -> list[list[int]]:
    """As many ids of each table (by its name), taken from their sequences: nobody else gets them."""
    wanted = [(name, count) for name, count in counts.items() if count]
    if not wanted:
        return [[] for _ in counts]
    questions = ", ".join(
        f"array(select nextval('{name}_id_seq') from generate_series(1, {int(count)}))"  # noqa: S608 (our own names)
        for name, count in wanted
    )
    with connection.cursor() as cursor:
        cursor.execute(f"select {questions}")
        taken = dict(zip((name for name, _ in wanted), cursor.fetchone(), strict=True))
    return [taken.get(name, []) for name in counts]


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(item) for item in value]
    return value
