"""What of record types a reader gets: types, fields with their levels, rows and values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import Level
from hustings.foundation.core.records import CHOICE, CHOICES, LINK, MONEY, USER, Field, RecordType

from ..actions.visits import note_visits
from ..grants import grants_of
from ..models import User
from ..roles import LEVEL_NAMES
from .refusals import Refused

PERSON = "person"  # of whose pages a role may open so many in a shift


def type_of(request: HttpRequest, name: str) -> RecordType:
    """The record type, for someone who may see it; whether there are others is not told."""
    one = records.get(name)
    if one is None or not grants_of(request.user).may(name, "see"):
        raise Refused(404, "not-found")
    return one


@dataclass(frozen=True, slots=True)
class Shown:
    """A field, and how much of it this reader gets."""

    field: Field
    level: Level


def fields_for(request: HttpRequest, one: RecordType) -> dict[str, Shown]:
    """Those that are not hidden, by name."""
    grants = grants_of(request.user)
    found = {each.name: Shown(each, grants.level(one.name, each.name)) for each in records.fields_of(one)}
    return {name: shown for name, shown in found.items() if shown.level > Level.HIDDEN}


def field_for(request: HttpRequest, one: RecordType, name: str, *, least: Level) -> Field:
    """The field, at this level at least. One that is hidden and one that is not there are refused alike."""
    shown = fields_for(request, one).get(name)
    if shown is None or shown.level < least:
        said = _("“%(name)s” is not there, or you may not use it so. Nothing was looked up or changed.")
        raise Refused(403, "field", said % {"name": name})
    return shown.field


def type_told(request: HttpRequest, one: RecordType) -> dict[str, Any]:
    """A record type, as this reader may use it."""
    grants = grants_of(request.user)
    return {
        "name": one.name,
        "label": str(one.label),
        "plural": str(one.plural),
        "verbs": sorted(grants.verbs[one.name]),
        "fields": [_field_told(shown) for shown in fields_for(request, one).values()],
    }


def _field_told(shown: Shown) -> dict[str, Any]:
    field = shown.field
    told: dict[str, Any] = {
        "name": field.name,
        "label": str(field.label),
        "kind": field.kind,
        "level": LEVEL_NAMES[shown.level],
        "filters": bool(field.path) and shown.level >= Level.READ,
        "changes": field.change is not None and shown.level == Level.EDIT,
    }
    if field.kind in (CHOICE, CHOICES) and shown.level >= Level.READ:
        told["choices"] = [str(value) for value, _label in field.all_choices()]
    if field.kind == LINK:
        told["to"] = field.to
    return told


def chosen_fields(request: HttpRequest, one: RecordType, asked: str) -> list[Shown]:
    """The fields of `?fields=a,b`; without it, all that are not hidden. Raises Refused for any other."""
    every = fields_for(request, one)
    if not asked:
        return list(every.values())
    names = list(dict.fromkeys(name for name in asked.split(",") if name))
    return [Shown(field_for(request, one, name, least=Level.MASKED), every[name].level) for name in names]


def rows_told(
    request: HttpRequest, one: RecordType, rows: Sequence[Any], fields: Sequence[Shown]
) -> list[dict[str, Any]]:
    """Rows as the current reader sees them. Links are the uids of records that the reader may see. Raises ShiftOver for
    whom a shift is limited: people told here count as people opened."""
    if one.name == PERSON:
        note_visits(user=request.user, record_type=PERSON, records=rows, now=now())
    records.fetch([shown.field for shown in fields], rows)
    told: list[dict[str, Any]] = [
        {
            "uid": str(row.uid),
            "type": one.name,
            "fields": {shown.field.name: value_told(shown.field, row) for shown in fields},
        }
        for row in rows
    ]
    for shown in fields:
        if shown.field.kind in (LINK, USER):
            _link(request, shown.field, [row["fields"] for row in told])
    return told


def value_told(field: Field, row: Any) -> Any:
    """A value as JSON holds it: money, which is kept in cents, as "12.50"."""
    value = field.value_of(row)
    is_cents = field.kind == MONEY and isinstance(value, int) and not isinstance(value, bool)
    return f"{Decimal(value) / 100:.2f}" if is_cents else plain(value)


def plain(value: Any) -> Any:
    """A value as JSON holds it; of a record, its uid."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Model):
        uid = getattr(value, "uid", None)
        return str(uid) if uid else None
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _link(request: HttpRequest, field: Field, rows: Sequence[dict[str, Any]]) -> None:
    """Ids that a field holds become uids, all at once."""
    ids = {row[field.name] for row in rows if isinstance(row[field.name], int)}
    if not ids:
        return
    uids = {pk: str(uid) for pk, uid in seen_of(request, field).filter(pk__in=ids).values_list("pk", "uid")}
    for row in rows:
        if isinstance(row[field.name], int):
            row[field.name] = uids.get(row[field.name])


def seen_of(request: HttpRequest, field: Field) -> Any:
    """The records that a link of this field may name: those that the reader sees."""
    if field.kind == USER:
        return User.objects.all()
    target = records.get(field.to)
    if target is None or not grants_of(request.user).may(field.to, "see"):
        return User.objects.none()
    return target.visible_to(request.user)
