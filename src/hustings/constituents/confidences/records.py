"""What confidences bring of record types. Both are private: a role must name them to see anything of them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.records import CHOICE, FILE, LONG_TEXT, Column, Field, RecordType

from .models import Decision, PrivilegedNote, Risk, VettingDocument, VettingFile
from .queries import files, notes
from .rules import FILE as VETTING
from .rules import NOTE


def _with_documents(files: Sequence[VettingFile]) -> None:
    prefetch_related_objects(list(files), "documents")


def _documents(file: VettingFile) -> list[str]:
    return [one.name for one in file.documents.all()]


def _url(note: PrivilegedNote) -> str:
    return f"/people/{note.record_uid}/" if note.record == "person" else f"/i/{note.record_uid}/"


def _said(name: str, label: Any, **more: Any) -> Field:
    return Field(name, label, columns=(Column(VettingFile, name),), sensitive=True, **more)


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            NOTE,
            _("Privileged note"),
            _("Privileged notes"),
            model=PrivilegedNote,
            visible_to=notes.visible_to,
            fields=[
                Field("text", _("Note"), kind=LONG_TEXT, columns=(Column(PrivilegedNote, "text"),), sensitive=True),
            ],
            title=lambda note: str(_("Privileged note")),
            url=_url,
            verbs=("see", "add", "delete"),
            icon="lock",
            private=True,
        )
    )
    records.register(
        RecordType(
            VETTING,
            _("Vetting file"),
            _("Vetting files"),
            model=VettingFile,
            visible_to=files.visible_to,
            fields=[
                _said("organisation", _("Organisation")),
                _said("subject", _("Vetted for")),
                _said("findings", _("Findings"), kind=LONG_TEXT),
                _said("risk", _("Risk"), kind=CHOICE, choices=Risk.choices),
                _said("decision", _("Decision"), kind=CHOICE, choices=Decision.choices),
                _said("decided_because", _("Why it was decided so"), kind=LONG_TEXT),
                Field(
                    "documents",
                    _("Documents"),
                    kind=FILE,
                    columns=(Column(VettingDocument, "name", owner="file_id"),),
                    read=_documents,
                    fetch=_with_documents,
                    sensitive=True,
                ),
            ],
            person_of=lambda file: file.person_id,
            verbs=("see", "add", "change", "delete"),
            icon="shield-check",
            private=True,
        )
    )
