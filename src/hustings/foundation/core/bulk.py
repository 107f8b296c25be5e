"""Many rows at once: ids taken from the sequences in one question, rows written by binary COPY, lists asked in binary.

    TABLE = bulk.Table("desk_note", id=bulk.bigint, inquiry_id=bulk.bigint, text=bulk.text)
    (ids,) = bulk.take_ids(desk_note=2)
    bulk.copy(TABLE, [(ids[0], 7, "first"), (ids[1], 7, "second")])
    bulk.fetch("select id from desk_note where inquiry_id = any(%s)", bulk.bigints([7]))

Encoders turn a value into PostgreSQL's binary field (length, then bytes); None is NULL in every one of them.
Defaults of columns that are left out must be known to the database: Django's are not, so name every column.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

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
_ARRAY_HEAD, _ARRAY_OF_NONE = _ARRAY, struct.Struct(">iii").pack
_TEXT_OID = 25
_EMPTY_ARRAY = _LENGTH(12) + struct.pack(">iii", 0, 0, _TEXT_OID)
_TRUE, _FALSE = b"\0\0\0\1\1", b"\0\0\0\1\0"
_UUID_LENGTH = _LENGTH(16)
_MOST_WORDS = 5_000
_words: dict[str | None, bytes] = {}
_ticks: dict[datetime, int] = {}


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
    """An aware datetime."""
    return _NULL if value is None else _BIGINT(8, ticks(value))


def ticks(value: datetime) -> int:
    """Microseconds since 2000, remembered: in a batch the same moment is asked for many times."""
    found = _ticks.get(value)
    if found is None:
        found = (value - EPOCH) // _TICK
        if len(_ticks) >= _MOST_WORDS:
            _ticks.clear()
        _ticks[value] = found
    return found


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


def optional(encode: Encoder) -> Encoder:
    """The same encoder, for a column of fixed length that is often NULL: said so, it is not packed with its
    neighbours (where a NULL would cost the row a second encoding)."""

    def field(value: Any) -> bytes:
        return _NULL if value is None else encode(value)

    return field


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
        self._quickly = _compiled(self._encoders)

    def encode(self, row: Sequence[Any]) -> bytes:
        """One row as the wire wants it. Raises ValueError when it has too few or too many values."""
        return b"".join([self._count, *[encode(value) for encode, value in zip(self._encoders, row, strict=True)]])

    def encode_all(self, rows: Iterable[Sequence[Any]]) -> list[bytes]:
        """The same of many rows, several times as fast."""
        return self._quickly(rows, self.encode)


class _NotPlain(Exception):
    """A text with a NUL."""


_UNFIT = (_NotPlain, AttributeError, TypeError, struct.error, UnicodeEncodeError)
# How a column is packed together with its neighbours: the format of its field, and what is packed.
_PACKED: dict[Encoder, tuple[str, str]] = {
    bigint: ("iq", "8, {0}"),
    integer: ("ii", "4, {0}"),
    smallint: ("ih", "2, {0}"),
    boolean: ("ib", "1, {0}"),
    uid: ("i16s", "16, {0}.int.to_bytes(16)"),
    moment: ("iq", "8, ticks({0})"),
}


def _compiled(encoders: Sequence[Encoder]) -> Callable[[Iterable[Sequence[Any]], Callable[..., bytes]], list[bytes]]:
    """A function written for just these columns: neighbours of fixed length, and the lengths of texts, are packed in
    one go. A row that it cannot pack (a NULL, a NUL in a text) is encoded field by field."""
    names = [f"c{place}" for place in range(len(encoders))]
    known: dict[str, Any] = {"ticks": ticks, "word": word, "words": _words.get, "Unfit": _UNFIT, "NotPlain": _NotPlain}
    formats, packed = "h", [str(len(encoders))]  # of the run that is being gathered
    pieces: list[str] = []
    before: list[str] = []

    def end_run() -> None:
        if formats:
            known[f"pack{len(pieces)}"] = struct.Struct(f">{formats}").pack
            pieces.append(f"pack{len(pieces)}({', '.join(packed)})")

    for name, encode in zip(names, encoders, strict=True):
        if encode in _PACKED:
            format_, values = _PACKED[encode]
            formats += format_
            packed.append(values.format(name))
            continue
        if encode in (text, binary):
            before.append(f"{name} = {name}.encode()" if encode is text else f"{name}.hex")
            if encode is text:
                before.append(f"if b'\\0' in {name}: raise NotPlain")
            formats += "i"
            packed.append(f"len({name})")
            end_run()
            pieces.append(name)
        else:
            end_run()
            known[f"encode_{name}"] = encode
            pieces.append(f"(words({name}) or word({name}))" if encode is word else f"encode_{name}({name})")
        formats, packed = "", []
    end_run()
    lines = [f"        {line}" for line in before]
    source = "\n".join(
        [
            "def quickly(rows, slowly):",
            "  found = []",
            "  for row in rows:",
            f"    {', '.join(names)}, = row",
            "    try:",
            *lines,
            f"        found.append(b''.join(({', '.join(pieces)},)))",
            "    except Unfit:",
            "        found.append(slowly(row))",
            "  return found",
        ]
    )
    exec(source, known)  # noqa: S102 (our own text, made of the columns' places and nothing else)
    quickly: Callable[[Iterable[Sequence[Any]], Callable[..., bytes]], list[bytes]] = known["quickly"]
    return quickly


def copy(table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows in the caller's transaction; nothing happens without rows. Raises Django's database errors."""
    parts = table.encode_all(rows)
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
    (row,) = fetch(f"select {questions}")
    taken = dict(zip((name for name, _ in wanted), row, strict=True))
    return [taken.get(name, []) for name in counts]


