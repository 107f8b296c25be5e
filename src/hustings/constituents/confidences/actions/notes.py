"""Counsel's notes: written and taken away. Nothing of them is announced: no feed, rule, timeline or search hears."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import may
from hustings.foundation.core.guard import action
from hustings.foundation.retention.actions.refusing import refuse_rows

from ..models import PrivilegedNote
from ..rules import LONGEST, NOTE, NOTED, NOTES


@action
def write_note(*, actor: User, record: str, about: Any, text: str, now: datetime) -> PrivilegedNote:
    """Leave a privileged note. Raises PermissionDenied, and ValidationError when it is empty or too long."""
    if not may(actor, NOTE, "add") or record not in NOTED:
        raise PermissionDenied(_("Only counsel writes privileged notes. Nothing was kept."))
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({"text": _("The note is empty.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("Too long: at most %(n)d characters.") % {"n": LONGEST}})
    note = PrivilegedNote.objects.create(
        record=record, record_id=about.pk, record_uid=about.uid, text=text, at=now, by=actor
    )
    _tell(actor, "privileged.written", note, now)
    return note


@action
def delete_note(*, actor: User, note: PrivilegedNote, now: datetime) -> None:
    """Take it away for good. Raises PermissionDenied, and Held when a legal hold keeps it."""
    if not may(actor, NOTE, "delete"):
        raise PermissionDenied(_("Your role may not delete privileged notes. Nothing was changed."))
    refuse_rows(actor, NOTES, [note.pk])
    _tell(actor, "privileged.deleted", note, now)
    PrivilegedNote.objects.filter(pk=note.pk).delete()


def _tell(actor: User, what: str, note: PrivilegedNote, now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type=NOTE, record_uid=note.uid, detail={}, now=now)
