"""What each process holds to compare letters with, and how it stays the same as what others hold.

One lock a database lets one batch look and commit at a time: two workers never make two groups of one text. Under it a
process first reads the sheaves that were written since it last looked, and at the end writes its own. When the last
sheaf it knows is gone, what it took part in was rolled back, and it begins anew from the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import connection

from hustings.foundation.core import bulk
from hustings.foundation.core.ids import new_uid

from ..engine.grouping import MOST_RECENT, Arrived, Grouper
from ..engine.grouping import Shape as EngineShape
from ..models import Group, Shape, Sheaf

LOCK = 0x48757376
KEPT = timedelta(days=30)  # how long single letters wait for others like them
_SHEAVES = """
select id, uid, message_ids, person_ids, lengths, numbers, joined, groups
from campaigns_sheaf where id >= %s order by id
"""
_LATEST = """
select id from (
    select id, sum(cardinality(message_ids)) over (order by id desc) as letters from campaigns_sheaf
) newest where letters >= %s order by id desc limit 1
"""
_KEEP = """
insert into campaigns_shape (group_id, pairs, counts, learned, size, tightness, apart)
select * from unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::int[], %s::int[], %s::float8[], %s::boolean[])
on conflict (group_id) do update set pairs = excluded.pairs, counts = excluded.counts, learned = excluded.learned,
    size = excluded.size, tightness = excluded.tightness