class Array(bytes):
    """A list of values as a parameter, ready for the wire."""


class _Bigints(Array): ...


class _Integers(Array): ...


class _Booleans(Array): ...


class _Texts(Array): ...


class _Uids(Array): ...


class _Moments(Array): ...


def _array(kind: type[Array], element: int, fields: list[bytes]) -> Array:
    head = _ARRAY_HEAD(1, 1, element, len(fields), 1) if fields else _ARRAY_OF_NONE(0, 0, element)
    return kind(b"".join([head, *fields]))


def bigints(values: Iterable[int | None]) -> Array:
    return _array(_Bigints, 20, [bigint(value) for value in values])


def integers(values: Iterable[int | None]) -> Array:
    return _array(_Integers, 23, [integer(value) for value in values])


def booleans(values: Iterable[bool | None]) -> Array:
    return _array(_Booleans, 16, [boolean(value) for value in values])


def strings(values: Iterable[str | None]) -> Array:
    return _array(_Texts, _TEXT_OID, [text(value) for value in values])


def uids(values: Iterable[UUID | None]) -> Array:
    return _array(_Uids, 2950, [uid(value) for value in values])


def moments(values: Iterable[datetime | None]) -> Array:
    return _array(_Moments, 1184, [moment(value) for value in values])


def _dumper(kind: int) -> type[Dumper]:
    class ReadyDumper(Dumper):
        format = Format.BINARY
        oid = kind

        def dump(self, obj: Any) -> bytes:
            return bytes(obj)

    return ReadyDumper


_DUMPERS = {
    _Bigints: _dumper(1016),
    _Integers: _dumper(1007),
    _Booleans: _dumper(1000),
    _Texts: _dumper(1009),
    _Uids: _dumper(2951),
    _Moments: _dumper(1185),
}


def fetch(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What the statement answers (nothing, where it answers nothing), its parameters bound by the server: lists go
    as `bigints`, `strings` and so on, in binary. In the caller's transaction; raises Django's database errors.

    Django writes parameters into the statement's text, which for lists of thousands costs more than the answer.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        for kind, dumper in _DUMPERS.items():
            cursor.adapters.register_dumper(kind, dumper)
        cursor.execute(statement, parameters or None, prepare=False, binary=True)
        return cursor.fetchall() if cursor.description else []


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(item) for item in value]
    return value
