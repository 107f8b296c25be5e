"""What tasks are about: any record, named "TYPE/UID" where it is written, and shown as its reader sees it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hustings.foundation.access.models import User
from hustings.foundation.core.records import RecordType
from hustings.foundation.feed.queries.seen import record_of, seen_type
from hustings.foundation.feed.queries.showing import Named, named

from ..models import Task
from ..rules import RECORD


def reference_of(task: Task) -> str:
    """What it is about, as programs name it: "person/0198…"; empty for nothing, or to who may not know."""
    return f"{task.record_type}/{task.record_uid}" if task.record_type else ""


def found_by(user: User, reference: str) -> tuple[RecordType, Any] | None:
    """The type and the record of "TYPE/UID"; None when there is none that this person may see. A task is about no
    other task."""
    name, _slash, uid = reference.partition("/")
    if name == RECORD:
        return None
    try:
        return record_of(user, name, UUID(uid))
    except ValueError:
        return None


def named_of(user: User, tasks: Iterable[Task]) -> dict[int, Named]:
    """By the task's id, the record it is about, for those of which the reader may know and which they see. One query
    for each type."""
    wanted: dict[str, dict[int, int]] = {}
    for one in tasks:
        if one.record_type and one.record_id:
            wanted.setdefault(one.record_type, {})[one.pk] = one.record_id
    found: dict[int, Named] = {}
    for name, ids in wanted.items():
        if (kind := seen_type(user, name)) is not None:
            rows = (kind.merged_too or kind.visible_to)(user).in_bulk(list(set(ids.values())))
            found |= {pk: named(name, rows[record_id]) for pk, record_id in ids.items() if record_id in rows}
    return found
