"""Values of fields that were added to main records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from hustings.foundation.access.models import User
from hustings.foundation.core import bus, records
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import RecordChanged

from ..models import FieldValue
from ..queries.fields import forget
from ..queries.shape import shape
from ..rules import VALUES_PART, may
from .bearing import clean_values, differences, merged, swap_files, told


@action
def set_values(
    *, actor: User | None, record_type: str, record: Any, values: Mapping[str, Any], now: datetime
) -> dict[str, tuple[Any, Any]]:
    """Give added fields of a main record (a person, an inquiry) these values; the others stay. Raises
    PermissionDenied, and ValidationError by field; nothing is changed then. Answers what changed."""
    known = records.get(record_type)
    if known is None or known.is_custom or not may(actor, record_type, "change"):
        raise PermissionDenied
    if actor is not None and not known.visible_to(actor).filter(pk=record.pk).exists():
        raise PermissionDenied
    fields = shape().fields_of(record_type)
    FieldValue.objects.get_or_create(record=record_type, record_id=record.pk, defaults={"changed_at": now})
    row = FieldValue.objects.select_for_update().get(record=record_type, record_id=record.pk)
    found = clean_values(actor=actor, fields=fields, given=values, kept=row.values, asked=list(values))
    if not differences(row.values, found):
        return {}
    found = swap_files(row.values, found, actor=actor, held_as=(VALUES_PART, row.pk), now=now)
    changes = differences(row.values, found)
    row.values, row.changed_at = merged(row.values, found), now
    row.save(update_fields=["values", "changed_at"])
    forget(record)
    actor_id = actor.pk if actor else None
    bus.announce(RecordChanged(record_type, record.pk, record.uid, told(changes), actor_id, now))
    return changes
