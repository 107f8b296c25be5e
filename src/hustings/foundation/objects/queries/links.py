"""Records as others point to them: found, named and chosen by what their reader may see."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hustings.foundation.core import records
from hustings.foundation.core.guard import may_read
from hustings.foundation.core.records import TEXT, RecordType

MOST = 12


def find(to: str, given: Any, *, user: Any) -> int | None:
    """The id of the record that `given` (its id, its uid or itself) points to, if this person may see it; None is the
    house, which sees all."""
    kind = records.get(to)
    if kind is None:
        return None
    given = getattr(given, "pk", given)
    rows: QuerySet[Any] = kind.model._default_manager.all() if user is None else kind.visible_to(user)
    if user is None and kind.is_custom:
        rows = rows.filter(object__slug=to.removeprefix("x_").replace("_", "-"))
    if isinstance(given, int) and not isinstance(given, bool):
        found = rows.filter(pk=given)
    else:
        try:
            found = rows.filter(uid=UUID(str(given)))
        except ValueError:
            return None
    row = found.only("pk").first()
    return None if row is None else int(row.pk)


def named(to: str, ids: Iterable[int], *, user: Any) -> dict[int, tuple[str, str]]:
    """(title, address) of those of these that the person may see, by id; one question for all."""
    wanted = set(ids)
    kind = records.get(to)
    if kind is None or not wanted:
        return {}
    return {row.pk: (kind.title(row), kind.url(row)) for row in kind.visible_to(user).filter(pk__in=wanted)}


def uids(to: str, ids: Iterable[int], *, user: Any) -> dict[int, UUID]:
    """The uids of those of these that the person may see, by id."""
    wanted = set(ids)
    kind = records.get(to)
    if kind is None or not wanted:
        return {}
    return {row.pk: row.uid for row in kind.visible_to(user).filter(pk__in=wanted).only("pk", "uid")}


def ids_of(to: str, uids: Iterable[str], *, user: Any) -> dict[str, int]:
    """The ids of the records with these uids that the person may see, by uid as it was written."""
    kind, wanted = records.get(to), {}
    for text in uids:
        try:
            wanted[UUID(text)] = text
        except ValueError:
            continue
    found: dict[str, int] = {}
    if kind is None:
        return found
    every = list(wanted)
    for start in range(0, len(every), 5000):
        rows = kind.visible_to(user).filter(uid__in=every[start : start + 5000]).only("pk", "uid")
        found |= {wanted[row.uid]: row.pk for row in rows}
    return found


def offered(to: str, words: str, *, user: Any) -> list[tuple[UUID, str]]:
    """What a picker offers: (uid, title) of a few that lists show this person and whose first text has the words."""
    kind = records.get(to)
    words = words.strip()
    if kind is None or len(words) < 2:
        return []
    path = _path_of_name(kind)
    if not path:
        return []
    rows = kind.offered_to(user).filter(**{f"{path}__icontains": words})
    return [(row.uid, kind.title(row)) for row in rows.order_by("-pk")[:MOST]]


def _path_of_name(kind: RecordType) -> str:
    """The lookup of the first text that the current reader may read."""
    texts = (one for one in kind.fields if one.kind == TEXT and one.path)
    return next((one.path for one in texts if may_read(kind.name, one.name)), "")
