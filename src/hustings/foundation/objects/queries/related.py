"""Records of objects that point to a record: what a page lists of them."""

from dataclasses import dataclass
from typing import Any

from hustings.foundation.core import records
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.core.records import LINK

from ..models import FieldType, ObjectType
from .rows import visible_to
from .shape import shape

MOST = 10


@dataclass(frozen=True, slots=True)
class Related:
    """Those of one object that link here by one field: (title, address, stage) of the newest, and whether there are
    more."""

    kind: ObjectType
    field: FieldType
    lines: list[tuple[str, str, str]]
    more: bool


def related_to(record: str, record_id: int, user: Any) -> list[Related]:
    """What this person may see of what links to the record, of any type, by fields they may read."""
    now, found = shape(), []
    for one in now.all_fields.values():
        kind = now.by_record.get(one.record)
        if (
            one.kind != LINK
            or one.to != record
            or kind is None
            or one.withdrawn_at
            or not may_read(one.record, one.slug)
        ):
            continue
        known = records.get(one.record)
        with unveiled():
            rows = visible_to(user, kind).filter(values__contains={one.slug: record_id})
            newest = list(rows.order_by("-id")[: MOST + 1])
        stages = dict(kind.stages)
        if newest and known is not None:
            lines = [(known.title(row), known.url(row), stages.get(row.stage, "")) for row in newest[:MOST]]
            found.append(Related(kind, one, lines, len(newest) > MOST))
    return found
