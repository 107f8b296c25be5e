"""Counting again, without the code that is measured: the file's letters against the database's bytes."""

import hashlib
import mailbox
from collections import Counter
from pathlib import Path

from django.db import connection

from hustings.foundation.channels.compression import expand


def compare(mbox: Path) -> tuple[int, int]:
    """How many letters of the file are not in the database, and how many are there more often than in the file, or
    are stored as two messages though they are the same."""
    wanted = in_file(mbox)
    found = in_database()
    lost = sum((wanted - found).values())
    return lost, sum((found - wanted).values()) + _stored_twice()


def in_file(mbox: Path) -> "Counter[str]":
    """The sha256 of each letter's bytes, by the standard library's reading of the file."""
    counts: Counter[str] = Counter()
    box = mailbox.mbox(mbox, create=False)
    try:
        for key in box.iterkeys():
            counts[_digest(_unescaped(box.get_bytes(key)))] += 1
    finally:
        box.close()
    return counts


def in_database() -> "Counter[str]":
    """The same of the bytes that are kept, decompressed."""
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(
                "select delivery_id, raw from channels_rawmail where delivery_id > %s order by delivery_id limit 5000",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return counts
            last = rows[-1][0]
            for _, raw in rows:
                counts[_digest(expand(raw))] += 1


def _stored_twice() -> int:
    """Messages with one Message-ID whose bytes are the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(n - 1), 0) from (select count(*) as n from correspondence_message m"
            " join correspondence_messagebody b on b.message_id = m.id and b.at = m.at"
            " join channels_delivery d on d.id = m.delivery_id"
            " group by b.message_id_header, d.sha256 having count(*) > 1) twice"
        )
        return int(cursor.fetchone()[0])


def _unescaped(raw: bytes) -> bytes:
    """mboxrd's `>From ` undone, which the standard library leaves."""
    if b">From " not in raw:
        return raw
    lines = raw.split(b"\n")
    return b"\n".join(
        line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line for line in lines
    )


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw.rstrip(b"\r\n")).hexdigest()
