"""What the campaign's own fields and records keep that can go. A record goes with a person when it links to them or
carries an address or number of theirs: it stays as a count, without values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core.records import EMAIL, FILE, LINK, PHONE
from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject

from .kinds import files_in
from .models import CustomRecord, FieldValue, ImportFile
from .queries.rows import Sorted
from .queries.shape import Shape, shape
from .rules import IMPORTS_PART, RECORDS_PART, VALUES_PART

FEW = 100


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
            found |= here & _linking(one.slug, subject.ids(one.to))
        elif one.kind in (EMAIL, PHONE):
            for value in subject.values("email" if one.kind == EMAIL else "phone"):
                found |= here & Q(**{f"values__{one.slug}__iexact": value})
    return found


def _linking(slug: str, ids: Any) -> Q:
    """A few are looked up in the index over all values; very many, or a query for them, by the value of the field."""
    if isinstance(ids, Sequence) and len(ids) <= FEW:
        return reduce(or_, (Q(values__contains={slug: pk}) for pk in ids), Q(pk__in=[]))
    return Q(In(Sorted(slug, "objects_number", BigIntegerField()), ids if isinstance(ids, Sequence) else ids.query))


def _related(subject: Subject) -> Mapping[str, Any]:
    condition = _theirs(subject)
    return {
        one.record: CustomRecord.objects.filter(condition, object_id=one.pk).values("pk")
        for one in shape().objects.values()
    }


def _values_of(subject: Subject) -> Q:
    return subject.about("record", "record_id__in")


def _erase_values(ids: Sequence[int], now: datetime) -> list[str]:
    rows = FieldValue.objects.filter(pk__in=ids)
    kept = [file for values in rows.values_list("values", flat=True) for file in files_in(values)]
    rows.update(values={}, changed_at=now)
    return kept


def _erase_records(ids: Sequence[int], now: datetime) -> list[str]:
    rows = CustomRecord.objects.filter(pk__in=ids)
    kept = [file for values in rows.values_list("values", flat=True) for file in files_in(values)]
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
    return ImportFile.objects.filter(sha256=sha256).exists()


def _erase_imports(ids: Sequence[int], now: datetime) -> list[str]:
    rows = ImportFile.objects.filter(pk__in=ids)
    kept = list(rows.values_list("sha256", flat=True))
    rows.delete()
    return kept


def register() -> None:
    """Called once, when the app is ready."""
    registry.uses_objects(_in_use)
    registry.relate_many(_related)
    registry.part(
        Part(VALUES_PART, _("Added fields"), rows=lambda: FieldValue.objects.exclude(values={}),
             erase=_erase_values, of=_values_of, at="changed_at", order=60)
    )  # fmt: skip
    registry.part(
        Part(RECORDS_PART, _("Records of your own about them"), rows=lambda: CustomRecord.objects.exclude(values={}),
             erase=_erase_records, of=_theirs, at="changed_at", begins="created_at", order=65,
             itself="x_")
    )  # fmt: skip
    registry.part(Part(IMPORTS_PART, _("Files of imports"), rows=ImportFile.objects.all, erase=_erase_imports, at="at"))
