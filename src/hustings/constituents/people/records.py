"""What people bring of record types: the person, and which column carries which field."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import F, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.guard.attributes import mask_email, mask_name, mask_phone, mask_words
from hustings.foundation.core.records import (
    CHOICE,
    EMAIL,
    LONG_TEXT,
    PHONE,
    PLACE,
    YES_NO,
    Column,
    Field,
    RecordType,
)

from . import queries
from .actions.changes import change_fact, set_do_not_contact
from .models import Consent, Household, Identifier, Merge, Note, Person, PersonFact, Vip
from .rules import LANGUAGES, field_of

WHO, REACH, HELD = _("Who they are"), _("How to reach them"), _("What we hold on them")
REACHED_BY = ("email", "phone", "external")
FACT_NAMES = ("name", "language", "street", "city", "state", "zip", "county", "care_note", "email", "phone")


def _reached_by(row: Identifier) -> str:
    return str(row.__dict__.get("kind") or row.kind)


def _stated(row: PersonFact) -> str:
    return field_of(row.field)


def _mask_of_identifier(value: str) -> str:
    return mask_email(value) if "@" in value else mask_phone(value)


# Kept on a person whose rows were read with many others'.
REACHED, CONSENTED, NOTED = "_reached_at", "_consented", "_noted"
MOST_NOTES = 20


def _reach_many(people: Sequence[Person]) -> None:
    """The first address, number and external id of each, over the whole person; kept on them, and read by level."""
    with unveiled():
        whole = queries.whole_of(person.pk for person in people)
        found: dict[int, dict[str, Identifier]] = {}
        for row in Identifier.objects.filter(person_id__in=whole).order_by("id"):
            found.setdefault(whole[row.person_id], {}).setdefault(row.kind, row)
    for person in people:
        person.__dict__[REACHED] = found.get(person.pk, {})


def _first(kind: str) -> Any:
    def read(person: Person) -> str:
        if REACHED in person.__dict__:
            row = person.__dict__[REACHED].get(kind)
            return row.value if row else ""
        rows = Identifier.objects.filter(person_id__in=queries.members(person.pk), kind=kind).order_by("id")
        return next((row.value for row in rows[:1]), "")

    return read


def _changes(field: str) -> Any:
    def change(*, actor: User | None, record: Person, value: str, now: datetime) -> None:
        source = f"user:{actor.uid}" if actor else "rule"
        change_fact(actor=actor, person=record, field=field, value=value, source=source, now=now)

    return change


def _do_not_contact(*, actor: User | None, record: Person, value: bool, now: datetime) -> None:
    set_do_not_contact(actor=actor, person=record, on=value, now=now)


def _text(name: str, label: Any, column: str = "", **more: Any) -> Field:
    column = column or name
    read = attrgetter(column) if column != name else None
    given = {"read": read, "path": column, "columns": (Column(Person, column),), "change": _changes(column)} | more
    return Field(name, label, **given)


def _fields() -> list[Field]:
    names = tuple(Column(Person, each) for each in ("name", "first_name", "last_name"))
    facts = Column(PersonFact, "value", name=_stated, names=FACT_NAMES, owner="person_id", mask=mask_words)
    reach = Column(Identifier, "value", name=_reached_by, names=REACHED_BY, owner="person_id", mask=_mask_of_identifier)
    street = (Column(Person, "street"), Column(Household, "street"), Column(Household, "key"))
    return [
        _text("name", _("Name"), columns=(*names, facts), mask=mask_name, group=WHO),
        _text("language", _("Language"), kind=CHOICE, choices=_languages, group=WHO),
        Field("is_child", _("Under 18"), kind=YES_NO, columns=(Column(Person, "is_child"),), group=WHO),
        Field(
            *("email", _("Email")),
            kind=EMAIL,
            columns=(reach, Column(Vip, "address", owner="person_id", mask=mask_email)),
            sensitive=True,
            mask=mask_email,
            read=_first("email"),
            fetch=_reach_many,
            group=REACH,
        ),
        Field(
            *("phone", _("Phone")),
            kind=PHONE,
            sensitive=True,
            mask=mask_phone,
            read=_first("phone"),
            fetch=_reach_many,
            group=REACH,
        ),
        Field("external", _("External id"), read=_first("external"), fetch=_reach_many, group=HELD),
        _text("street", _("Street and number"), columns=street, sensitive=True, mask=mask_words, group=REACH),
        _text("city", _("City"), group=REACH),
        _text("state", _("State"), "state_code", kind=PLACE, group=REACH),
        _text("zip", _("ZIP"), kind=PLACE, group=REACH),
        _text("county", _("County"), "county_fips", kind=PLACE, change=None, group=REACH),
        Field(
            "household", _("Household"), columns=(Column(Person, "household"),), read=_house, fetch=_houses, group=REACH
        ),
        Field(
            *("do_not_contact", _("Do not contact")),
            kind=YES_NO,
            columns=(Column(Person, "do_not_contact"),),
            path="do_not_contact",
            change=_do_not_contact,
            group=HELD,
        ),
        Field(
            *("consent", _("Consent by channel")),
            columns=(Column(Consent, "state", owner="person_id"),),
            read=_consents,
            fetch=_consent_many,
            group=HELD,
        ),
        _text("care_note", _("What to mind"), kind=LONG_TEXT, group=HELD),
        Field(
            *("notes", _("Notes by colleagues")),
            kind=LONG_TEXT,
            columns=(
                Column(Note, "text", owner="person_id", mask=mask_words),
                Column(Merge, "reason", owner="person_id", mask=mask_words),
            ),
            read=_notes,
            fetch=_note_many,
            group=HELD,
        ),
    ]


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            "person",
            _("Person"),
            _("People"),
            model=Person,
            visible_to=queries.canonical_visible_to,
            listed_to=queries.listed_to,
            fields=_fields(),
            person_of=lambda person: person.pk,
            members=lambda person: queries.members(person.pk),
            merged_too=queries.visible_to,
            verbs=("see", "add", "change", "export"),
            rows=("all", "state", "county", "team", "assigned"),
            icon="user",
        )
    )


def _languages() -> list[tuple[str, Any]]:
    return list(LANGUAGES.items())


def _houses(people: Sequence[Person]) -> None:
    with unveiled():
        prefetch_related_objects(list(people), "household")


def _house(person: Person) -> str:
    return person.household.street if person.household_id and person.household else ""


def _consented(people: Iterable[Person]) -> dict[int, dict[str, Consent]]:
    """By person and channel, over the whole person: what was said last."""
    with unveiled():
        whole = queries.whole_of(person.pk for person in people)
        said: dict[int, dict[str, Consent]] = {}
        for row in Consent.objects.filter(person_id__in=whole).order_by("at", "id"):
            said.setdefault(whole[row.person_id], {})[row.channel] = row
    return said


def _consent_many(people: Sequence[Person]) -> None:
    said = _consented(people)
    for person in people:
        person.__dict__[CONSENTED] = said.get(person.pk, {})


def _consents(person: Person) -> list[str]:
    kept = person.__dict__.get(CONSENTED)
    newest = _consented([person]).get(person.pk, {}) if kept is None else kept
    return [f"{channel}: {row.state}" for channel, row in newest.items() if row.state]


def _noted(people: Iterable[Person]) -> dict[int, list[Note]]:
    """The newest notes by person, over the whole person."""
    with unveiled():
        whole = queries.whole_of(person.pk for person in people)
        place = Window(RowNumber(), partition_by="person_id", order_by=[F("at").desc(), F("id").desc()])
        rows = Note.objects.filter(person_id__in=whole).annotate(place=place).filter(place__lte=MOST_NOTES)
        found: dict[int, list[Note]] = {}
        for row in rows.order_by("-at", "-id"):
            found.setdefault(whole[row.person_id], []).append(row)
    return found


def _note_many(people: Sequence[Person]) -> None:
    found = _noted(people)
    for person in people:
        person.__dict__[NOTED] = found.get(person.pk, [])


def _notes(person: Person) -> list[str]:
    kept = person.__dict__.get(NOTED)
    rows = _noted([person]).get(person.pk, []) if kept is None else kept
    return [row.text for row in rows[:MOST_NOTES]]
