"""A possible threat: out of everyone's sight but the security leads', with its evidence and a log of who touched it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.desk.actions.sealing import mark_sealed, mark_unsealed
from hustings.service.desk.models import Inquiry
from hustings.service.desk.rules import may_see

from ..models import Seal
from ..rules import may_see_sealed

TOUCHES = {"read": "seal.read", "print": "seal.printed", "download": "seal.downloaded"}


@action
def seal(*, actor: User | None, inquiry: Inquiry, evidence: str, now: datetime) -> Seal:
    """Put an inquiry under seal and call the security leads. Anyone who sees a letter may; None is the rules. One
    that is sealed already gives its seal. Raises PermissionDenied for an inquiry the actor does not see."""
    if actor is not None and not may_see(actor, inquiry):
        raise PermissionDenied
    locked = Inquiry.objects.select_for_update(of=("self",)).get(pk=inquiry.pk)
    known = Seal.objects.filter(inquiry=locked, lifted_at=None).first()
    if known is not None:
        return known
    mark_sealed(inquiry=locked, actor=actor, now=now)
    made = Seal.objects.create(inquiry=locked, at=now, by=actor, evidence=evidence)
    _audit(actor, "seal.sealed", locked, now, by_rule=actor is None)
    live.publish(["security", f"inquiry:{locked.uid}"], kind="sealed")
    return made


@action
def lift(*, actor: User, seal: Seal, because: str, now: datetime) -> Seal:
    """No threat after all: the inquiry goes back to its queue. For security leads; the reason is kept. Lifting one
    that was lifted changes nothing."""
    if not may_see_sealed(actor):
        raise PermissionDenied
    row = Seal.objects.select_for_update(of=("self",)).select_related("inquiry").get(pk=seal.pk)
    if row.lifted_at is not None:
        return row
    row.lifted_at, row.lifted_by, row.lifted_because = now, actor, because
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    mark_unsealed(inquiry=row.inquiry, actor=actor, now=now)
    _audit(actor, "seal.lifted", row.inquiry, now)
    live.publish(["security", "desk", f"inquiry:{row.inquiry.uid}"], kind="unsealed")
    return row


@action
def touch(*, actor: User, seal: Seal, how: str, now: datetime) -> None:
    """Write into the audit trail that someone read, printed or downloaded ("read", "print", "download") what is under
    seal; call it before showing anything. Raises PermissionDenied for anyone but a security lead."""
    if not may_see_sealed(actor):
        raise PermissionDenied
    _audit(actor, TOUCHES[how], seal.inquiry, now)


def _audit(actor: User | None, action: str, inquiry: Inquiry, now: datetime, **detail: object) -> None:
    record_audit(
        actor=actor, action=action, record_type="inquiry", record_uid=inquiry.uid, detail=dict(detail), now=now
    )
