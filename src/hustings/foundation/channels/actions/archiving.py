"""Raw mail of old months out of the database, into files of the campaign's storage.

A month goes file by file: the place of each letter and its key are written down and committed; the file is stored and
on the disk; it is read back, every letter compared with the database and with the sha256 it came with; then it counts
as checked. When all of a month is checked, its partition is dropped by a function that looks once more. Whoever dies
between two steps leaves every letter in the database, or in a checked file, or in both, and the next run goes on: a
file that is not checked and does not hold is thrown away and made anew.

An erasure takes a letter's key (`erasing.erase_deliveries`). Bytes that the database still holds are held while their
keys are written, so that none is copied and then erased in one place alone.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import Error, connection, transaction
from django.db.models import Exists, OuterRef

from hustings.foundation.core import bulk, partitions, storage
from hustings.foundation.core.guard import action

from ..compression import expand
from ..models import ArchivedMail, ArchiveFile
from ..sealing import Damaged, new_key, seal, unseal

FILE = 16 * 1024 * 1024  # bytes: as much is held in memory, and read back at once
AT_ONCE = 20_000  # letters a file
LOCK = 0x48417263  # one archives at a time
UNSAFE = "HU001"

_MAIL = bulk.Table(
    "channels_archivedmail",
    delivery_id=bulk.bigint,
    file_id=bulk.bigint,
    offset=bulk.bigint,
    length=bulk.integer,
    key=bulk.binary,
)
_NOT_YET = """
select r.delivery_id, octet_length(r.raw) from channels_rawmail r
left join channels_archivedmail a on a.delivery_id = r.delivery_id
where r.received_at >= %s and r.received_at < %s and a.delivery_id is null order by r.delivery_id limit %s
"""
_HELD = """
select r.delivery_id, r.raw, d.sha256 from channels_rawmail r join channels_delivery d on d.id = r.delivery_id
where r.delivery_id = any(%s) and r.received_at >= %s and r.received_at < %s order by r.delivery_id for share of r
"""
_BESIDE = """
select a.delivery_id, a."offset", a.length, a.key, d.sha256, r.raw from channels_archivedmail a
join channels_delivery d on d.id = a.delivery_id
left join channels_rawmail r on r.delivery_id = d.id and r.received_at = d.received_at where a.file_id = %s
"""


class CannotMove(Exception):
    """This month stays where it is; its text says why. Every letter of it can be read."""


def months_before(before: date) -> list[date]:
    """The months earlier than `before` of which raw mail lies in the database, oldest first. What was brought in older
    than three years shares one table that is not parted, and stays."""
    return [month for month in reversed(partitions.months_of("channels_rawmail")) if month < before]


def move_out(month: date, *, now: datetime, progress: Callable[[int], None] = lambda _n: None) -> int:
    """Move a month's raw mail out and drop its partition; how many letters left the database. Outside a transaction:
    each step commits by itself. Raises CannotMove, also when another is archiving."""
    with _alone():
        if waiting := _pending(month):
            raise CannotMove(f"{waiting} letters of this month are still to be read")
        _mend(now)
        _let_go_of_noise()
        while moved := _write_file(month, now=now):
            progress(moved)
        return _drop(month)


def check_all() -> Iterator[tuple[ArchiveFile, int, str]]:
    """Read every checked file back: each with how many letters are whole, and what is wrong with it ("" if nothing)."""
    for file in ArchiveFile.objects.exclude(checked_at=None).order_by("id"):
        try:
            yield file, _read_back(file), ""
        except (Damaged, FileNotFoundError) as problem:
            yield file, 0, str(problem)


@contextmanager
def _alone() -> Iterator[None]:
    """Held by the connection; who dies lets go."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CannotMove("another is archiving at this moment")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def _span(month: date) -> list[datetime]:
    return [partitions.begin_of(month), partitions.begin_of(partitions.after(month))]


def _pending(month: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from channels_delivery where outcome = '' and received_at >= %s and received_at < %s",
            _span(month),
        )
        return int(cursor.fetchone()[0])


def _mend(now: datetime) -> None:
    """What a run that died left: a file that holds is checked after all, another is thrown away."""
    for file in ArchiveFile.objects.filter(checked_at=None):
        try:
            _check(file, now=now)
        except (Damaged, FileNotFoundError):
            _discard(file=file)


