"""Pausing, going on, stopping; and what stops a letter by itself: the polls close, the answer is withdrawn.

What stands in the outbox is cancelled and its copies marked in one statement each, in the stop's own transaction: from
then on none of them leaves. Putting their conversations back is a job, a letter at a time.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import OutgoingState
from hustings.foundation.core import jobs, live
from hustings.foundation.core.guard import action
from hustings.service.answers.models import ArticleKind
from hustings.service.correspondence.actions import leaving
from hustings.service.correspondence.models import Reply, ReplyState
from hustings.service.desk.actions import answering
from hustings.service.desk.actions.changing import lock as lock_inquiries

from ..models import BulkReply, BulkState, Claim, Copy, CopyState, Why
from ..queries.wording import Wording
from ..rules import LEAST_PACE, MOST_PACE, Refused, may_halt
from .drafting import is_held
from .leaving import leave_out

AT_ONCE = 500
TO_PUT_BACK = (CopyState.TAKEN_BACK, CopyState.REFUSED)  # their conversations, by a job
APPROVED = (BulkState.RUNNING, BulkState.PAUSED, BulkState.DONE, BulkState.STOPPED)
log = logging.getLogger(__name__)


@action
def pause(*, actor: User, bulk: BulkReply, now: datetime) -> BulkReply:
    """Nothing more goes into the outbox until somebody goes on with it."""
    row = _held(actor, bulk)
    if row.state != BulkState.RUNNING:
        raise Refused(_("It is not leaving now. Nothing was changed."))
    row.state, row.paused_because = BulkState.PAUSED, ""
    row.save(update_fields=["state", "paused_because"])
    _note(actor, row, "bulk.paused", now)
    return row


@action
def resume(*, actor: User, bulk: BulkReply, now: datetime) -> BulkReply:
    """Go on where it was paused. Words that were revised meanwhile need an approval of their own: stop it instead."""
    row = _held(actor, bulk)
    if row.state != BulkState.PAUSED:
        raise Refused(_("It is not paused. Nothing was changed."))
    if row.article.approved_version_id != row.version_id:
        raise Refused(
            _("The answer was revised since it was approved. Stop this one and begin another with the new words.")
        )
    row.state, row.next_at, row.paused_because = BulkState.RUNNING, now, ""
    row.save(update_fields=["state", "next_at", "paused_because"])
    _note(actor, row, "bulk.resumed", now)
    return row


@action
def set_pace(*, actor: User, bulk: BulkReply, pace: int, now: datetime) -> BulkReply:
    """Letters a minute, from now on."""
    row = _held(actor, bulk)
    if not row.is_at_work or not LEAST_PACE <= pace <= MOST_PACE:
        raise Refused(_("Between {least} and {most} a minute.").format(least=LEAST_PACE, most=MOST_PACE))
    row.pace = pace
    row.save(update_fields=["pace"])
    live.publish(["bulk"], kind="pace")
    return row


@action
def stop(*, actor: User, bulk: BulkReply, now: datetime) -> BulkReply:
    """End it: what has not left never does, also what stands in the outbox, and goes back to its queue."""
    row = _held(actor, bulk)
    if not row.is_at_work and not _in_outbox(row).exists():
        raise Refused(_("It has ended already. Nothing was changed."))
    _end(row, Why.STOPPED, now, by=actor)
    _note(actor, row, "bulk.stopped", now)
    return row


@action
def take_back(*, actor: User, copy: Copy, now: datetime) -> Copy:
    """One letter, while it has not begun to leave. Raises Refused when it has."""
    _held(actor, copy.bulk)
    row = Copy.objects.select_related("reply").get(pk=copy.pk)
    if row.state == CopyState.READY:
        leave_out([row.pk], why=Why.UNDONE)
    elif row.state != CopyState.LEAVING or not recall([row.pk], Why.UNDONE, now):
        raise Refused(_("Too late: the letter has begun to leave. Write once more to correct it."))
    live.publish(["bulk"], kind="back")
    return row


def article_withdrawn(*, article_id: int, state_code: str, now: datetime) -> None:
    """In the withdrawal's transaction: no copy with the words leaves from now on."""
    rows = BulkReply.objects.select_for_update(of=("self",)).defer("wanted").order_by("pk")
    saying = rows.filter(Q(article_id=article_id) | Q(successor_id=article_id))
    for bulk in saying.filter(state__in=APPROVED):
        is_successor = bulk.successor_id == article_id
        if not state_code and not is_successor and (bulk.is_at_work or bulk.state == BulkState.DONE):
            _end(bulk, Why.WITHDRAWN, now)
            continue
        # Those that say its successor instead say nothing of it; the others turn to the successor only as they leave.
        there = Copy.objects.filter(bulk=bulk, **({"state_code": state_code} if state_code else {}))
        if not is_successor:
            leave_out(_ids(there.filter(state=CopyState.READY)), why=Why.WITHDRAWN)
        recall(_ids(there.filter(state=CopyState.LEAVING, is_instead=is_successor)), Why.WITHDRAWN, now)
    drafts = saying.filter(state=BulkState.WAITING)
    drafts.update(state=BulkState.CHECKED, declined_because=_("The answer was withdrawn."))


