"""What of all records a person may see: everything here begins with it. Asked in bulk, one query for each type."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard import current, reading_as
from hustings.foundation.core.records import RecordType

Ref = tuple[str, int]  # record type, record id


@contextmanager
def as_read_by(user: User) -> Iterator[None]:
    """Guarded fields are read as this user reads them, also where the house works (a digest, a live update). In a
    request its reader stays, who may be somebody looked through."""
    if current() is not None:
        yield
        return
    with reading_as(Reading(grants_of(user), user_id=user.pk)):
        yield


def seen_type(user: User, name: str) -> RecordType | None:
    """The record type, when the user's roles let them see any of it."""
    found = records.get(name)
    return found if found is not None and grants_of(user).may(name, "see") else None


def seen_types(user: User) -> list[RecordType]:
    return [one for one in records.all_types() if grants_of(user).may(one.name, "see")]


def seen(user: User, refs: Iterable[Ref]) -> dict[Ref, Any]:
    """Those of the records that the user may see, by type and id."""
    wanted: dict[str, set[int]] = {}
    for name, record_id in refs:
        wanted.setdefault(name, set()).add(record_id)
    found: dict[Ref, Any] = {}
    for name, ids in wanted.items():
        if (kind := seen_type(user, name)) is not None:
            found |= {(name, record.pk): record for record in kind.visible_to(user).filter(pk__in=ids)}
    return found


def may_see(user: User, ref: Ref) -> bool:
    """Whether this one record is there for the user."""
    kind = seen_type(user, ref[0])
    return kind is not None and kind.visible_to(user).filter(pk=ref[1]).exists()


def record_of(user: User, name: str, uid: UUID) -> tuple[RecordType, Any] | None:
    """The type and the record of this uid; None when there is none that the user may see."""
    kind = seen_type(user, name)
    record = kind.visible_to(user).filter(uid=uid).first() if kind is not None else None
    return (kind, record) if kind is not None and record is not None else None


def may_hear(user: User, identifier: str) -> bool:
    """Whether the user may hear the live topic `feed:<record type>:<uid>`."""
    name, _colon, uid = identifier.partition(":")
    try:
        return record_of(user, name, UUID(uid)) is not None
    except ValueError:
        return False
