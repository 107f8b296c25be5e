"""The objects and fields as they stand: compiled once, kept until one is made or changed, looked at once a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection

from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.once import forget as forget_answer
from hustings.foundation.core.once import once

from ..models import FieldType, ObjectType

KEY = "objects.shape"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Shared: what is in it is never changed. `objects` and `all_fields` hold the withdrawn too."""

    objects: Mapping[int, ObjectType]
    all_fields: Mapping[int, FieldType]
    by_slug: Mapping[str, ObjectType]
    by_record: Mapping[str, ObjectType]
    fields: Mapping[str, tuple[FieldType, ...]]

    def fields_of(self, record: str) -> tuple[FieldType, ...]:
        """Those in use, in order, of an object's or a main record type's name."""
        return self.fields.get(record, ())

    def field(self, record: str, slug: str) -> FieldType | None:
        return next((one for one in self.fields_of(record) if one.slug == slug), None)


def stamp() -> UUID | None:
    """Another whenever an object or a field is made or changed; asked of the database once a request."""
    return once(KEY, _stamp, writing=True)


def _stamp() -> UUID | None:
    with connection.cursor() as cursor:  # on every page: making the query would cost more than asking it
        cursor.execute("select token from objects_shapestamp where id = 1")
        found = cursor.fetchone()
        return found[0] if found else None


def shape() -> Shape:
    """As it stands now."""
    return _read(stamp())


def forget() -> None:
    """Look again at the next question: something was changed here."""
    forget_answer(KEY)


@lru_cache(maxsize=4)
def _read(token: UUID | None) -> Shape:
    if token is None:  # nothing was ever built
        return Shape({}, {}, {}, {}, {})
    with unveiled():
        objects = {one.pk: one for one in ObjectType.objects.select_related("team").order_by("plural", "id")}
        every = {one.pk: one for one in FieldType.objects.order_by("position", "id")}
    fields: dict[str, list[FieldType]] = {}
    for one in every.values():
        if one.withdrawn_at is None:
            fields.setdefault(one.record, []).append(one)
    live = [one for one in objects.values() if one.withdrawn_at is None]
    return Shape(
        objects,
        every,
        {one.slug: one for one in live},
        {one.record: one for one in live},
        {record: tuple(those) for record, those in fields.items()},
    )