def standing_reply_ended(*, reply_id: int, actor_id: int, now: datetime) -> None:
    """In the transaction that ends a standing reply: what was gathered by itself stops, also what stands in the outbox,
    and drafts of it go, but for those that a legal hold keeps: they stop. What a person approved goes on until it is
    stopped on its page."""
    actor = User.objects.get(pk=actor_id)
    rows = BulkReply.objects.select_for_update(of=("self",)).defer("wanted").order_by("pk")
    for bulk in rows.filter(standing_reply=reply_id, follows__isnull=False):
        held = bulk.is_open and is_held(bulk)
        if bulk.is_open and not held:
            _note(actor, bulk, "bulk.put_away", now)
            bulk.delete()
        elif held or bulk.is_at_work or _in_outbox(bulk).exists():
            _end(bulk, Why.STOPPED, now, by=actor)
            _note(actor, bulk, "bulk.stopped", now)


def _ids(rows: "QuerySet[Copy]") -> list[int]:
    return list(rows.values_list("pk", flat=True))


def stop_expired(now: datetime) -> None:
    """Each minute: unsent copies of a voting answer stop where the polls have closed. Those that were not in the
    outbox yet are asked when their turn comes."""
    in_outbox = Copy.objects.filter(bulk=OuterRef("pk"), state=CopyState.LEAVING, is_instead=False)
    voting = BulkReply.objects.filter(Exists(in_outbox), state__in=APPROVED, article__kind=ArticleKind.VOTING)
    for bulk_id in voting.order_by("pk").values_list("pk", flat=True):
        _stop_expired_of(bulk_id=bulk_id, now=now)


@action
def _stop_expired_of(*, bulk_id: int, now: datetime) -> None:
    bulk = BulkReply.objects.select_for_update(of=("self",)).select_related("article").defer("wanted").get(pk=bulk_id)
    wording = Wording(bulk, now)
    rows = _in_outbox(bulk).filter(is_instead=False)
    over = [code for code in rows.order_by().values_list("state_code", flat=True).distinct() if wording.is_over(code)]
    if over:
        recall(_ids(rows.filter(state_code__in=over)), Why.OVER, now)
        live.publish(["bulk"], kind="over")


def put_back_taken(*, now: datetime) -> int:
    """What was taken back or refused goes back to its queue, or waits to leave with the words that are still true; how
    many. One that cannot be keeps none of the others: it is logged, and looked at again. May run again, and two at a
    time."""
    done = last = 0
    rows = Copy.objects.filter(state__in=TO_PUT_BACK, settled_at=None).order_by("pk")
    while ids := _ids(rows.filter(pk__gt=last)[:AT_ONCE]):
        for copy_id in ids:
            try:
                done += _put_back(copy_id=copy_id, now=now)
            except Exception:
                log.exception("the conversation of copy %s could not be put back", copy_id)
        last = ids[-1]
    return done


