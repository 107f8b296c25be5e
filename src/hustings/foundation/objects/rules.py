"""Who may build, and what a person may fill in."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.rules import can
from hustings.foundation.core import records
from hustings.foundation.core.guard import Level

from .models import FieldType, ObjectType

STAGE, OWNER, MADE = "stage", "owner", "made_on"
OWN_NAMES = {STAGE, OWNER, MADE, "id", "uid", "title", "token", "website", "version"}

# The parts of `erasing`, for holds.
RECORDS_PART, VALUES_PART, IMPORTS_PART = "objects.records", "objects.values", "objects.imports"
FILE_WAITS = timedelta(hours=1)  # so long a file of an import waits to be made records of


def may_build(user: Any) -> bool:
    """May make objects and fields."""
    return can(user, "build_records")


def may(user: Any, record: str, verb: str) -> bool:
    """None is the house itself."""
    return user is None or grants_of(user).may(record, verb)


def level(user: Any, record: str, name: str) -> Level:
    """None is the house itself."""
    return Level.EDIT if user is None else grants_of(user).level(record, name)


def may_fill(user: Any, record: str, name: str) -> bool:
    return level(user, record, name) >= Level.EDIT


def fillable(user: Any, fields: Iterable[FieldType]) -> list[FieldType]:
    """Those of these that the person may edit."""
    return [one for one in fields if may_fill(user, one.record, one.slug)]


def is_done(kind: ObjectType, stage: str) -> bool:
    """Whether a record at this stage is finished: the last of several."""
    return len(kind.stages) > 1 and bool(stage == kind.stages[-1][0])


def main_types() -> list[records.RecordType]:
    """The house's own record types, to which fields can be added."""
    return [one for one in records.registry.types.values() if not one.private and not one.is_custom]
