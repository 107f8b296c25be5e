"""Asking that a person be erased, and deciding it: two people, as for widening a role."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import OPEN, Erasure, ErasureState, Who
from ..registry import registry, subject_of_person
from ..rules import erases
from .erasing import begin
from .refusing import refuse_subject


@action
def ask_erasure(*, actor: User, person: Any, who: str, note: str = "", due_on: date | None, now: datetime) -> Erasure:
    """Ask that the whole person be erased; a second person decides. Raises PermissionDenied, Held, and ValidationError
    when it is asked already."""
    if not erases(actor):
        raise PermissionDenied(_("Your role may not erase people. Nothing was asked."))
    people = registry.people
    assert people is not None
    root = people.members(person.pk)[0]
    refuse_subject(actor, subject_of_person(root))
    if Erasure.objects.filter(person_id=root, state__in=OPEN).exists():
        raise ValidationError(_("This is asked already, and waits for its decision."))
    if who not in (Who.PERSON, Who.FOR_THEM, Who.AUTHORITY, Who.HOUSE):
        raise ValidationError({"who": _("Choose who asks.")})
    erasure = Erasure.objects.create(
        person_id=root,
        person_uid=people.uids([root])[0],
        who=who,
        note=note.strip()[:500],
        due_on=due_on,
        asked_by=actor,
        asked_at=now,
    )
    _tell(actor, "erasure.asked", erasure, now)
    return erasure


@action
def agree_to_erasure(*, actor: User, erasure: Erasure, now: datetime) -> None:
    """The second person agrees: what is to go begins to go. Who asked cannot agree. Raises PermissionDenied, Held,
    ValidationError when it is settled."""
    row = _waiting(actor, erasure)
    if row.asked_by_id == actor.pk:
        raise PermissionDenied(_("You asked for this yourself: somebody else has to agree. Nothing was erased."))
    begin(erasure=row, by=actor, now=now)
    _tell(actor, "erasure.agreed", row, now)


@action
def refuse_erasure(*, actor: User, erasure: Erasure, reason: str, now: datetime) -> None:
    """It is not done, and why. Raises PermissionDenied, ValidationError."""
    row = _waiting(actor, erasure)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that whoever asked can be told.")})
    _settle(row, ErasureState.REFUSED, actor, now, reason.strip()[:500])
    _tell(actor, "erasure.refused", row, now)


@action
def withdraw_erasure(*, actor: User, erasure: Erasure, now: datetime) -> None:
    """Who asked takes it back."""
    row = _waiting(actor, erasure)
    if row.asked_by_id != actor.pk:
        raise PermissionDenied(_("Only who asked takes it back. Refuse it, and say why."))
    _settle(row, ErasureState.WITHDRAWN, actor, now, "")
    _tell(actor, "erasure.withdrawn", row, now)


def _waiting(actor: User, erasure: Erasure) -> Erasure:
    if not erases(actor):
        raise PermissionDenied(_("Your role may not erase people. Nothing was changed."))
    row = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if row.state != ErasureState.WAITING:
        raise ValidationError(_("This was settled meanwhile. Nothing was changed."))
    return row


def _settle(row: Erasure, state: str, actor: User, now: datetime, reason: str) -> None:
    row.state, row.settled_by, row.settled_at, row.reason = state, actor, now, reason
    row.save(update_fields=["state", "settled_by", "settled_at", "reason"])


def _tell(actor: User, what: str, row: Erasure, now: datetime) -> None:
    record_audit(
        actor=actor,
        action=what,
        record_type="person",
        record_uid=row.person_uid,
        detail={"erasure": str(row.uid)},
        now=now,
    )