@action
def _put_back(*, copy_id: int, now: datetime) -> bool:
    """Locks the bulk reply; then, as the outbox's own news does, the reply, the inquiries and the copy."""
    known = Copy.objects.get(pk=copy_id)
    assert known.reply_id is not None  # it was in the outbox
    bulk = BulkReply.objects.select_for_update(of=("self",)).defer("wanted").get(pk=known.bulk_id)
    reply = Reply.objects.select_for_update(of=("self",)).select_related("inquiry", "author").get(pk=known.reply_id)
    along = Copy.objects.filter(covered_by=known, state=CopyState.COVERED)
    lock_inquiries(None, [reply.inquiry_id, *along.values_list("inquiry_id", flat=True)])
    copy = Copy.objects.select_for_update(of=("self",)).get(pk=copy_id)
    if copy.state not in TO_PUT_BACK or copy.settled_at is not None:
        return False
    if reply.state == ReplyState.LEAVING:
        reply.state = ReplyState.UNDONE
        leaving.forget_message(reply)
        leaving.take_back_answer(reply, actor=reply.author, now=now)
    answering.take_back_answered_with(inquiry_ids=list(along.values_list("inquiry_id", flat=True)), now=now)
    if copy.why == Why.OVER and not copy.is_instead and bulk.successor_version_id and _goes_on(bulk):
        copy.state, copy.why, copy.reply = CopyState.READY, "", None
        copy.save(update_fields=["state", "why", "reply"])
        return True
    along.update(state=CopyState.LEFT_OUT, why=copy.why or Why.REFUSED)
    Claim.objects.filter(copy=copy).delete()
    copy.settled_at = now
    copy.save(update_fields=["settled_at"])
    return True


def _goes_on(bulk: BulkReply) -> bool:
    """Whether letters of it may still leave; one that was through begins once more for those that came back. Its row
    is held."""
    if bulk.state == BulkState.DONE:
        bulk.state, bulk.ended_at = BulkState.RUNNING, None
        bulk.save(update_fields=["state", "ended_at"])
    return bulk.is_at_work


def _held(actor: User, bulk: BulkReply) -> BulkReply:
    rows = BulkReply.objects.select_for_update(of=("self",)).select_related("article").defer("wanted")
    row = rows.get(pk=bulk.pk)
    if not may_halt(actor, row):
        raise PermissionDenied
    return row


def _in_outbox(bulk: BulkReply) -> "QuerySet[Copy]":
    unsent = (OutgoingState.WAITING, OutgoingState.ATTEMPTING)
    return Copy.objects.filter(bulk=bulk, state=CopyState.LEAVING, reply__outgoing__state__in=unsent)


def _end(bulk: BulkReply, why: str, now: datetime, *, by: User | None = None) -> None:
    recall(_ids(_in_outbox(bulk)), why, now)
    leave_out(Copy.objects.filter(bulk=bulk, state=CopyState.READY).values("pk"), why=why)
    bulk.state, bulk.ended_by, bulk.ended_at = BulkState.STOPPED, by, now
    bulk.save(update_fields=["state", "ended_by", "ended_at"])
    live.publish(["bulk", f"user:{bulk.made_by_id}"], kind="stopped")


def recall(ids: Sequence[int], why: str, now: datetime) -> int:
    """Cancel what these copies have in the outbox; how many had not begun to leave. A job puts them back. Of one that
    is being handed over at this moment the reason is kept: should the server put it off, it ends there."""
    standing = Copy.objects.filter(pk__in=ids).exclude(reply=None)
    stopped = outbox.cancel_many(
        outgoing_ids=[one for one in standing.values_list("reply__outgoing_id", flat=True) if one], now=now
    )
    Copy.objects.filter(pk__in=ids, reply__outgoing_id__in=stopped).update(
        state=CopyState.TAKEN_BACK, why=why, settled_at=None
    )
    handed_over = Copy.objects.filter(pk__in=ids, state=CopyState.LEAVING)
    handed_over.filter(reply__outgoing__state=OutgoingState.ATTEMPTING).update(why=why)
    if stopped:
        jobs.enqueue("bulk.put_back", once="bulk.put_back")
    return len(stopped)


def _note(actor: User, row: BulkReply, what: str, now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type="bulk_reply", record_uid=row.uid, detail={}, now=now)
    live.publish(["bulk", f"user:{row.made_by_id}"], kind=what)
