"""The objects and fields as they stand: compiled once, kept until one is made or changed, looked at once a request."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.signals import request_finished, request_started

from hustings.foundation.core.guard import unveiled

from ..models import FieldType, ObjectType, ShapeStamp


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


# While a request is answered: [the stamp as it was seen], [] before. None outside of one.
_seen: ContextVar[list[UUID | None] | None] = ContextVar("hustings_shape", default=None)


def stamp() -> UUID | None:
    """Another whenever an object or a field is made or changed; asked of the database once a request."""
    seen = _seen.get()
    if seen:
        return seen[0]
    with unveiled():
        token = ShapeStamp.objects.filter(pk=1).values_list("token", flat=True).first()
    if seen is not None:
        seen.append(token)
    return token


def shape() -> Shape:
    """As it stands now."""
    return _read(stamp())


def forget() -> None:
    """Look again at the next question: something was changed here."""
    if (seen := _seen.get()) is not None:
        seen.clear()


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


def _begin(sender: Any, **_: Any) -> None:
    _seen.set([])


def _end(sender: Any, **_: Any) -> None:
    _seen.set(None)


request_started.connect(_begin, dispatch_uid="objects.shape")
request_finished.connect(_end, dispatch_uid="objects.shape")