def _let_go_of_noise() -> None:
    """Files of which every letter was erased: nobody can read them, and nobody needs them."""
    living = ArchivedMail.objects.filter(file=OuterRef("pk"), length__gt=0)
    for file in ArchiveFile.objects.exclude(checked_at=None).filter(~Exists(living), size__gt=0):
        storage.remove(file.sha256)
        ArchiveFile.objects.filter(pk=file.pk).update(size=0)


@action
def _discard(*, file: ArchiveFile) -> None:
    ArchivedMail.objects.filter(file=file).delete()
    storage.remove(file.sha256)
    file.delete()


def _write_file(month: date, *, now: datetime) -> int:
    """The next letters of the month into a file of their own; how many."""
    file, content, letters = _place(month=month)
    if file is None:
        return 0
    storage.put(content, durably=True)
    try:
        _check(file, now=now)
    except (Damaged, FileNotFoundError) as problem:
        _discard(file=file)
        raise CannotMove(f"what was stored could not be read back ({problem})") from problem
    return letters


@action
def _place(*, month: date) -> tuple[ArchiveFile | None, bytes, int]:
    """Write down where the next letters will lie, and by which keys they are read."""
    span = _span(month)
    with connection.cursor() as cursor:
        cursor.execute(_NOT_YET, [*span, AT_ONCE])
        wanted = _portion(cursor.fetchall())
        cursor.execute(_HELD, [wanted, *span])
        rows = cursor.fetchall()
    if not rows:
        return None, b"", 0
    pieces: list[bytes] = []
    places: list[tuple[Any, ...]] = []
    offset = 0
    for number, packed, sha256 in rows:
        raw = expand(packed)
        if raw and hashlib.sha256(raw).digest() != bytes(sha256):
            raise CannotMove(f"the bytes of delivery {number} are not those that came")
        key = new_key() if raw else b""
        sealed = seal(bytes(packed), key=key, delivery_id=number) if raw else b""  # one that was erased has none
        places.append((number, None, offset, len(sealed), key))
        pieces.append(sealed)
        offset += len(sealed)
    # Keys are random: no two files have the same bytes. One of nothing but erased letters has a mark for its bytes.
    content = b"".join(pieces) or f"erased {month} {rows[0][0]}".encode()
    file = ArchiveFile.objects.create(month=month, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    bulk.copy(_MAIL, [(number, file.pk, *rest) for number, _file, *rest in places])
    return file, content, len(rows)


def _portion(rows: list[tuple[int, int]]) -> list[int]:
    taken: list[int] = []
    size = 0
    for number, bytes_ in rows:
        size += bytes_
        if taken and size > FILE:
            break
        taken.append(number)
    return taken


@transaction.atomic
def _check(file: ArchiveFile, *, now: datetime) -> None:
    _read_back(file)
    ArchiveFile.objects.filter(pk=file.pk).update(checked_at=now)


def _read_back(file: ArchiveFile) -> int:
    """Every letter of the file against the sha256 it came with and, where they are still there, the database's bytes;
    how many are whole. Raises Damaged or FileNotFoundError."""
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, [file.pk])
        rows = cursor.fetchall()
    content = storage.read(file.sha256) if file.size else b""
    if file.size and hashlib.sha256(content).hexdigest() != file.sha256:
        raise Damaged(f"the file {file.sha256} is not what was stored")
    whole = 0
    for number, offset, length, key, sha256, beside in rows:
        if not length:
            if beside is not None and expand(beside):
                raise Damaged(f"delivery {number} is in the database and not in the archive")
            continue
        packed = unseal(content[offset : offset + length], key=bytes(key), delivery_id=number)
        if hashlib.sha256(expand(packed)).digest() != bytes(sha256) or beside not in (None, packed):
            raise Damaged(f"the archived bytes of delivery {number} are not those that came")
        whole += 1
    return whole


def _drop(month: date) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select channels_drop_archived(%s)", [month])
            return int(cursor.fetchone()[0])
    except Error as error:
        state = getattr(error.__cause__, "sqlstate", "")
        if state == UNSAFE:  # mail of that month came in, or was put back in line, while we wrote
            raise CannotMove("mail of this month came in meanwhile; run it again") from error
        if state in ("55P03", "40P01"):
            raise CannotMove("the month is in use (a backup, a long search); all is copied, run it again") from error
        raise
