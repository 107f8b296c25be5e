"""What was changed, as its reader may see it: a hidden field's line is not there, a masked one shows masked values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard import Level, current, level_of, may_read
from hustings.foundation.core.guard.attributes import MASK
from hustings.foundation.core.records import (
    CHOICE,
    CHOICES,
    DATE,
    LINK,
    MOMENT,
    YES_NO,
    Field,
)
from hustings.foundation.core.records import (
    USER as USER_KIND,
)

from ..models import ChangeLine, Post, TrackedFields
from .seen import as_read_by, seen_type

LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One field's change. `old` and `new` are words, empty for nothing; `masked`: they are a part of the truth."""

    label: str
    old: str
    new: str
    masked: bool = False


def fields_by_name(name: str) -> dict[str, Field]:
    """The fields of a record type; none when there is no such type."""
    kind = records.get(name)
    return {field.name: field for field in records.fields_of(kind)} if kind is not None else {}


def tracked(name: str) -> list[str]:
    """The fields whose changes this type's feeds tell: as chosen, else as its room said."""
    chosen = TrackedFields.objects.filter(record_type=name).values_list("fields", flat=True).first()
    if chosen is not None:
        return list(chosen)
    return [field.name for field in fields_by_name(name).values() if field.tracked]


def shown_fields(user: User, name: str) -> list[str]:
    """The fields of a type of whose changes the user is told something."""
    with as_read_by(user):
        return [field for field in fields_by_name(name) if level_of(name, field) > Level.HIDDEN]


def lines_of(user: User, posts: Iterable[Post]) -> dict[int, list[Line]]:
    """By the change's id, its lines as this user may see them. Two queries, and one for each type linked to."""
    by_id = {post.pk: post for post in posts if post.fields}
    if not by_id:
        return {}
    found: dict[int, list[Line]] = {}
    with as_read_by(user):
        rows = [
            (by_id[row.post_id], row, field, level)
            for row in ChangeLine.objects.filter(post_id__in=by_id).order_by("id")
            if (field := fields_by_name(by_id[row.post_id].record_type).get(row.field)) is not None
            and (level := level_of(by_id[row.post_id].record_type, row.field)) > Level.HIDDEN
        ]
        read = [(row, field) for _post, row, field, level in rows if level >= Level.READ]
        named = _names(user, read)
        for post, row, field, level in rows:
            found.setdefault(post.pk, []).append(_line(post, row, field, level, named))
    return found


def _line(post: Post, row: ChangeLine, field: Field, level: Level, named: Mapping[tuple[str, str], str]) -> Line:
    if level == Level.MASKED:
        return Line(str(field.label), _masked(field, row.old), _masked(field, row.new), masked=True)
    reader = current()
    if field.sensitive and reader is not None:
        reader.note(post.record_type, field.name, post.record_id)
    return Line(str(field.label), _words(field, row.old, named), _words(field, row.new, named))


def _masked(field: Field, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    mask = field.mask or next((column.mask for column in field.columns if column.mask), None)
    if mask is None or not isinstance(value, str):
        return MASK
    return str(mask(value))


def _words(field: Field, value: Any, named: Mapping[tuple[str, str], str]) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, (_words(field, one, named) for one in value)))[:LONGEST_VALUE]
    if field.kind in (LINK, USER_KIND):
        return named.get((_target(field), str(value))) or _unnamed(field, value)
    if field.kind == YES_NO or isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.kind in (CHOICE, CHOICES):
        labels = {str(key): str(label) for key, label in field.all_choices()}
        return labels.get(str(value), str(value))
    if field.kind in (DATE, MOMENT):
        return _moment(str(value))
    if isinstance(value, dict):
        return ", ".join(str(one) for one in value.values() if one not in (None, ""))[:LONGEST_VALUE]
    words = " ".join(str(value).split())
    return words if len(words) <= LONGEST_VALUE else f"{words[:LONGEST_VALUE]}…"


def _moment(value: str) -> str:
    try:
        moment: datetime | date | None = parse_datetime(value) if len(value) > 10 else parse_date(value)
    except ValueError:
        moment = None
    if moment is None:
        return value
    if isinstance(moment, datetime):
        return date_format(timezone.localtime(moment) if timezone.is_aware(moment) else moment, "j F Y, H:i")
    return date_format(moment, "j F Y")


def _target(field: Field) -> str:
    return "user" if field.kind == USER_KIND else field.to


def _is_key(value: Any) -> bool:
    """Whether it names a row, by its id or uid."""
    if isinstance(value, int):
        return True
    try:
        UUID(str(value))
    except ValueError:
        return str(value).isdecimal()
    return True


def _unnamed(field: Field, value: Any) -> str:
    """A link whose record the reader may not see (or that is gone); a colleague's name as it was written down."""
    if field.kind == USER_KIND:
        return _("a colleague") if _is_key(value) or not may_read("user", "name") else str(value)
    return _("a record that you may not see")


def _names(user: User, rows: Sequence[tuple[ChangeLine, Field]]) -> dict[tuple[str, str], str]:
    """What linked records are called, by type and key; only those that the user may see."""
    wanted: dict[str, set[str]] = {}
    for row, field in rows:
        if field.kind not in (LINK, USER_KIND):
            continue
        for value in (row.old, row.new):
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, "") and _is_key(one):
                    wanted.setdefault(_target(field), set()).add(str(one))
    found: dict[tuple[str, str], str] = {}
    for name, keys in wanted.items():
        kind = seen_type(user, name)
        if kind is None:
            continue
        ids = [int(key) for key in keys if key.isdecimal()]
        uids = [UUID(key) for key in keys if not key.isdecimal()]
        # A colleague is named whoever reads, as everywhere; other records only to those who may see them.
        rows_of = User.objects.all() if name == "user" else kind.visible_to(user)
        for record in [*(rows_of.filter(pk__in=ids) if ids else ()), *(rows_of.filter(uid__in=uids) if uids else ())]:
            found[name, str(record.pk)] = found[name, str(record.uid)] = kind.title(record)
    return found
