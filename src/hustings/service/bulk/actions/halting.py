"""Pausing, going on, stopping; and what stops a letter by itself: the polls close, the answer is withdrawn.

What stands in the outbox is cancelled and its copies marked in one statement each, in the stop's own transaction: from
then on none of them leaves. Putting their conversations back is a job, a letter at a time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
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

from ..models import BulkReply, BulkState, Claim, Copy, CopyState, Why
from ..queries.wording import Wording
from ..rules import LEAST_PACE, MOST_PACE, Refused, may_halt
from .approving import give_back

AT_ONCE = 500


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
    if not row.is_at_work and not (row.state == BulkState.DONE and _in_outbox(row).exists()):
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
        _drop([row.pk], Why.UNDONE)
    elif row.state != CopyState.LEAVING or not _recall([row.pk], Why.UNDONE, now):
        raise Refused(_("Too late: the letter has begun to leave. Write once more to correct it."))
    live.publish(["bulk"], kind="back")
    return row


def article_withdrawn(*, article_id: int, state_code: str, now: datetime) -> None:
    """In the withdrawal's transaction: no copy with the words leaves from now on."""
    rows = BulkReply.objects.select_for_update(of=("self",)).defer("wanted").order_by("pk")
    for bulk in rows.filter(article_id=article_id, state__in=[BulkState.RUNNING, BulkState.PAUSED, BulkState.DONE]):
        if not state_code:
            _end(bulk, Why.WITHDRAWN, now)
            continue
        there = Copy.objects.filter(bulk=bulk, state_code=state_code)
        _drop(list(there.filter(state=CopyState.READY).values_list("pk", flat=True)), Why.WITHDRAWN)
        _recall(list(there.filter(state=CopyState.LEAVING).values_list("pk", flat=True)), Why.WITHDRAWN, now)
    drafts = rows.filter(article_id=article_id, state=BulkState.WAITING)
    drafts.update(state=BulkState.CHECKED, declined_because=_("The answer was withdrawn."))


def stop_expired(now: datetime) -> None:
    """Each minute: unsent copies of a voting answer stop where the polls have closed. Those that were not in the
    outbox yet are asked when their turn comes."""
    open_ones = BulkReply.objects.filter(
        state__in=[BulkState.RUNNING, BulkState.PAUSED, BulkState.DONE], article__kind=ArticleKind.VOTING
    )
    for bulk_id in open_ones.filter(pk__in=_with_letters_in_outbox()).order_by("pk").values_list("pk", flat=True):
        _stop_expired_of(bulk_id=bulk_id, now=now)


def _with_letters_in_outbox() -> "Sequence[int]":
    rows = Copy.objects.filter(state=CopyState.LEAVING, is_instead=False).order_by()
    return list(rows.values_list("bulk_id", flat=True).distinct())


@action
def _stop_expired_of(*, bulk_id: int, now: datetime) -> None:
    bulk = BulkReply.objects.select_for_update(of=("self",)).select_related("article").defer("wanted").get(pk=bulk_id)
    wording = Wording(bulk, now)
    rows = _in_outbox(bulk).filter(is_instead=False)
    over = [code for code in rows.order_by().values_list("state_code", flat=True).distinct() if wording.is_over(code)]
    if over:
        _recall(list(rows.filter(state_code__in=over).values_list("pk", flat=True)), Why.OVER, now)
        live.publish(["bulk"], kind="over")


