"""Reading notices: each says of its record what its reader may see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.core import records

from ..models import Notice


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice, and its record's title and address: "" where its reader sees no such record."""

    notice: Notice
    title: str
    url: str


def notices_of(user: User) -> QuerySet[Notice]:
    """Newest first."""
    return Notice.objects.filter(user=user).order_by("-at", "-id")


def unseen_count(user: User) -> int:
    return Notice.objects.filter(user=user, seen_at=None).count()


def shown(user: User, notices: Sequence[Notice]) -> list[Shown]:
    """With what this reader may see of their records; one question for each type of record."""
    ids: dict[str, set[int]] = defaultdict(set)
    for notice in notices:
        if notice.record and notice.record_id is not None:
            ids[notice.record].add(notice.record_id)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for name, wanted in ids.items():
        record_type = records.get(name)
        if record_type is None:
            continue
        for record in record_type.visible_to(user).filter(pk__in=wanted):
            found[name, record.pk] = (str(record_type.title(record)), record_type.url(record))
    lines = []
    for notice in notices:
        title, url = found.get((notice.record, notice.record_id or 0), ("", ""))
        lines.append(Shown(notice, title, notice.url or url))
    return lines
