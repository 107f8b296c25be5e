"""Vetting files: opened, written, decided, with documents. Nothing of them is announced: no feed, rule, timeline or
search hears. Each act and each reading is in the audit."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import canonical_id
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import may
from hustings.foundation.core import storage
from hustings.foundation.core.guard import action
from hustings.foundation.core.secrets import seal_bytes
from hustings.foundation.retention.actions.objects import let_go
from hustings.foundation.retention.actions.refusing import refuse_rows

from ..models import Decision, Risk, VettingDocument, VettingFile
from ..rules import DOCUMENTS, FILE, LARGEST, LONGEST, TEXTS, editable


def _check(actor: User, verb: str) -> None:
    if not may(actor, FILE, verb):
        raise PermissionDenied


@action
def open_file(
    *, actor: User, person: Person | None, organisation: str = "", subject: str, now: datetime
) -> VettingFile:
    """A file on a person, or on an organisation. A person who has one keeps it: that one is given back. Raises
    PermissionDenied, ValidationError."""
    _check(actor, "add")
    organisation = " ".join(organisation.split())[:200]
    if person is None and not organisation:
        raise ValidationError({"organisation": _("Name the organisation, or begin on a person’s page.")})
    values = {"subject": subject.strip()[:500], "opened_by": actor, "changed_at": now}
    if person is None:
        made = VettingFile.objects.create(organisation=organisation, **values)
    else:
        made, is_new = VettingFile.objects.get_or_create(person_id=canonical_id(person.pk), defaults=values)
        if not is_new:
            return made
    _tell(actor, "vetting.opened", made.uid, now)
    return made


@action
def change_file(*, actor: User, file: VettingFile, values: Mapping[str, str], now: datetime) -> VettingFile:
    """Write findings, the risk and the decision; what is not named stays. A decision is kept with who and when. Raises
    PermissionDenied, and ValidationError by field."""
    _check(actor, "change")
    if not set(values) <= editable(actor):
        raise PermissionDenied(_("Your role may not change this. Nothing was changed."))
    row = VettingFile.objects.select_for_update().get(pk=file.pk)
    changed = []
    for name, value in values.items():
        _fits(name, value)
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    if not changed:
        return row
    if "decision" in changed:
        row.decided_by, row.decided_at = (actor, now) if row.decision != Decision.OPEN else (None, None)
    row.changed_at = now
    row.save()
    _tell(actor, "vetting.changed", row.uid, now, fields=sorted(changed))
    return row


def _fits(name: str, value: str) -> None:
    choices = {"risk": Risk.values, "decision": Decision.values}
    if name in choices:
        if value not in choices[name]:
            raise ValidationError({name: _("Choose one of these.")})
    elif name not in TEXTS:
        raise ValidationError(_("There is no such field."))
    elif len(value) > LONGEST:
        raise ValidationError({name: _("Too long: at most %(n)d characters.") % {"n": LONGEST}})


@action
def add_document(
    *, actor: User, file: VettingFile, name: str, kind: str, content: bytes, now: datetime
) -> VettingDocument:
    """Keep a document with the file, encrypted. Raises PermissionDenied, ValidationError."""
    _check(actor, "change")
    name = " ".join(name.split())[:150] or "document"
    if not content:
        raise ValidationError({"document": _("“%(name)s” is empty. Nothing was kept.") % {"name": name}})
    if len(content) > LARGEST:
        raise ValidationError({"document": _("“%(name)s” is larger than 20 MB. Nothing was kept.") % {"name": name}})
    made = VettingDocument.objects.create(
        file=file, name=name, type=kind[:100], size=len(content), sha256=storage.put(seal_bytes(content)),
        added_by=actor, at=now,
    )  # fmt: skip
    VettingFile.objects.filter(pk=file.pk).update(changed_at=now)
    _tell(actor, "vetting.document_added", file.uid, now, document=str(made.uid))
    return made


@action
def remove_document(*, actor: User, document: VettingDocument, now: datetime) -> None:
    """Take a document away for good. Raises PermissionDenied, and Held when a legal hold keeps it."""
    _check(actor, "delete")
    refuse_rows(actor, DOCUMENTS, [document.pk])
    _tell(actor, "vetting.document_removed", document.file.uid, now, document=str(document.uid))
    VettingDocument.objects.filter(pk=document.pk).delete()
    let_go([document.sha256], now=now)


@action
def note_reading(*, actor: User, file: VettingFile, document: UUID | None = None, now: datetime) -> None:
    """Somebody opened the file, or one of its documents: a line in the audit, each time."""
    more = {"document": str(document)} if document else {}
    _tell(actor, "vetting.read", file.uid, now, **more)


def _tell(actor: User, what: str, uid: UUID, now: datetime, **detail: object) -> None:
    record_audit(actor=actor, action=what, record_type=FILE, record_uid=uid, detail=detail, now=now)
