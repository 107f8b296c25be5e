"""The types of records that the house knows, each with its fields: what roles grant, rules ask, feeds follow, lists
show and the API serves. A room declares its own in its `records` module when the app is ready:

    records.register(
        RecordType(
            "person", _("Person"), _("People"), model=Person, visible_to=queries.visible_to,
            fields=[
                Field("name", _("Name"), columns=(Column(Person, "name"), Column(Person, "first_name"))),
                Field("email", _("Email"), kind=EMAIL, sensitive=True, mask=mask_email, read=best_email),
            ],
        )
    )

Declaring a field guards its columns (`core.guard`). Fields that an administrator adds come through `extend`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from .guard.attributes import Mask, Name, guard

Words = str | Promise
Choices = Sequence[tuple[str, Words]]

TEXT, LONG_TEXT, NUMBER, MONEY = "text", "long_text", "number", "money"
DATE, MOMENT, CHOICE, CHOICES, YES_NO = "date", "moment", "choice", "choices", "yes_no"
PLACE, FILE, LINK, EMAIL, PHONE, USER = "place", "file", "link", "email", "phone", "user"
KINDS = (TEXT, LONG_TEXT, NUMBER, MONEY, DATE, MOMENT, CHOICE, CHOICES, YES_NO, PLACE, FILE, LINK, EMAIL, PHONE, USER)


@dataclass(frozen=True, slots=True)
class Column:
    """A model's attribute that carries a field. `name` when it depends on the row which field it is; `owner`: the
    attribute with the id of the record the row belongs to."""

    model: type[Model]
    attribute: str
    name: Name | None = None
    names: tuple[str, ...] = ()
    owner: str = "id"
    mask: Mask | None = None
    searchable: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """Where values lie that are in no column of the record's own table: `rows()` are the rows that hold them, on which
    the field's `path` is asked, and `owner` the attribute in them with the record's id. Asked by a field that the
    current reader may not read, both refuse (`FieldHidden`), as the record's own columns do."""

    rows: Callable[[], QuerySet[Any]]
    owner: str

    def holding(self, q: Q, *, blank: bool) -> Q:
        """The records whose value fits. `blank`: so does no value at all, in which a record may have no row here."""
        rows = self.rows()
        return ~Q(pk__in=rows.filter(~q).values(self.owner)) if blank else Q(pk__in=rows.filter(q).values(self.owner))

    def value(self, path: str) -> Subquery:
        """The value, to sort by."""
        rows = self.rows().annotate(value_beside=F(path)).filter(**{self.owner: OuterRef("pk")})
        return Subquery(rows.values("value_beside")[:1])


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record type. `read(record)` gives its value as the current reader sees it (else the attribute
    of its name); `path` is the lookup that filters and sorts by it, empty where nothing can, and `beside` says where
    it is asked when not on the record; `fetch(records)` reads what the values of many are made of at once; `change` is
    told its new value (`change(actor=, record=, value=, now=)`), None where it is not edited one by one. Money is whole
    cents of a US dollar."""

    name: str
    label: Words
    kind: str = TEXT
    columns: tuple[Column, ...] = ()
    sensitive: bool = False  # its reading is in the audit; "all fields" does not include it
    mask: Mask | None = None
    choices: Choices | Callable[[], Choices] = ()
    to: str = ""  # of a link: the record type it points to
    path: str = ""
    beside: Beside | None = None
    read: Callable[[Any], Any] | None = None
    fetch: Callable[[Sequence[Any]], None] | None = None
    change: Callable[..., Any] | None = None
    group: Words = ""  # the heading it stands under on the roles page and on forms
    tracked: bool = False  # its changes are told in the record's feed unless someone chose otherwise
    is_custom: bool = False

    def value_of(self, record: Any) -> Any:
        """As the current reader sees it."""
        return self.read(record) if self.read else getattr(record, self.name)

    def all_choices(self) -> Choices:
        return self.choices() if callable(self.choices) else self.choices


@dataclass(frozen=True, slots=True)
class RecordType:
    """`visible_to(user)` is the only way to its rows; `listed_to(user)` are those that lists, searches and pickers
    offer, where these are fewer. `person_of(record)` is the id of the person it is about, if it is about one.
    `make(actor=, values=, now=)` makes one from values by field name, `delete(actor=, record=, now=)` ends one; `about`
    names the field of a new one that takes any record, as "TYPE/UID". Where rows are merged, `members(record)` are the
    ids of all that are read as this one, and `merged_too(user)` the visible with those merged into others. `rows` names
    the ways a role can narrow its rows."""

    name: str
    label: Words
    plural: Words
    model: type[Model]
    visible_to: Callable[[Any], QuerySet[Any]]
    fields: Sequence[Field] = ()
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] = lambda record: record.get_absolute_url()
    person_of: Callable[[Any], int | None] | None = None
    make: Callable[..., Any] | None = None
    about: str = ""
    members: Callable[[Any], Sequence[int]] | None = None
    merged_too: Callable[[Any], QuerySet[Any]] | None = None
    delete: Callable[..., Any] | None = None
    verbs: tuple[str, ...] = ("see", "add", "change", "delete", "export")
    rows: tuple[str, ...] = ("all",)
    icon: str = "file-text"
    private: bool = False  # "every record type" does not include it: a role must name it
    is_custom: bool = False
    listed_to: Callable[[Any], QuerySet[Any]] | None = None

    def offered_to(self, user: Any) -> QuerySet[Any]:
        """The rows that a list or a search shows to this user."""
        return (self.listed_to or self.visible_to)(user)


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """A record was made, changed or deleted: announced inside the transaction by the action that did it, for rules,
    feeds and history. `changes` maps a field's name to (old, new) in true values, as JSON can hold them."""

    record: str
    id: int
    uid: UUID
    changes: Mapping[str, tuple[Any, Any]]
    actor_id: int | None
    at: datetime
    is_new: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class RecordsMade:
    """Many records were made at once, on a path too hot for a line about each: announced once for all of them, inside
    their transaction."""

    record: str
    ids: Sequence[int]
    at: datetime


