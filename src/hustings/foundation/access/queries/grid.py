"""What the page "Roles and fields" draws: fields down, roles across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hustings.foundation.core import records
from hustings.foundation.core.guard import current, reading_as
from hustings.foundation.core.records import Field, RecordType

from .. import ready_made
from ..grants import Reading, definitions, grants_of
from ..models import Role, User
from ..roles import EVERY, NEVER, VERBS, Definition, compile_grants, lesser, level_word, sees
from . import role_names
from .roles import holders

VERB_LABELS = {
    "see": _lazy("see"),
    "add": _lazy("add"),
    "change": _lazy("change"),
    "delete": _lazy("delete"),
    "export": _lazy("export"),
}
ROW_LABELS = {
    "all": _lazy("all"),
    "team": _lazy("of their teams"),
    "state": _lazy("of their states"),
    "county": _lazy("of their counties"),
    "assigned": _lazy("in their hands"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A role: its name, how many hold it, and whether it sees the type at all."""

    slug: str
    name: str
    people: int
    sees: bool


@dataclass(frozen=True, slots=True)
class GridCell:
    role: Column
    word: str  # never, hidden, masked, read, edit


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    label: str
    sensitive: bool
    cells: Sequence[GridCell]


@dataclass(frozen=True, slots=True)
class Grid:
    columns: Sequence[Column]
    groups: Sequence[tuple[str, Sequence[Row]]]


def grid(one: RecordType) -> Grid:
    """Every role's cell for every field of the type, in the fields' groups."""
    known, names, held = definitions(), role_names(), holders()
    columns = [Column(slug, names[slug], held[slug], sees(known[slug], one)) for slug in names if slug in known]
    groups: dict[str, list[Row]] = {}
    for each in records.fields_of(one):
        cells = [GridCell(column, level_word(known[column.slug], one, each)) for column in columns]
        row = Row(each.name, str(each.label), each.sensitive, cells)
        groups.setdefault(str(each.group) or _("And"), []).append(row)
    return Grid(columns, list(groups.items()))


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a sample record as a role would see it, now and after saving."""

    label: str
    now: str
    after: str
    is_masked_now: bool
    is_masked_after: bool

    @property
    def differs(self) -> bool:
        return self.now != self.after


def preview(user: User, one: RecordType, old: Definition, new: Definition) -> tuple[list[Shown], list[str]]:
    """A record this user may see, through the role's eyes before and after a change, never with more than the user's
    own; and the labels of what is on neither page. What of it was sensitive counts as read by the user."""
    sample = one.visible_to(user).order_by("pk").first()
    if sample is None:
        return [], []
    own, reader = grants_of(user), current()
    shown, hidden = [], []
    readings = [Reading(lesser(own, compile_grants([role], [one])), user_id=user.pk) for role in (old, new)]
    for each in records.fields_of(one):
        if not any(reading.levels.get((one.name, each.name), 0) for reading in readings):
            hidden.append(str(each.label))
            continue
        values = [_seen(each, sample, reading) for reading in readings]
        masked = [reading.levels.get((one.name, each.name), 0) == 1 for reading in readings]
        shown.append(Shown(str(each.label), values[0], values[1], masked[0], masked[1]))
    if reader is not None:
        for reading in readings:
            for note in reading.notes:
                reader.note(*note)
    return shown, hidden


def _seen(each: Field, sample: Any, reading: Reading) -> str:
    with reading_as(reading):
        value = each.value_of(sample)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value if value is not None else "")


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """On a role's own page: what it says of this very field ("" for: as the rest), and what follows from that."""

    name: str
    label: str
    sensitive: bool
    said: str
    word: str


@dataclass(frozen=True, slots=True)
class TypeChoice:
    name: str
    label: str
    icon: str
    verbs: Sequence[tuple[str, Any, bool]]  # each with its label, and whether it is granted
    rows: Sequence[tuple[str, Any, bool]]
    fields: Sequence[FieldChoice]
    rest: str  # the level of ordinary fields
    whole: str  # the level of all fields


def choices(role: Definition) -> list[TypeChoice]:
    """Everything a role can be told, with what it says now: of every record type together, then of each."""
    return [_of_every(role), *(_of(role, one) for one in records.all_types())]


def _of_every(role: Definition) -> TypeChoice:
    return _choice(role, EVERY, _("Every record type"), "layers", VERBS, ("all",), [])


def _of(role: Definition, one: RecordType) -> TypeChoice:
    told = _told_fields(role, one.name)
    fields = [
        FieldChoice(each.name, str(each.label), each.sensitive, told.get(each.name, ""), level_word(role, one, each))
        for each in records.fields_of(one)
    ]
    return _choice(role, one.name, str(one.plural), one.icon, one.verbs, one.rows, fields)


def _choice(
    role: Definition,
    name: str,
    label: str,
    icon: str,
    verbs: Sequence[str],
    rows: Sequence[str],
    fields: Sequence[FieldChoice],
) -> TypeChoice:
    grant, told = role.records.get(name), _told_fields(role, name)
    return TypeChoice(
        name,
        label,
        icon,
        [(verb, VERB_LABELS[verb], bool(grant and verb in grant.verbs)) for verb in verbs],
        [(row, ROW_LABELS[row], bool(grant and row in grant.rows)) for row in rows],
        fields,
        told.get("*", ""),
        told.get("**", ""),
    )


def _told_fields(role: Definition, name: str) -> Mapping[str, str]:
    grant = role.records.get(name)
    if grant is None:
        return {}
    levels = {field: level.name.lower() for field, level in grant.fields.items()}
    return levels | dict.fromkeys(grant.never_fields, NEVER)


def described(slug: str) -> tuple[str, str]:
    """A role's name and what it is for."""
    row = Role.objects.filter(slug=slug).first()
    name = (row.name if row else "") or str(ready_made.NAMES.get(slug, slug))
    return name, (row.about if row else "") or str(ready_made.DESCRIPTIONS.get(slug, ""))
