"""Placing and releasing holds. Counsel's alone; each is in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Hold, Term, TermKind
from ..queries.holding import shut_out_erasing
from ..rules import holds


@dataclass(frozen=True)
class Over:
    """One thing that a hold is to be over."""

    kind: str
    ids: Sequence[int] = ()
    since: datetime | None = None
    until: datetime | None = None


@action
def place_hold(*, actor: User, name: str, reason: str, over: Sequence[Over], now: datetime) -> Hold:
    """Nothing of what it is over goes from now on; an erasure in its midst stops. Raises PermissionDenied and
    ValidationError by field."""
    _may(actor)
    name, reason = " ".join(name.split()), reason.strip()
    _check(name, reason, over)
    shut_out_erasing()
    hold = Hold.objects.create(name=name[:120], reason=reason[:2000], placed_by=actor, placed_at=now)
    Term.objects.bulk_create(
        Term(hold=hold, kind=one.kind, ids=list(one.ids), since=one.since, until=one.until) for one in over
    )
    detail = {"terms": [{"kind": one.kind, "records": len(one.ids)} for one in over]}
    record_audit(
        actor=actor, action="hold.placed", record_type="hold", record_uid=hold.uid, detail=detail, now=now
    )  # fmt: skip
    return hold


def _check(name: str, reason: str, over: Sequence[Over]) -> None:
    if not name:
        raise ValidationError({"name": _("Name the matter.")})
    if not reason:
        raise ValidationError({"reason": _("Say why it is held.")})
    if not over:
        raise ValidationError(_("Say what is held: people, conversations, a queue or a period."))
    for one in over:
        if one.kind in (TermKind.PEOPLE, TermKind.CONVERSATIONS, TermKind.QUEUE) and not one.ids:
            raise ValidationError(_("Nothing is named there."))
        if one.since and one.until and one.until <= one.since:
            raise ValidationError({"until": _("The end lies before the beginning.")})
        if one.kind == TermKind.PERIOD and not (one.since or one.until):
            raise ValidationError({"since": _("Say from when, or until when.")})


@action
def release_hold(*, actor: User, hold: Hold, because: str, now: datetime) -> None:
    """What it kept may go again, by its schedules and by request. Raises PermissionDenied, ValidationError."""
    _may(actor)
    row = Hold.objects.select_for_update().get(pk=hold.pk)
    if row.released_at is not None:
        raise ValidationError(_("It was released already."))
    if not because.strip():
        raise ValidationError({"because": _("Say why it is released.")})
    row.released_by, row.released_at, row.released_because = actor, now, because.strip()[:2000]
    row.save(update_fields=["released_by", "released_at", "released_because"])
    record_audit(actor=actor, action="hold.released", record_type="hold", record_uid=row.uid, now=now)


def _may(actor: User) -> None:
    if not holds(actor):
        raise PermissionDenied(_("Only counsel places and releases holds. Nothing was changed."))