def put_back_taken(*, now: datetime) -> int:
    """What was taken back goes back to its queue, or waits to leave with the words that are still true; how many. A
    copy that has its claim still is one to look at. May run again, and two at a time."""
    done = 0
    while ids := list(
        Copy.objects.filter(state=CopyState.TAKEN_BACK, claim__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    ):
        for copy_id in ids:
            done += _put_back(copy_id=copy_id, now=now)
    return done


@action
def _put_back(*, copy_id: int, now: datetime) -> bool:
    """Locks the reply, then the inquiry, then the copy: as the outbox's own news does."""
    known = Copy.objects.select_related("reply").get(pk=copy_id)
    if known.reply_id is None:
        return False
    reply = Reply.objects.select_for_update(of=("self",)).select_related("inquiry", "author").get(pk=known.reply_id)
    if reply.state == ReplyState.LEAVING:
        reply.state = ReplyState.UNDONE
        leaving.forget_message(reply)
        answering.take_back_answer(inquiry=reply.inquiry, actor=reply.author, now=now)
    copy = Copy.objects.select_for_update(of=("self",)).select_related("bulk").get(pk=copy_id)
    if copy.state != CopyState.TAKEN_BACK:
        return False
    take_back_along(copy, now)
    if copy.why == Why.OVER and not copy.is_instead and copy.bulk.successor_version_id and _goes_on(copy.bulk):
        copy.state, copy.why, copy.reply = CopyState.READY, "", None
        copy.save(update_fields=["state", "why", "reply"])
        return True
    Copy.objects.filter(state=CopyState.COVERED, covered_by=copy).update(state=CopyState.LEFT_OUT, why=copy.why)
    give_back([copy.pk])
    return True


def _goes_on(bulk: BulkReply) -> bool:
    """Whether letters of it may still leave; one that was through begins once more for those that came back."""
    if bulk.state == BulkState.DONE:
        BulkReply.objects.filter(pk=bulk.pk, state=BulkState.DONE).update(state=BulkState.RUNNING, ended_at=None)
        return True
    return bulk.state in (BulkState.RUNNING, BulkState.PAUSED)


def take_back_along(copy: Copy, now: datetime) -> None:
    """The letters that were answered with this one wait again."""
    ids = list(Copy.objects.filter(covered_by=copy).values_list("inquiry_id", flat=True))
    if ids:
        answering.take_back_answered_with(inquiry_ids=ids, now=now)


def _held(actor: User, bulk: BulkReply) -> BulkReply:
    rows = BulkReply.objects.select_for_update(of=("self",)).select_related("article").defer("wanted")
    row = rows.get(pk=bulk.pk)
    if not may_halt(actor, row):
        raise PermissionDenied
    return row


def _in_outbox(bulk: BulkReply) -> "QuerySet[Copy]":
    return Copy.objects.filter(bulk=bulk, state=CopyState.LEAVING, reply__outgoing__state=OutgoingState.WAITING)


def _end(bulk: BulkReply, why: str, now: datetime, *, by: User | None = None) -> None:
    _recall(list(_in_outbox(bulk).values_list("pk", flat=True)), why, now)
    ready = Copy.objects.filter(bulk=bulk, state=CopyState.READY)
    _drop(ready.values("pk"), why)
    bulk.state, bulk.ended_by, bulk.ended_at = BulkState.STOPPED, by, now
    bulk.save(update_fields=["state", "ended_by", "ended_at"])
    live.publish(["bulk", f"user:{bulk.made_by_id}"], kind="stopped")


def _drop(ids: Any, why: str) -> None:
    """Copies that stand in no outbox: ids, or a query for them."""
    Copy.objects.filter(state=CopyState.COVERED, covered_by__in=ids).update(state=CopyState.LEFT_OUT, why=why)
    Claim.objects.filter(copy_id__in=ids, copy__state=CopyState.READY).delete()
    Copy.objects.filter(pk__in=ids, state=CopyState.READY).update(state=CopyState.LEFT_OUT, why=why)


def _recall(ids: Sequence[int], why: str, now: datetime) -> int:
    """Cancel what these copies have in the outbox; how many had not begun to leave."""
    standing = Copy.objects.filter(pk__in=ids).exclude(reply=None)
    stopped = outbox.cancel_many(
        outgoing_ids=[one for one in standing.values_list("reply__outgoing_id", flat=True) if one], now=now
    )
    Copy.objects.filter(pk__in=ids, reply__outgoing_id__in=stopped).update(
        state=CopyState.TAKEN_BACK, why=why, settled_at=now
    )
    if stopped:
        jobs.enqueue("bulk.put_back", once="bulk.put_back")
    return len(stopped)


def _note(actor: User, row: BulkReply, what: str, now: datetime) -> None:
    record_audit(actor=actor, action=what, record_type="bulk_reply", record_uid=row.uid, detail={}, now=now)
    live.publish(["bulk", f"user:{row.made_by_id}"], kind=what)
