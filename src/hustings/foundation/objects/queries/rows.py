"""The rows of an object: which a person may see, and the aliases by which values are asked.

An object's index on a field is of the very expression that `sorted_value` gives, over the object's rows alone.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, DecimalField, F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import team_ids
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import CHOICES, FILE, PLACE, YES_NO

from ..kinds import NUMBERS
from ..models import CustomRecord, FieldType, ObjectType
from .shape import shape


class Sorted(Func):
    """The database's form of a value: `objects_text` (lower case), `objects_number` or `objects_place`."""

    def __init__(self, slug: str, function: str, output: Any) -> None:
        super().__init__(F("values"), Value(slug), function=function, output_field=output)


def sorted_value(field: FieldType) -> Sorted:
    """What it is sorted and bounded by; text in lower case, no more than its first 200 characters."""
    if field.kind in NUMBERS:
        return Sorted(field.slug, "objects_number", DecimalField(max_digits=20, decimal_places=6))
    function = "objects_place" if field.kind == PLACE else "objects_text"
    return Sorted(field.slug, function, TextField())


def kept_value(field: FieldType) -> Any:
    """The value itself, for whoever asks by a field's path: text as it is written, numbers as numbers."""
    if field.kind in NUMBERS:
        return sorted_value(field)
    if field.kind in (CHOICES, PLACE, FILE):
        return KeyTransform(field.slug, F("values"), output_field=JSONField())
    form = {"template": "(%(expressions)s)", "arg_joiner": " ->> "}
    text = Func(F("values"), Value(field.slug), **form, output_field=TextField())
    return Cast(text, BooleanField()) if field.kind == YES_NO else text


def aliases_of(fields: Iterable[FieldType]) -> dict[str, Any]:
    """`v<id>` as it is kept and `w<id>` as it is sorted, for each."""
    found: dict[str, Any] = {}
    for one in fields:
        found[f"v{one.pk}"], found[f"w{one.pk}"] = kept_value(one), sorted_value(one)
    return found


def all_rows(kind: ObjectType, fields: Iterable[FieldType] | None = None) -> QuerySet[CustomRecord]:
    """Every row of the object, with the aliases of these fields (all, where none are named); for the house's own
    work."""
    with unveiled():
        rows = CustomRecord.objects.filter(object_id=kind.pk)
        own = {f"stage{kind.pk}": F("stage"), f"owner{kind.pk}": F("owner_id"), f"made{kind.pk}": F("created_at")}
        return rows.alias(**own, **aliases_of(shape().fields_of(kind.record) if fields is None else fields))


def visible_to(user: User, kind: ObjectType, fields: Iterable[FieldType] | None = None) -> QuerySet[CustomRecord]:
    """The rows of the object that this person's roles let them see: all, those of an object that belongs to one of
    their teams, or their own. `fields`: those by which they are asked, where the caller knows; an alias costs."""
    grants = grants_of(user)
    scopes = grants.rows(kind.record)
    rows = all_rows(kind, fields)
    if not grants.may(kind.record, "see") or not scopes:
        return rows.none()
    if "all" in scopes or ("team" in scopes and kind.team_id in team_ids(user)):
        return rows
    with unveiled():
        return rows.filter(owner_id=user.pk) if "assigned" in scopes else rows.none()


def object_for(user: User, slug: str) -> ObjectType | None:
    """The object with this slug, if this person may see any record of it."""
    kind = shape().by_slug.get(slug)
    return kind if kind is not None and grants_of(user).may(kind.record, "see") else None


def objects_for(user: User) -> list[ObjectType]:
    """Those this person sees records of, by name."""
    grants = grants_of(user)
    return [one for one in shape().by_slug.values() if grants.may(one.record, "see")]


def record_for(user: User, kind: ObjectType, uid: UUID | str) -> CustomRecord | None:
    """One that this person may see."""
    return visible_to(user, kind).filter(uid=uid).first()
