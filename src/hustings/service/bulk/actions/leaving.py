"""Letters leave at the pace that was set: a few in a transaction, each looked at once more under its lock.

A turn holds the bulk reply's row, so that two workers never send of one at once and a stop that has it is before or
after a turn, never in it. What a killed worker had begun is rolled back whole. Locks: the articles, bulk reply, copies,
inquiries by their ids, then only rows that are new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q

from hustings.constituents.people.queries import canonical_ids
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.answers.queries.sayable import may_not_leave
from hustings.service.answers.rules import MergeFieldError
from hustings.service.correspondence.actions import leaving
from hustings.service.correspondence.models import Citation, Reply, ReplyState
from hustings.service.correspondence.queries import composing, messages
from hustings.service.correspondence.rules import SendRefused
from hustings.service.desk.actions import answering
from hustings.service.desk.actions.changing import lock as lock_inquiries
from hustings.service.desk.models import Inquiry

from ..models import BulkReply, BulkState, Claim, Copy, CopyState, Why
from ..queries import bulks
from ..queries.letters import Look, look
from ..queries.wording import Wording
from ..rules import matter_of
from .approving import hold_words

AT_ONCE = 20  # letters a transaction
ALONG = ("", Why.NO_WORDS, Why.OVER, Why.FIELD, Why.TOLD)  # what keeps a letter from its own answer, not from another's
BEHIND = timedelta(seconds=5)  # so much is made up for after a pause; what is older is lost, not burst out


def leave_due(now: datetime) -> bool:
    """A turn of every bulk reply of which letters are due; whether there may be more at once."""
    turns = [leave_some(bulk_id=bulk_id, now=now) for bulk_id in bulks.due(now)]
    return any(turns)


@action
def leave_some(*, bulk_id: int, now: datetime) -> bool:
    """The letters that may leave by now, at most twenty; whether there were any."""
    hold_words(bulk_id)
    rows = BulkReply.objects.select_for_update(of=("self",), skip_locked=True).defer("wanted")
    bulk = (
        rows.select_related("article", "version", "successor", "successor_version", "made_by")
        .filter(pk=bulk_id, state=BulkState.RUNNING, next_at__lte=now)
        .first()
    )
    if bulk is None or bulk.next_at is None:
        return False
    if bulk.article.approved_version_id != bulk.version_id:
        return _pause_revised(bulk)
    many = _slots(bulk, bulk.next_at, now)
    held = Copy.objects.select_for_update(of=("self",)).filter(bulk=bulk, state=CopyState.READY)
    copies = list(held.select_related("person").order_by("pk")[:many])
    if not copies:
        return _finish(bulk, now)
    _leave(bulk, copies, now)
    bulk.save(update_fields=["next_at"])
    live.publish(["bulk"], kind="leaving")
    return True


def _slots(bulk: BulkReply, next_at: datetime, now: datetime) -> int:
    """How many may leave; the moment of the one after them is written on the row."""
    each = timedelta(seconds=60 / bulk.pace)
    begin = max(next_at, now - BEHIND)
    many = min(AT_ONCE, int((now - begin) / each) + 1)
    bulk.next_at = begin + many * each
    return many


def _finish(bulk: BulkReply, now: datetime) -> bool:
    """Nothing is left to put into the outbox. (An expired letter that comes back as another wakes it again.)"""
    bulk.state, bulk.ended_at = BulkState.DONE, now
    bulk.save(update_fields=["state", "ended_at"])
    live.publish(["bulk", f"user:{bulk.made_by_id}"], kind="done")
    return False


def _pause_revised(bulk: BulkReply) -> bool:
    bulk.state, bulk.paused_because = BulkState.PAUSED, "revised"
    bulk.save(update_fields=["state", "paused_because"])
    live.publish(["bulk", f"user:{bulk.made_by_id}"], kind="paused")
    return False


@dataclass(frozen=True)
class _Turn:
    """What one turn has read: the letters as they are now, those that are answered along, and who is whom."""

    wording: Wording
    looks: Mapping[int, Look]
    along: Mapping[int, list[Copy]]
    roots: Mapping[int, int]
    told: Mapping[int, set[int]]  # of whole persons: the copies that have a claim in this matter
    now: datetime


def _leave(bulk: BulkReply, copies: Sequence[Copy], now: datetime) -> None:
    covered = Copy.objects.filter(state=CopyState.COVERED, covered_by__in=[one.pk for one in copies])
    along: dict[int, list[Copy]] = {}
    for one in covered.order_by("pk"):
        along.setdefault(one.covered_by_id or 0, []).append(one)
    ids = {one.inquiry_id for one in [*copies, *(each for some in along.values() for each in some)]}
    lock_inquiries(None, ids)
    wording = Wording(bulk, now)
    looks = {one.inquiry.pk: one for one in look(wording, sorted(ids))}
    roots = canonical_ids({one.person_id for one in copies})
    turn = _Turn(wording, looks, along, roots, _claimed(bulk.matter, set(roots.values())), now)
    for copy in copies:
        _leave_one(copy, turn)


def _claimed(matter: str, roots: set[int]) -> dict[int, set[int]]:
    """Also by claims that a merge at the same moment as their approval did not see."""
    rows = Claim.objects.filter(Q(person_id__in=roots) | Q(person__canonical_id__in=roots), matter=matter)
    found: dict[int, set[int]] = {}
    for copy_id, person_id, canonical_id in rows.values_list("copy_id", "person_id", "person__canonical_id"):
        found.setdefault(canonical_id or person_id, set()).add(copy_id)
    return found


def _leave_one(copy: Copy, turn: _Turn) -> None:
    why, detail = _why_not(copy, turn)
    if not why:
        try:
            with transaction.atomic():
                _put_in_outbox(copy, turn)
            return
        except MergeFieldError as error:
            why, detail = Why.FIELD, error.field
        except SendRefused as refused:
            why, detail = (Why.WITHDRAWN if refused.code == "withdrawn" else Why.UNFIT), ""
    leave_out([copy.pk], why=why, detail=detail)


def leave_out(ids: Any, *, why: str, detail: str = "") -> None:
    """Those of these copies (ids, or a query for them) that stand in no outbox do not leave, nor are the letters
    answered that would have been along with them. Another bulk reply may answer their writers."""
    along = Copy.objects.filter(state=CopyState.COVERED, covered_by__in=ids, covered_by__state=CopyState.READY)
    along.update(state=CopyState.LEFT_OUT, why=why)
    Claim.objects.filter(copy_id__in=ids, copy__state=CopyState.READY).delete()
    Copy.objects.filter(pk__in=ids, state=CopyState.READY).update(state=CopyState.LEFT_OUT, why=why, detail=detail)


def _why_not(copy: Copy, turn: _Turn) -> tuple[str, str]:
    """Why it may not leave any more, asked under the locks."""
    found = turn.looks.get(copy.inquiry_id)
    if found is None or not copy.address:
        return Why.ERASED, ""
    for one in [copy, *turn.along.get(copy.pk, [])]:
        now_there = turn.looks[one.inquiry_id].inquiry
        if now_there.last_message_id != one.letter_id:
            return Why.NEWER, ""
    if found.why not in ("", Why.OVER):
        return found.why, found.detail
    for one in turn.along.get(copy.pk, []):
        if turn.looks[one.inquiry_id].why in (Why.IN_HAND, Why.ANSWERED):
            return Why.OTHER_IN_HAND, ""
    if why := _same_person(copy, turn):
        return why, ""
    if found.why == Why.OVER or turn.wording.is_over(copy.state_code):
        return _instead(copy, turn), ""
    return "", ""


def _instead(copy: Copy, turn: _Turn) -> str:
    """Where there are words that are true after the polls, it leaves with those, and with their matter."""
    bulk = turn.wording.bulk
    text = turn.wording.text(copy.language, copy.state_code, instead=True)
    if text is None or bulk.successor is None or bulk.successor.approved_version_id != bulk.successor_version_id:
        return Why.OVER
    if not _claims(copy, matter=matter_of(bulk.successor)):
        return Why.TOLD
    copy.is_instead, copy.text = True, text
    return ""


def _claims(copy: Copy, **change: Any) -> bool:
    """Whether its claim could be changed so: the constraints decide."""
    try:
        with transaction.atomic():
            Claim.objects.filter(copy=copy).update(**change)
    except IntegrityError:
        return False
    return True


def _same_person(copy: Copy, turn: _Turn) -> str:
    """Of a writer who was found to be somebody else meanwhile: the constraint says whether that one has a letter."""
    root = turn.roots[copy.person_id]
    if turn.told.get(root, set()) - {copy.pk}:
        return Why.SAME_PERSON
    if root != copy.person_id and not _claims(copy, person_id=root):
        return Why.SAME_PERSON
    copy.person_id = root
    return ""


def _put_in_outbox(copy: Copy, turn: _Turn) -> None:
    bulk, found, now = turn.wording.bulk, turn.looks[copy.inquiry_id], turn.now
    text = copy.text if copy.is_instead else found.text or copy.text
    inquiry = found.inquiry
    if text is None or not Claim.objects.filter(copy=copy).exists():
        raise SendRefused("unclaimed", "")
    words, said = turn.wording.whole(text, inquiry)
    if may_not_leave([(text.version, text.state_code)], copy.state_code, now) is not None:
        raise SendRefused("withdrawn", "")
    answered = messages.newest_with_body(inquiry)
    reply = Reply.objects.create(
        uid=letter_uid(copy),
        inquiry=inquiry,
        author=bulk.made_by,
        to_address=copy.address,
        subject=leaving.subject_of(inquiry, answered[1] if answered else None),
        text=words,
        mailbox=composing.mailbox_of(inquiry),
        state=ReplyState.LEAVING,
        close_after=True,
        last_message_seen=copy.letter_id or 0,
        written_at=now,
        released_by=bulk.approved_by,
        released_at=bulk.approved_at,
    )
    Citation.objects.create(
        reply=reply,
        version=text.version,
        language=text.language,
        state_code=text.state_code,
        text=said,
        of_many=True,
    )
    leaving.put_in_outbox(reply, actor=bulk.made_by, answered=answered, of_many=True, now=now)
    _answer_along(copy, turn)
    copy.reply, copy.state, copy.tries = reply, CopyState.LEAVING, copy.tries + 1
    copy.save(update_fields=["reply", "state", "tries", "is_instead", "text", "person"])


def _answer_along(copy: Copy, turn: _Turn) -> None:
    """Other letters of the writer are answered with this one, but for those that nobody but a person may answer."""
    others: list[Inquiry] = []
    for one in turn.along.get(copy.pk, []):
        found = turn.looks[one.inquiry_id]
        if found.why in ALONG:
            others.append(found.inquiry)
        else:
            Copy.objects.filter(pk=one.pk).update(state=CopyState.LEFT_OUT, why=found.why, detail=found.detail)
    if others:
        answering.record_answered_with(
            inquiries=others,
            other=turn.looks[copy.inquiry_id].inquiry,
            actor=turn.wording.bulk.made_by,
            now=turn.now,
        )


def letter_uid(copy: Copy) -> UUID:
    """Of the copy's next letter: the same for whoever writes it, so that it is written once."""
    return uuid5(copy.uid, f"letter {copy.tries}")
