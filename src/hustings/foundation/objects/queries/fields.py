"""Added fields of main records: read with the record, shown to whoever may see them, and asked for in lists.

A room above shows them on its page with `panel_for`, reads them for a whole list at once with `fetch`, and narrows its
rows with `narrowed`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.core.guard import FieldHidden, Level, current, level_of, reading_as, unveiled
from hustings.foundation.core.records import FILE, LINK

from ..guarding import ask, veiled
from ..kinds import say
from ..models import FieldType, FieldValue
from ..rules import fillable, level, may
from .links import named
from .rows import aliases_of, sorted_value
from .shape import shape

KEPT = "_added_values"


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as its reader sees it. `href` where it leads somewhere; `is_masked` where a part is held back."""

    field: FieldType
    text: str
    href: str = ""
    is_masked: bool = False

    @property
    def label(self) -> str:
        return self.field.label


def value_of(record_type: str, record: Any, slug: str) -> Any:
    """One added value of a record as the current reader sees it; all of a record's are read at once and kept on it."""
    values = record.__dict__.get(KEPT)
    if values is None:
        fetch(record_type, [record])
        values = record.__dict__[KEPT]
    return veiled(record_type, record.pk, {slug: values[slug]}).get(slug) if slug in values else None


def fetch(record_type: str, rows: Iterable[Any]) -> None:
    """Read the added values of all these records by one question."""
    rows = list(rows)
    found = stored(record_type, [row.pk for row in rows]) if shape().fields_of(record_type) else {}
    for row in rows:
        row.__dict__[KEPT] = found.get(row.pk, {})


def stored(record_type: str, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """True values by record id, for the house; what a reader is shown goes through `veiled`."""
    with unveiled():
        rows = FieldValue.objects.filter(record=record_type, record_id__in=list(ids))
        return {row.record_id: row.values for row in rows}


def values_beside(record_type: str) -> QuerySet[Any]:
    """The rows with added values of these records, each field by its alias (`guarding`)."""
    with unveiled():
        rows = FieldValue.objects.filter(record=record_type)
        return rows.alias(**aliases_of(shape().fields_of(record_type)))


def forget(record: Any) -> None:
    """Read them anew at the next question."""
    record.__dict__.pop(KEPT, None)


def fields_for(record_type: str, record_id: int, user: Any, *, file_url: Any = None) -> list[Shown]:
    """The added fields of a main record that this person may see, in order, blank ones too."""
    with reading_as(current() or Reading(grants_of(user))):
        return _fields_for(record_type, record_id, user, file_url)


def _fields_for(record_type: str, record_id: int, user: Any, file_url: Any) -> list[Shown]:
    fields = [one for one in shape().fields_of(record_type) if level(user, record_type, one.slug) >= Level.MASKED]
    if not fields:
        return []
    values = stored(record_type, [record_id]).get(record_id, {})
    return shown(fields, veiled(record_type, record_id, values), user=user, file_url=file_url)


def panel_for(user: Any, record_type: str, record: Any) -> dict[str, Any] | None:
    """For a main record's page, with the template `objects/panel.html`: its added fields as this person sees them, and
    where those that they may fill in are changed. None where there is nothing to show."""

    def file_url(one: FieldType) -> str:
        return reverse("objects:main_file", args=[record_type, record.uid, one.slug])

    lines = fields_for(record_type, record.pk, user, file_url=file_url)
    if not lines:
        return None
    may_change = may(user, record_type, "change") and bool(fillable(user, [one.field for one in lines]))
    return {
        "shown": lines,
        "edit": reverse("objects:main_fields", args=[record_type, record.uid]) if may_change else "",
    }


def shown(fields: Sequence[FieldType], seen: Mapping[str, Any], *, user: Any, file_url: Any = None) -> list[Shown]:
    """What a page says of them; `seen` holds what the reader sees, `file_url(field)` gives a file's address."""
    lines = []
    for one in fields:
        value = seen.get(one.slug)
        is_masked = value is not None and level_of(one.record, one.slug) == Level.MASKED
        if one.kind == LINK and isinstance(value, int):
            title, href = named(one.to, [value], user=user).get(value, ("", ""))
            lines.append(Shown(one, title, href))
        elif one.kind == FILE and isinstance(value, dict):
            lines.append(Shown(one, say(one, value), file_url(one) if file_url else ""))
        else:
            lines.append(Shown(one, say(one, value), is_masked=is_masked))
    return lines


def narrowed(record_type: str, rows: QuerySet[Any], conditions: Mapping[str, Any]) -> QuerySet[Any]:
    """These rows of a main record type where added fields say so: {"shirt_size": "l", "joined__gte": "2028-01-01"}, by
    the kept form. Raises FieldHidden for a field that the reader may not read, or that is not there."""
    for name, value in conditions.items():
        slug, _, lookup = name.partition("__")
        one = shape().field(record_type, slug)
        if one is None:
            raise FieldHidden(record_type, slug)
        ask(one)
        with unveiled():
            found = FieldValue.objects.filter(record=record_type).alias(asked=sorted_value(one))
            text = value.lower() if isinstance(value, str) else value
            ids = found.filter(**{f"asked__{lookup or 'exact'}": text}).values("record_id")
        rows = rows.filter(pk__in=ids)
    return rows
