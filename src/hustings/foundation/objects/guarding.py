"""Who reads which value. Each object is a record type of its own though all lie in one table, so a row's attributes
are guarded by the object it belongs to, and a query by the field it asks for.

Queries name a value by an alias (`queries.rows`): `v12` is the field with id 12 as it is kept, `w12` as it is sorted,
`stage3`, `owner3` and `made3` what every record of object 3 has. Asked by a reader who may not read that field, they
are refused (`FieldHidden`), like the columns behind them, which no reader asks by their own names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hustings.foundation.core.guard import FieldHidden, Level, current
from hustings.foundation.core.guard.attributes import Guarded, Mask, guards_on, mask_email, mask_phone, mask_words
from hustings.foundation.core.records import EMAIL, PHONE

from .models import CustomRecord, FieldType, FieldValue
from .queries.shape import shape

STAGE, OWNER, MADE = "stage", "owner", "made_on"
ALIAS = re.compile(r"(v|w|stage|owner|made)(\d{1,18})")
MASKS = {EMAIL: mask_email, PHONE: mask_phone}


class _OfRow(Guarded):
    """An attribute whose record type depends on the row."""

    __slots__ = ()


class _OwnAttribute(_OfRow):
    """Stage and owner."""

    __slots__ = ()

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__[self.attname] if self.attname in instance.__dict__ else self._loaded(instance, cls)
        reader = current()
        if reader is None or not value:
            return value
        level = reader.levels.get((record_of(instance), self.attname.removesuffix("_id")), Level.HIDDEN)
        return value if level >= Level.READ else self.blank


class _Values(_OfRow):
    """The values, each by its field's level; what may not be read is not in them."""

    __slots__ = ()

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        if instance is None:
            return self
        values = instance.__dict__[self.attname] if self.attname in instance.__dict__ else self._loaded(instance, cls)
        reader = current()
        if reader is None:
            return values
        record = record_of(instance)
        row = instance.pk if isinstance(instance, CustomRecord) else instance.record_id
        return veiled(record, row, values)


def veiled(record: str, row: int | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """These values as the current reader sees them: read, masked, or not there."""
    reader = current()
    if reader is None:
        return dict(values)
    seen: dict[str, Any] = {}
    for one in shape().fields_of(record):
        if one.slug not in values:
            continue
        level = reader.levels.get((record, one.slug), Level.HIDDEN)
        if level >= Level.READ:
            if one.is_sensitive:
                reader.note(record, one.slug, row)
            seen[one.slug] = values[one.slug]
        elif level == Level.MASKED:
            mask: Mask = MASKS.get(one.kind, mask_words)
            seen[one.slug] = mask(values[one.slug])
    return seen


def ask(one: FieldType) -> None:
    """Something is asked by this field. Raises FieldHidden when the current reader may not read it; keeps in mind
    that a sensitive one was used."""
    reader = current()
    if reader is None:
        return
    if reader.levels.get((one.record, one.slug), Level.HIDDEN) < Level.READ:
        raise FieldHidden(one.record, one.slug)
    if one.is_sensitive:
        reader.note(one.record, one.slug, None)


def record_of(instance: Any) -> str:
    """The record type's name of a row."""
    if isinstance(instance, FieldValue):
        return instance.record
    one = shape().objects.get(instance.object_id)
    return one.record if one else ""


@dataclass(frozen=True, slots=True)
class _Alias:
    """What a query's alias touches, as `core.guard` asks."""

    record: str
    names: tuple[str, ...]
    is_sensitive: bool
    searchable: bool = False


def guards_of_alias(name: str) -> tuple[Any, ...]:
    """The field behind an alias of ours; none for other words. One that is not known is refused."""
    found = ALIAS.fullmatch(name)
    if not found:
        return ()
    now, number = shape(), int(found[2])
    if found[1] in "vw":
        if (one := now.all_fields.get(number)) is None:
            raise FieldHidden("", name)
        return (_Alias(one.record, (one.slug,), one.is_sensitive),)
    if (kind := now.objects.get(number)) is None:
        raise FieldHidden("", name)
    return (_Alias(kind.record, ({"stage": STAGE, "owner": OWNER, "made": MADE}[found[1]],), False),)


def install() -> None:
    """Called once, when the app is ready."""
    _put(CustomRecord, "values", _Values)
    _put(FieldValue, "values", _Values)
    _put(CustomRecord, "words", _OwnAttribute)
    _put(CustomRecord, "stage", _OwnAttribute)
    _put(CustomRecord, "owner", _OwnAttribute)
    for model in (CustomRecord, FieldValue):
        setattr(model, "guards_of_alias", staticmethod(guards_of_alias))  # noqa: B010 it is not declared on them
    guards_on.cache_clear()


def _put(model: Any, name: str, kind: type[_OfRow]) -> None:
    field = model._meta.get_field(name)
    inner = model.__dict__.get(field.attname)
    guard = kind(
        field,
        inner,
        "x_",  # of no record type: by its own name no reader may ask
        name,
        names=[name],
        mask=None,
        owner="id",
        is_sensitive=False,
        searchable=False,
    )
    setattr(model, field.attname, guard)
