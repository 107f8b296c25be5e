"""What became of copies, told by the rooms below in their own transactions."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hustings.constituents.people.queries import canonical_ids
from hustings.foundation.channels.models import OutgoingState
from hustings.foundation.core import jobs, live
from hustings.service.correspondence.rules import SendRefused

from ..models import BulkReply, Claim, Copy, CopyState, Why
from ..queries.wording import Wording
from .halting import TO_PUT_BACK, recall
from .leaving import leave_out

_FOLLOWS = {
    OutgoingState.SENT: CopyState.SENT,
    OutgoingState.FAILED: CopyState.REFUSED,
    OutgoingState.UNCERTAIN: CopyState.UNCERTAIN,
    OutgoingState.CANCELLED: CopyState.TAKEN_BACK,
    OutgoingState.WAITING: CopyState.LEAVING,  # put off, or an uncertain one is sent again
}


def follow_outbox(*, outgoing_id: int, state: str, now: datetime) -> None:
    """In the outbox's transaction. One that was refused leaves its writer to be answered another way."""
    follows = _FOLLOWS.get(OutgoingState(state))
    rows = Copy.objects.select_for_update(of=("self",)).filter(reply__outgoing_id=outgoing_id)
    copy = rows.first() if follows else None
    if copy is None or follows is None:
        return
    if follows == copy.state:  # put off by the server
        if copy.why:
            recall([copy.pk], copy.why, now)
        return
    if follows == CopyState.LEAVING:
        _refuse_over(copy, now)
    copy.state, copy.settled_at = follows, now if follows in (CopyState.SENT, CopyState.UNCERTAIN) else None
    copy.why = Why.UNDONE if follows == CopyState.TAKEN_BACK else ""
    copy.save(update_fields=["state", "settled_at", "why"])
    if follows in TO_PUT_BACK:
        jobs.enqueue("bulk.put_back", once="bulk.put_back")
    live.publish(["bulk"], kind=str(follows))


def _refuse_over(copy: Copy, now: datetime) -> None:
    """What nobody is sure of is not sent again once it is true no longer: nothing is changed then."""
    bulk = BulkReply.objects.select_related("article").defer("wanted").get(pk=copy.bulk_id)
    if not copy.is_instead and Wording(bulk, now).is_over(copy.state_code):
        raise SendRefused(
            "over",
            _(
                "The polls have closed where they vote, so this is not sent again. "
                "If it did not arrive, write to them anew."
            ),
        )


def people_merged(*, person_id: int, into_id: int) -> None:
    """In the merge's transaction: what the one claims is the other's now. Where both have a claim in one matter, the
    one that has not left gives way. Copies are held first: a turn that has them ends before this goes on."""
    held = Copy.objects.select_for_update(of=("self",)).filter(claim__person_id__in=[person_id, into_id])
    copies = {one.pk: one for one in held.order_by("pk")}
    for claim in Claim.objects.filter(person_id=person_id, copy__in=list(copies)).order_by("pk"):
        _move(claim, into_id, copies)


def people_parted(*, person_id: int, into_id: int) -> None:
    """In the transaction that takes a merge back: each has the claims of their own letters again. Where a letter was
    claimed for them since, the one that has not left gives way."""
    into_id = canonical_ids({into_id})[into_id]  # it may have been merged on
    held = Copy.objects.select_for_update(of=("self",)).filter(claim__person_id__in=[person_id, into_id])
    copies = {one.pk: one for one in held.select_related("inquiry").order_by("pk")}
    roots = canonical_ids({one.inquiry.person_id for one in copies.values()})
    theirs = [pk for pk, one in copies.items() if roots[one.inquiry.person_id] == person_id]
    for claim in Claim.objects.filter(person_id=into_id, copy__in=theirs).order_by("pk"):
        _move(claim, person_id, copies)


def _move(claim: Claim, person_id: int, copies: dict[int, Copy]) -> None:
    try:
        with transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(person_id=person_id)
    except IntegrityError:
        _give_way(claim, person_id, copies)
    else:
        Copy.objects.filter(pk=claim.copy_id, state=CopyState.READY).update(person_id=person_id)


def _give_way(claim: Claim, into_id: int, copies: dict[int, Copy]) -> None:
    other = Claim.objects.get(person_id=into_id, matter=claim.matter)
    held = (copies.get(one.copy_id) for one in (claim, other))
    waiting = next((one for one in held if one is not None and one.state == CopyState.READY), None)
    if waiting is None:
        return  # both have left, or begun to: nothing can be taken back by a merge
    leave_out([waiting.pk], why=Why.SAME_PERSON)
    if waiting.pk == other.copy_id:
        Claim.objects.filter(pk=claim.pk).update(person_id=into_id)
