"""What confidences keep that can go. Nobody is told how much of it there is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject, deleting

from .models import Decision, PrivilegedNote, Risk, VettingDocument, VettingFile
from .rules import DOCUMENTS, FILE, NOTE, NOTED, NOTES, TEXTS

BLANK: dict[str, Any] = {**dict.fromkeys(TEXTS, ""), "risk": Risk.UNKNOWN, "decision": Decision.OPEN}


def _noted(subject: Subject) -> Q:
    condition = Q(pk__in=[])
    for record in NOTED:
        condition |= Q(record=record, record_id__in=subject.ids(record))
    return condition


def _notes(subject: Subject) -> Any:
    return PrivilegedNote.objects.filter(_noted(subject)).values("pk")


def _files(subject: Subject) -> Any:
    return VettingFile.objects.filter(person_id__in=subject.ids("person")).values("pk")


def _erase_documents(ids: Sequence[int], now: datetime) -> list[str]:
    rows = VettingDocument.objects.filter(pk__in=ids)
    kept = list(rows.values_list("sha256", flat=True))
    rows.delete()
    return kept


def _erase_files(ids: Sequence[int], now: datetime) -> list[str]:
    VettingFile.objects.filter(pk__in=ids).update(**BLANK, decided_by=None, decided_at=None)
    return []


def register() -> None:
    """Called once, when the app is ready."""
    registry.relate(NOTE, _notes)
    registry.relate(FILE, _files)
    registry.uses_objects(lambda sha256: VettingDocument.objects.filter(sha256=sha256).exists())
    registry.part(
        Part(NOTES, _("Privileged notes"), rows=PrivilegedNote.objects.all, erase=deleting(PrivilegedNote), of=_noted,
             at="at", private=True)
    )  # fmt: skip
    registry.part(
        Part(DOCUMENTS, _("Documents of vetting"), rows=VettingDocument.objects.all, erase=_erase_documents,
             of=lambda subject: Q(file__person_id__in=subject.ids("person")), at="at", private=True)
    )  # fmt: skip
    registry.part(
        Part("confidences.files", _("Vetting files"), rows=lambda: VettingFile.objects.exclude(**BLANK),
             erase=_erase_files, of=lambda subject: Q(person_id__in=subject.ids("person")), at="changed_at",
             begins="created_at", private=True)
    )  # fmt: skip
