"""What became of copies, told by the rooms below in their own transactions."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hustings.foundation.channels.models import OutgoingState
from hustings.foundation.core import jobs, live

from ..models import Claim, Copy, CopyState, Why
from .approving import give_back
from .halting import take_back_along
from .leaving import leave_out

_FOLLOWS = {
    OutgoingState.SENT: CopyState.SENT,
    OutgoingState.FAILED: CopyState.REFUSED,
    OutgoingState.UNCERTAIN: CopyState.UNCERTAIN,
    OutgoingState.CANCELLED: CopyState.TAKEN_BACK,
}


def follow_outbox(*, outgoing_id: int, state: str, now: datetime) -> None:
    """In the outbox's transaction. One that was refused leaves its writer to be answered another way."""
    follows = _FOLLOWS.get(OutgoingState(state))
    rows = Copy.objects.select_for_update(of=("self",)).filter(reply__outgoing_id=outgoing_id)
    copy = rows.first() if follows else None
    if copy is None or follows is None:
        return
    copy.state, copy.settled_at = follows, now
    copy.why = Why.UNDONE if follows == CopyState.TAKEN_BACK else ""
    copy.save(update_fields=["state", "settled_at", "why"])
    if follows == CopyState.REFUSED:
        take_back_along(copy, now)
        give_back([copy.pk])
    if follows == CopyState.TAKEN_BACK:
        jobs.enqueue("bulk.put_back", once="bulk.put_back")
    live.publish(["bulk"], kind=str(follows))


def people_merged(*, person_id: int, into_id: int) -> None:
    """In the merge's transaction: what the one claims is the other's now. Where both have a claim in one matter, the
    one that has not left gives way."""
    for claim in Claim.objects.filter(person_id=person_id).select_related("copy").order_by("pk"):
        try:
            with transaction.atomic():
                Claim.objects.filter(pk=claim.pk).update(person_id=into_id)
        except IntegrityError:
            _give_way(claim, into_id)


def _give_way(claim: Claim, into_id: int) -> None:
    other = Claim.objects.select_related("copy").get(person_id=into_id, matter=claim.matter)
    waiting = next((one for one in (claim, other) if one.copy.state == CopyState.READY), None)
    if waiting is None:
        return  # both have left, or begun to: nothing can be taken back by a merge
    leave_out([waiting.copy], why=Why.SAME_PERSON)
    if waiting is other:
        Claim.objects.filter(pk=claim.pk).update(person_id=into_id)
