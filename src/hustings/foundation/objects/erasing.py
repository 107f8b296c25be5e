"""What the campaign's own fields and records keep that can go. A record goes with a person when it links to them or
carries an address or number of theirs: it stays as a count, without values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core.records import EMAIL, FILE, LINK, PHONE
from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject

from .models import CustomRecord, FieldValue
from .queries.shape import Shape, shape

RECORDS = "objects.records"


def _all_fields(kinds: Shape) -> list[Any]:
    return list(kinds.all_fields.values())


def _theirs(subject: Subject) -> Q:
    """A condition on custom records."""
    found = Q(pk__in=[])
    if not subject.records:
        return found
    for one in _all_fields(shape()):
        if one.object_id is None:
            continue
        here = Q(object_id=one.object_id)
        if one.kind == LINK and one.to in ("person", "inquiry"):
            # Ids may be a query over very many: they are compared as JSON numbers in the database.
            ids = _few(subject.ids(one.to))
            for pk in ids:
                found |= here & Q(values__contains={one.slug: pk})
        elif one.kind in (EMAIL, PHONE):
            for value in subject.values("email" if one.kind == EMAIL else "phone"):
                found |= here & Q(**{f"values__{one.slug}__iexact": value})
    return found


def _few(ids: Any) -> list[int]:
    return list(ids) if isinstance(ids, Sequence) else list(ids.values_list("pk", flat=True)[:2000])


def _related(subject: Subject) -> Mapping[str, Any]:
    condition = _theirs(subject)
    return {
        one.record: CustomRecord.objects.filter(condition, object_id=one.pk).values("pk")
        for one in shape().objects.values()
    }


def _values_of(subject: Subject) -> Q:
    condition = Q(pk__in=[])
    for record, ids in subject.records.items():
        condition |= Q(record=record, record_id__in=ids)
    return condition


def _files_in(values: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        value["sha256"] for one in values for value in one.values() if isinstance(value, dict) and "sha256" in value
    ]


def _erase_values(ids: Sequence[int], now: datetime) -> list[str]:
    rows = FieldValue.objects.filter(pk__in=ids)
    kept = _files_in(list(rows.values_list("values", flat=True)))
    rows.update(values={}, changed_at=now)
    return kept


def _erase_records(ids: Sequence[int], now: datetime) -> list[str]:
    rows = CustomRecord.objects.filter(pk__in=ids)
    kept = _files_in(list(rows.values_list("values", flat=True)))
    rows.update(values={}, words="", changed_at=now)
    return kept


def _in_use(sha256: str) -> bool:
    for one in _all_fields(shape()):
        if one.kind != FILE:
            continue
        named = {one.slug: {"sha256": sha256}}
        rows = CustomRecord.objects.filter(object_id=one.object_id) if one.object_id else FieldValue.objects
        if rows.filter(values__contains=named).exists():
            return True
    return False


def register() -> None:
    """Called once, when the app is ready."""
    registry.uses_objects(_in_use)
    registry.relate_many(_related)
    registry.part(
        Part("objects.values", _("Added fields"), rows=lambda: FieldValue.objects.exclude(values={}),
             erase=_erase_values, of=_values_of, at="changed_at", order=60)
    )  # fmt: skip
    registry.part(
        Part(RECORDS, _("Records of your own about them"), rows=lambda: CustomRecord.objects.exclude(values={}),
             erase=_erase_records, of=_theirs, at="changed_at", begins="created_at", order=65)
    )  # fmt: skip
