"""An index for a field, made where it was asked for, and where people use it as if it had one."""

from datetime import datetime

from django.db import connection

from hustings.foundation.core.guard import action

from ..kinds import INDEXABLE
from ..models import READY, FieldType
from .shaping import MOST_INDEXED, ask_for_index, shaped, stamp_shape


@action
def index_field(*, field_id: int) -> None:
    """Make the field's index, or take it away when it is no longer wanted. While it is made, records of objects can be
    read and not written: about a second for a million. Doing it twice is doing it once."""
    with connection.cursor() as cursor:
        cursor.execute("select objects_index_field(%s)", [field_id])
        (is_there,) = cursor.fetchone()
    one = FieldType.objects.get(pk=field_id)
    state = READY if is_there else ""
    if one.index_state != state:  # what is compiled knows whether there is one
        one.index_state = state
        one.save(update_fields=["index_state"])
        stamp_shape()


@action
def earn_index(*, field: FieldType, now: datetime) -> bool:
    """A large list was sorted or narrowed by a field without index: a job makes one, once. False, and nothing done,
    where it has one or had one that somebody took off, or when as many fields are indexed as can be."""
    row = FieldType.objects.select_for_update(of=("self",)).get(pk=field.pk)
    others = FieldType.objects.filter(record=row.record, is_indexed=True, withdrawn_at=None)
    if row.is_indexed or row.earned_at or row.withdrawn_at or row.kind not in INDEXABLE:
        return False
    if others.count() >= MOST_INDEXED:
        return False
    row.is_indexed, row.earned_at = True, now
    row.save(update_fields=["is_indexed", "earned_at"])
    ask_for_index(row)
    shaped(None, "field.earned_index", row.record, row.uid, now)
    return True