"""


@dataclass
class Compared:
    """The letters and groups of one database, as this process knows them."""

    grouper: Grouper
    last: int = 0
    last_uid: UUID | None = None
    is_in_use: bool = False  # by a batch that has not come to its end: when that was given up, this is no longer true
    free: list[int] = field(default_factory=list)  # ids taken for groups to come


_of: dict[str, Compared] = {}


def hold() -> Compared:
    """Wait for the lock, which is let go at the end of the transaction, and take in what others wrote meanwhile."""
    lock()
    name = f"{connection.settings_dict['HOST']}:{connection.settings_dict['PORT']}/{connection.settings_dict['NAME']}"
    compared = _of.get(name)
    if compared is not None and not compared.is_in_use and _follow(compared):
        return compared
    compared = _of[name] = _begun()
    return compared


def write_sheaf(
    compared: Compared | None,
    *,
    singles: Sequence[tuple[Arrived, int]] = (),
    joined: Iterable[int] = (),
    groups: Iterable[int] = (),
    now: datetime,
) -> None:
    """Tell the batches to come: single letters (with their inquiry), those of earlier sheaves that are single no more,
    and the groups that changed. Under the lock."""
    (ids,) = bulk.take_ids(campaigns_sheaf=1)
    uid = new_uid()
    numbers = np.array([word for letter, _inquiry in singles for word in letter.numbers], dtype="<u4")
    bulk.fetch(
        "insert into campaigns_sheaf (id, uid, created_at, at, message_ids, inquiry_ids, person_ids, lengths, numbers,"
        " joined, groups) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        *(ids[0], uid, now, now, bulk.bigints([letter.key for letter, _inquiry in singles])),
        *(bulk.bigints([inquiry for _letter, inquiry in singles]),),
        *(bulk.bigints([letter.writer for letter, _inquiry in singles]),),
        *(bulk.integers([len(letter.numbers) for letter, _inquiry in singles]), numbers.tobytes()),
        *(bulk.bigints(sorted(set(joined))), bulk.bigints(sorted(set(groups)))),
    )
    if compared is not None:
        compared.last, compared.last_uid = ids[0], uid


def lock() -> None:
    """No batch looks or commits until the end of this transaction: for acts of people."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def try_lock() -> bool:
    """The same lock if nobody has it at this moment; False where somebody does."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        (is_ours,) = cursor.fetchone()
    return bool(is_ours)


def keep_shapes(compared: Compared, groups: Iterable[int]) -> None:
    """What the groups have learned, into the database."""
    shapes = [(group, shape) for group in sorted(groups) if (shape := compared.grouper.shapes.get(group)) is not None]
    if not shapes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                [group for group, _shape in shapes],
                [shape.pairs.astype("<u4").tobytes() for _group, shape in shapes],
                [shape.counts.astype("<u2").tobytes() for _group, shape in shapes],
                [shape.learned for _group, shape in shapes],
                [shape.size for _group, shape in shapes],
                [shape.tightness for _group, shape in shapes],
                [shape.apart for _group, shape in shapes],
            ],
        )


def forget_old(*, now: datetime) -> None:
    """Sheaves past their time go; never the newest, by which the others are followed."""
    newest = Sheaf.objects.order_by("-pk").first()
    if newest is not None:
        Sheaf.objects.filter(at__lt=now - KEPT, pk__lt=newest.pk).delete()


def engine_shape(row: Shape) -> EngineShape:
    """A kept shape as the engine has it."""
    pairs = np.frombuffer(bytes(row.pairs), dtype="<u4").astype(np.uint32)
    counts = np.frombuffer(bytes(row.counts), dtype="<u2").astype(np.uint16)
    return EngineShape(pairs, counts, row.learned, row.size, row.tightness, row.apart)


def _begun() -> Compared:
    compared = Compared(Grouper(new_group=lambda: 0))
    compared.grouper.new_group = lambda: _next_group(compared)
    for row in Shape.objects.all():
        compared.grouper.know(row.group_id, engine_shape(row))
    start = bulk.fetch(_LATEST, MOST_RECENT)
    _read(compared, start[0][0] if start else 0)
    return compared


def _follow(compared: Compared) -> bool:
    """Take in what was written since; False when what we know of was rolled back."""
    return _read(compared, compared.last)


def _read(compared: Compared, since: int) -> bool:
    rows = bulk.fetch(_SHEAVES, since)
    known = compared.last
    if known:
        if not rows or rows[0][0] != known or rows[0][1] != compared.last_uid:
            return False
        rows = rows[1:]
    changed: set[int] = set()
    for number, uid, message_ids, person_ids, lengths, numbers, joined, groups in rows:
        compared.grouper.remember(_letters(message_ids, person_ids, lengths, bytes(numbers)))
        compared.grouper.drop(joined)
        changed.update(groups)
        compared.last, compared.last_uid = number, uid
    if changed and known:
        _refresh(compared, changed)
    return True


def _letters(
    message_ids: Sequence[int], person_ids: Sequence[int], lengths: Sequence[int], numbers: bytes
) -> list[Arrived]:
    words = np.frombuffer(numbers, dtype="<u4").tolist()
    found, at = [], 0
    for key, writer, length in zip(message_ids, person_ids, lengths, strict=True):
        found.append(Arrived(key, writer, words[at : at + length]))
        at += length
    return found


def _refresh(compared: Compared, groups: set[int]) -> None:
    rows = {row.group_id: row for row in Shape.objects.filter(group_id__in=groups)}
    for group in groups:
        if (row := rows.get(group)) is None:
            compared.grouper.forget(group)
        else:
            compared.grouper.know(group, engine_shape(row))


def _next_group(compared: Compared) -> int:
    if not compared.free:
        (compared.free,) = bulk.take_ids(campaigns_group=20)
    return compared.free.pop(0)


def known_with_tops(ids: Sequence[int]) -> dict[int, Group]:
    """These groups, as far as they are there, held together with the campaigns they are read as: whoever then takes
    single letters of them waits for nobody who holds either."""
    while True:
        tops = dict(Group.objects.filter(pk__in=ids).values_list("pk", "combined_into_id"))
        held = known_groups({pk for pair in tops.items() for pk in pair if pk is not None})
        groups = {pk: held[pk] for pk in tops if pk in held}
        if all(group.combined_into_id == tops[pk] for pk, group in groups.items()):
            return groups  # else one was combined or parted meanwhile


def known_groups(ids: Iterable[int]) -> dict[int, Group]:
    """The groups by id, each locked, so that what is counted onto it is counted once."""
    return {row.pk: row for row in Group.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")}
