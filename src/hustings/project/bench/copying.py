"""The yardstick: the rows that the intake wrote, once more by nothing but COPY, over two connections.

Into the same tables with their indexes, generated columns and deferred keys. Each table's rows are halved between the
connections and committed table by table, since a row may point at one of the other half.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

# Parents before their children; with each the number by which its rows are halved.
TABLES = {
    "channels_delivery": "id",
    "channels_rawmail": "delivery_id",
    "people_person": "id",
    "people_identifier": "id",
    "people_personfact": "id",
    "people_consent": "id",
    "desk_inquiry": "coalesce(merged_into_id, id)",  # a merged one with the one it went into
    "desk_event": "id",
    "timeline_entry": "id",
    "correspondence_message": "id",
    "correspondence_messagebody": "message_id",
    "correspondence_reference": "id",
    "correspondence_attachment": "id",
    "correspondence_setaside": "id",
    "correspondence_seal": "id",
}
CONNECTIONS = 2
_BLOCK = 1 << 20


def copy_again(folder: Path) -> float:
    """Write the tables' rows into files, empty the tables, and copy the files back in; the seconds of the last."""
    folder.mkdir(parents=True, exist_ok=True)
    with _connect() as one:
        counts = {table: _dump(one, table, folder) for table in TABLES}
    with psycopg.connect(_owner(), autocommit=True) as owner:
        names = sql.SQL(", ").join(map(sql.Identifier, TABLES))
        owner.execute(sql.SQL("truncate {} cascade").format(names))
    os.sync()
    pair = [_connect() for _ in range(CONNECTIONS)]
    try:
        began = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for table in TABLES:
                list(pool.map(lambda half, table=table: _load(pair[half], table, folder, half), range(CONNECTIONS)))
        seconds = time.perf_counter() - began
        for table, count in counts.items():
            found = pair[0].execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
            if found != (count,):
                raise AssertionError(f"{table}: {count} rows were to be copied, {found} are there")
    finally:
        for each in pair:
            each.close()
    return seconds


def _dump(one: "psycopg.Connection[tuple[int, ...]]", table: str, folder: Path) -> int:
    columns = _columns(one, table)
    total = 0
    for half in range(CONNECTIONS):
        question = sql.SQL("select {} from {} where {} % {} = {} order by {}").format(
            columns,
            sql.Identifier(table),
            sql.SQL(TABLES[table]),
            sql.Literal(CONNECTIONS),
            sql.Literal(half),
            sql.SQL(TABLES[table]),
        )
        statement = sql.SQL("copy ({}) to stdout (format binary)").format(question)
        with (folder / f"{table}.{half}").open("wb") as file, one.cursor() as cursor:
            with cursor.copy(statement) as stream:
                for block in stream:
                    file.write(block)
            total += cursor.rowcount
    return total


def _load(one: "psycopg.Connection[tuple[int, ...]]", table: str, folder: Path, half: int) -> None:
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(table), _columns(one, table))
    with (
        (folder / f"{table}.{half}").open("rb") as file,
        one.transaction(),
        one.cursor() as cursor,
        cursor.copy(statement) as stream,
    ):
        while block := file.read(_BLOCK):
            stream.write(block)


def _columns(one: "psycopg.Connection[tuple[int, ...]]", table: str) -> sql.Composed:
    rows = one.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and attgenerated = '' order by attnum",
        [table],
    )
    return sql.SQL(", ").join(sql.Identifier(str(name)) for (name,) in rows)


def _connect() -> "psycopg.Connection[tuple[int, ...]]":
    params = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        params.pop(name, None)
    return psycopg.connect(**params, autocommit=True)


def _owner() -> str:
    """Only the owner may empty tables."""
    return os.environ.get("HUSTINGS_OWNER_DATABASE_URL") or os.environ["DATABASE_URL"]