class Held(Exception):
    """This record must stay; the text says why, for whoever asked. Nothing was deleted."""


@dataclass(slots=True)
class _Registry:
    types: dict[str, RecordType] = field(default_factory=dict)
    type_sources: list[Callable[[], Iterable[RecordType]]] = field(default_factory=list)
    field_sources: list[Callable[[str], Sequence[Field]]] = field(default_factory=list)
    stamps: list[Callable[[], Any]] = field(default_factory=list)


registry = _Registry()


def register(record_type: RecordType) -> None:
    """Make the type known and guard its columns. A second type of the same name is refused."""
    if record_type.name in registry.types:
        raise ValueError(f"two record types are called {record_type.name}")
    for one in record_type.fields:
        for column in one.columns:
            guard(
                column.model,
                column.attribute,
                record=record_type.name,
                name=column.name or one.name,
                names=column.names,
                mask=column.mask or one.mask,
                owner=column.owner,
                is_sensitive=one.sensitive,
                searchable=column.searchable,
            )
    registry.types[record_type.name] = record_type


def extend(
    *,
    types: Callable[[], Iterable[RecordType]] | None = None,
    fields: Callable[[str], Sequence[Field]] | None = None,
    stamp: Callable[[], Any] | None = None,
) -> None:
    """Record types and fields (by the type's name) that administrators add while we run. `stamp` changes whenever
    they do, so that what is compiled from them can be kept until then."""
    if types:
        registry.type_sources.append(types)
    if fields:
        registry.field_sources.append(fields)
    if stamp:
        registry.stamps.append(stamp)


def all_types() -> list[RecordType]:
    """Every record type, the house's own first."""
    return [*registry.types.values(), *(one for source in registry.type_sources for one in source())]


def get(name: str) -> RecordType | None:
    """The type of this name; None when there is none."""
    return registry.types.get(name) or next((one for one in all_types() if one.name == name), None)


def fields_of(record_type: RecordType) -> list[Field]:
    """Its own fields, then those that were added."""
    return [*record_type.fields, *(one for source in registry.field_sources for one in source(record_type.name))]


def fetch(fields: Iterable[Field], rows: Sequence[Any]) -> None:
    """Read what these fields of all these records are made of, each thing by one question."""
    for read in dict.fromkeys(one.fetch for one in fields if one.fetch):
        read(rows)


def stamp() -> tuple[Any, ...]:
    """Changes whenever types or fields are added, changed or removed."""
    return tuple(source() for source in registry.stamps)
