"""What a rule may ask, and asking it: always as its owner."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet

from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.clock import zone_of
from hustings.foundation.core.guard import Level, reading_as
from hustings.foundation.core.records import Field, RecordType

from ..conditions.evaluate import Changes, Subject
from ..conditions.filters import Frame

PERSON_TYPE = "person"


@contextmanager
def reading_for(owner: User) -> Iterator[Reading]:
    """Within it the rule's owner reads. What of it was sensitive stands in the reading's notes: whoever opens this
    writes them down."""
    reading = Reading(grants_of(owner), user_id=owner.pk)
    with reading_as(reading):
        yield reading


def readable_fields(grants: Any, record_type: RecordType) -> dict[str, Field]:
    """The fields that someone with these grants may read, by name."""
    if not grants.may(record_type.name, "see"):
        return {}
    fields = records.fields_of(record_type)
    return {one.name: one for one in fields if grants.level(record_type.name, one.name) >= Level.READ}


def settable_fields(grants: Any, record_type: RecordType) -> dict[str, Field]:
    """The fields that someone with these grants may change one by one."""
    if not grants.may(record_type.name, "change"):
        return {}
    fields = records.fields_of(record_type)
    return {
        one.name: one
        for one in fields
        if one.change is not None and grants.level(record_type.name, one.name) >= Level.EDIT
    }


def person_type_of(record_type: RecordType) -> RecordType | None:
    """The type of person the record is about; None where it is about nobody, or is a person itself."""
    if record_type.person_of is None or record_type.name == PERSON_TYPE:
        return None
    return records.get(PERSON_TYPE)


def person_path(record_type: RecordType, person_type: RecordType) -> str:
    """The lookup from the record to its person; "" where there is more than one way, or none."""
    found = [
        column.name
        for column in record_type.model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.related_model is person_type.model
    ]
    return found[0] if len(found) == 1 else ""


def frame_of(owner: User, record_type: RecordType, now: datetime) -> Frame:
    """What a filter for this owner is made for."""
    grants = grants_of(owner)
    person_type = person_type_of(record_type)
    annotations = record_type.visible_to(owner).query.annotations
    frame = Frame(
        model=record_type.model,
        aliases={name: each.output_field for name, each in annotations.items() if not name.startswith("__")},
        fields=readable_fields(grants, record_type),
        now=now,
        zone=zone_of(owner.time_zone),
    )
    if person_type is None:
        return frame
    return replace(
        frame,
        people=person_type.visible_to(owner),
        person_path=person_path(record_type, person_type),
        person_fields=readable_fields(grants, person_type),
    )


def subject_of(
    owner: User, record_type: RecordType, record: Any, now: datetime, *, changes: Changes | None = None
) -> Subject:
    """A record as its conditions are asked. Ask within `reading_for(owner)`."""
    grants = grants_of(owner)
    person_type = person_type_of(record_type)
    subject = Subject(
        record, readable_fields(grants, record_type), now, zone_of(owner.time_zone), changes=changes or {}
    )
    if person_type is not None:
        subject.person_fields = readable_fields(grants, person_type)
        subject.person = lambda: _person(owner, record_type, person_type, record)
    return subject


def _person(owner: User, record_type: RecordType, person_type: RecordType, record: Any) -> Any:
    person_id = record_type.person_of(record) if record_type.person_of else None
    return person_type.visible_to(owner).filter(pk=person_id).first() if person_id is not None else None


def rows_for(owner: User, record_type: RecordType) -> QuerySet[Any]:
    """The records that the owner may see. A row that joins show twice is one: order and slice by its id."""
    return record_type.visible_to(owner)


def record_for(owner: User, record_type: RecordType, record_id: int) -> Any:
    """The record as the owner may see it; None when it is gone, or out of their sight."""
    return rows_for(owner, record_type).filter(pk=record_id).first()


def labels_of(record_type: RecordType) -> Mapping[str, str]:
    """What each field is called."""
    return {one.name: str(one.label) for one in records.fields_of(record_type)}
