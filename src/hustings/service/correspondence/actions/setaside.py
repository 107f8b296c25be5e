"""What was put aside, taken up again: a machine's letter that was a person's, and what can be read after a fix."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.channels.actions import reading
from hustings.foundation.channels.models import Outcome
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.desk.models import Inquiry

from ..models import Message, SetAside
from ..rules import may_see_set_aside
from .intake_batch import take, whole
from .intake_grouping import group_waiting
from .intake_reading import Reader

RESTORABLE = (Outcome.JUNK, Outcome.LIST, Outcome.AUTO_REPLY, Outcome.BOUNCE)


class NotRestorable(Exception):
    """It cannot be taken up as a letter; its text says why. Nothing was changed."""


def restore(*, actor: User, setaside: SetAside, now: datetime) -> Inquiry:
    """It is a person's letter after all: it opens an inquiry, or joins the one it answers. Nobody is told that it came.
    One that was restored before gives its inquiry; where it was in the way of letters that are taken in at this moment
    it begins anew. Raises PermissionDenied, or NotRestorable for a duplicate (the first one is there) and for what
    cannot be read."""
    inquiry = whole(lambda: _restore(actor=actor, setaside=setaside, now=now))
    group_waiting(now=now)
    return inquiry


@action
def _restore(*, actor: User, setaside: SetAside, now: datetime) -> Inquiry:
    if not may_see_set_aside(actor):
        raise PermissionDenied
    row = SetAside.objects.select_for_update().get(pk=setaside.pk)
    if row.restored_at is None:
        if row.kind not in RESTORABLE:
            raise NotRestorable(_("This cannot be taken up as a letter. Nothing was changed."))
        _store(row, now)
        row.restored_at, row.restored_by_id = now, actor.pk
        row.save(update_fields=["restored_at", "restored_by_id"])
        _audit(actor, "setaside.restored", row, now)
        live.publish(["setaside", "desk"])
    return Message.objects.select_related("inquiry").get(delivery_id=row.delivery_id).inquiry


def _store(row: SetAside, now: datetime) -> None:
    arrivals = reading.arrivals([row.delivery_id], waiting=False)
    if not arrivals:
        raise NotRestorable(_("Its bytes were erased, so there is nothing to take up. Nothing was changed."))
    letter = Reader().read(arrivals[0], as_letter=True)
    letter.may_acknowledge = False
    counts = take([letter], now=now)
    if not counts[Outcome.STORED]:
        raise NotRestorable(_("It still cannot be stored as a letter: {why}").format(why=letter.reason))


@action
def replay(
    *, actor: User | None, setaside: SetAside | None = None, ids: Sequence[int] | None = None, now: datetime
) -> int:
    """Put what is quarantined (one, these by their ids, or all) back in line, to be read again after a fix; how many.
    What still cannot be read is quarantined anew. Raises PermissionDenied; None as the actor is the campaign itself."""
    if actor is not None and not may_see_set_aside(actor):
        raise PermissionDenied
    rows = SetAside.objects.select_for_update().filter(kind=Outcome.QUARANTINED, restored_at=None)
    if setaside is not None:
        ids = [setaside.pk]
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    found = list(rows)
    for row in found:
        _audit(actor, "setaside.replayed", row, now)
    SetAside.objects.filter(pk__in=[row.pk for row in found]).delete()
    if found:
        live.publish("setaside")
    return reading.put_back_in_line([row.delivery_id for row in found])


def _audit(actor: User | None, action: str, row: SetAside, now: datetime) -> None:
    detail = {"kind": row.kind, "delivery": row.delivery_id}
    record_audit(actor=actor, action=action, record_type="setaside", record_uid=row.uid, detail=detail, now=now)
