"""The record types that administrators built, and the fields they added, as the rest of the house knows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_words
from hustings.foundation.core.records import CHOICE, LINK, MOMENT, TEXT, Beside, Field, RecordType
from hustings.foundation.core.records import USER as USER_KIND

from .actions.making import change_record, delete_record, make_record
from .actions.values import set_values
from .guarding import MASKS
from .kinds import outward
from .models import CustomRecord, FieldType, ObjectType
from .queries.fields import fetch, value_of, values_beside
from .queries.rows import visible_to
from .queries.shape import shape, stamp
from .rules import MADE, OWNER, STAGE


def register() -> None:
    """Called once, when the app is ready."""
    records.extend(types=types, fields=added_fields, stamp=stamp)


def types() -> Sequence[RecordType]:
    """Of the objects in use."""
    return _types(stamp())


@lru_cache(maxsize=4)
def _types(token: UUID | None) -> tuple[RecordType, ...]:
    return tuple(_type_of(kind) for kind in shape().by_slug.values())


def added_fields(record: str) -> Sequence[Field]:
    """Those added to a main record type."""
    return _added(record, stamp()) if shape().fields_of(record) else ()


@lru_cache(maxsize=256)
def _added(record: str, token: UUID | None) -> tuple[Field, ...]:
    if record in shape().by_record:
        return ()
    beside, at_once = Beside(partial(values_beside, record), "record_id"), partial(fetch, record)
    return tuple(
        _field(
            one, partial(_read_added, one), partial(_change_added, one), path=f"v{one.pk}", beside=beside, fetch=at_once
        )
        for one in shape().fields_of(record)
    )


def _type_of(kind: ObjectType) -> RecordType:
    return RecordType(
        kind.record,
        kind.label,
        kind.plural,
        model=CustomRecord,
        visible_to=partial(_visible_to, kind),
        fields=[*_own_fields(kind), *(_record_field(one) for one in shape().fields_of(kind.record))],
        title=title_of,
        url=url_of,
        person_of=_person_of,
        make=partial(_make, kind),
        delete=delete_record,
        rows=("all", "team", "assigned"),
        icon=kind.icon,
        is_custom=True,
    )


def _own_fields(kind: ObjectType) -> list[Field]:
    """What every record of an object has beside what was built."""
    own = [
        Field(
            OWNER,
            _("Owner"),
            kind=USER_KIND,
            path=f"owner{kind.pk}",
            read=lambda record: record.owner_id,
            change=partial(_change, OWNER),
            tracked=True,
        ),
        Field(MADE, _("Made on"), kind=MOMENT, path=f"made{kind.pk}", read=lambda record: record.created_at),
    ]
    if kind.stages:
        stage = Field(
            STAGE,
            _("Stage"),
            kind=CHOICE,
            choices=[(slug, label) for slug, label in kind.stages],
            path=f"stage{kind.pk}",
            read=lambda record: record.stage,
            change=partial(_change, STAGE),
            tracked=True,
        )
        own.insert(0, stage)
    return own


def _field(one: FieldType, read: Any, change: Any, **more: Any) -> Field:
    return Field(
        one.slug,
        one.label,
        kind=one.kind,
        sensitive=one.is_sensitive,
        mask=MASKS.get(one.kind, mask_words),
        choices=[(slug, label) for slug, label in one.choices],
        to=one.to,
        read=read,
        change=change,
        is_custom=True,
        **more,
    )


def _record_field(one: FieldType) -> Field:
    return _field(one, partial(_read, one.slug), partial(_change, one.slug), path=f"v{one.pk}")


def _read(slug: str, record: CustomRecord) -> Any:
    return outward(record.value(slug))


def _read_added(one: FieldType, record: Any) -> Any:
    return outward(value_of(one.record, record, one.slug))


def _change(slug: str, *, actor: User | None, record: CustomRecord, value: Any, now: datetime) -> None:
    change_record(actor=actor, record=record, values={slug: value}, now=now)


def _change_added(one: FieldType, *, actor: User | None, record: Any, value: Any, now: datetime) -> None:
    set_values(actor=actor, record_type=one.record, record=record, values={one.slug: value}, now=now)


def _make(kind: ObjectType, *, actor: User | None, values: dict[str, Any], now: datetime) -> CustomRecord:
    return make_record(actor=actor, kind=shape().objects[kind.pk], values=values, now=now)


def _visible_to(kind: ObjectType, user: User) -> QuerySet[CustomRecord]:
    return visible_to(user, kind)


def title_of(record: CustomRecord) -> str:
    """Its first text, as the current reader sees it; else what it is, and its number."""
    return title_from(shape().objects[record.object_id], record.pk, record.values)


def title_from(kind: ObjectType, pk: int, values: Mapping[str, Any]) -> str:
    """The same of values that were read already."""
    first = next((one for one in shape().fields_of(kind.record) if one.kind == TEXT), None)
    said = values.get(first.slug) if first else None
    return str(said) if said else f"{kind.label} {pk}"


def url_of(record: CustomRecord) -> str:
    return reverse("objects:record", args=[shape().objects[record.object_id].slug, record.uid])


def _person_of(record: CustomRecord) -> int | None:
    """The first person it links to, whoever reads: rules and feeds are about them."""
    kind = shape().objects[record.object_id]
    for one in shape().fields_of(kind.record):
        if one.kind == LINK and one.to == "person":
            value = record.__dict__.get("values", {}).get(one.slug)
            return value if isinstance(value, int) else None
    return None
