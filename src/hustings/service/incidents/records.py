"""What incidents bring of record types: the incident, and which column carries which field."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_code
from hustings.foundation.core.records import (
    CHOICE,
    LONG_TEXT,
    MOMENT,
    PLACE,
    USER,
    Column,
    Field,
    RecordType,
)

from . import queries
from .actions import keeping, reporting
from .models import Incident, Kind
from .rules import RECORD

WHAT, CARE = _("What happened"), _("What was done about it")
STATUS = (("open", _("Open")), ("closed", _("Closed")))


def _set(column: str) -> Any:
    def change(*, actor: User, record: Incident, value: Any, now: datetime) -> None:
        keeping.change_incident(actor=actor, incident=record, now=now, **{column: value or ""})

    return change


def _code(column: str) -> tuple[Column, ...]:
    return (Column(Incident, column, mask=mask_code),)


def _text(name: str, label: Any, column: str = "", *, group: Any = WHAT, long: bool = False) -> Field:
    column = column or name
    return Field(
        *(name, label),
        kind=LONG_TEXT if long else "text",
        columns=(Column(Incident, column),),
        read=lambda one: getattr(one, column),
        change=_set(column),
        tracked=True,
        group=group,
    )


def _make(*, actor: User, values: dict[str, Any], now: datetime) -> Incident:
    columns = {"place": "state_code", "where": "place", "county": "county_fips"}
    facts = {columns.get(name, name): value for name, value in values.items()}
    return reporting.report(actor=actor, now=now, **facts)


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            RECORD,
            _("Election incident"),
            _("Election incidents"),
            model=Incident,
            visible_to=queries.visible_to,
            fields=[
                Field("kind", _("Kind"), kind=CHOICE, choices=Kind.choices, path="kind", columns=_code("kind"),
                      change=_set("kind"), tracked=True, group=WHAT),
                Field("place", _("State"), kind=PLACE, path="state_code", columns=_code("state_code"),
                      read=lambda one: one.state_code, change=_set("state_code"), tracked=True, group=WHAT),
                Field("county", _("County (FIPS)"), path="county_fips", columns=_code("county_fips"),
                      read=lambda one: one.county_fips, change=_set("county_fips"), group=WHAT),
                _text("precinct", _("Precinct")),
                _text("where", _("Polling place"), "place"),
                Field("at", _("When it happened"), kind=MOMENT, path="at", columns=(Column(Incident, "at"),),
                      change=_set("at"), tracked=True, group=WHAT),
                _text("what", _("What happened"), long=True),
                _text("done", _("What was done"), group=CARE, long=True),
                Field("status", _("Status"), kind=CHOICE, choices=STATUS, tracked=True, group=CARE,
                      columns=(Column(Incident, "closed_at"), Column(Incident, "closed_by")), read=queries.status_of),
                _outcome(),
                Field("reported_at", _("Reported"), kind=MOMENT, path="reported_at",
                      columns=(Column(Incident, "reported_at"),), group=CARE),
                Field("reported_by", _("Reported by"), kind=USER, path="reported_by__uid",
                      columns=(Column(Incident, "reported_by"),), read=lambda one: one.reported_by, group=CARE),
            ],
            title=queries.title,
            person_of=lambda one: one.inquiry.person_id if one.inquiry else None,
            make=_make,
            verbs=("see", "add", "change", "export"),
            rows=("all", "state", "assigned"),
            icon="siren",
        )
    )  # fmt: skip


def _outcome() -> Field:
    columns = (Column(Incident, "outcome"),)
    return Field("outcome", _("How it ended"), kind=LONG_TEXT, columns=columns, tracked=True, group=CARE)
