"""Another person approves a bulk reply: then whom it goes to is fixed, by claims that the database keeps apart."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hustings.constituents.people.queries import canonical_ids
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.foundation.ui.queries import campaign
from hustings.service.answers.models import ArticleState
from hustings.service.answers.queries.sayable import hold

from ..models import BulkReply, BulkState, Claim, Copy, CopyState, Why
from ..queries import bulks
from ..rules import (
    MOST_BY_A_LEAD,
    Refused,
    address_key,
    may_approve,
    may_approve_for,
    may_change,
    may_exceed,
    needs_paid_line,
)

AT_ONCE = 2_000
_LOCK = 0x4862756C  # claims of two approvals are written one after the other: neither waits for the other's half


@action
def ask_approval(*, actor: User, bulk: BulkReply, now: datetime) -> BulkReply:
    """Before another person: as it was checked."""
    row = _held(bulk)
    if not may_change(actor, row):
        raise PermissionDenied
    if row.state != BulkState.CHECKED:
        raise Refused(_("Its letters are not checked yet, or it was asked already. Nothing was changed."))
    if not Copy.objects.filter(bulk=row, state=CopyState.READY).exists():
        raise Refused(_("No letter is left that could be answered. Look at why each was left out."))
    row.state, row.asked_at, row.declined_because = BulkState.WAITING, now, ""
    row.save(update_fields=["state", "asked_at", "declined_because"])
    live.publish(["bulk"], kind="asked")
    return row


@action
def decline(*, actor: User, bulk: BulkReply, because: str, now: datetime) -> BulkReply:
    """Back to its writer, with the reason."""
    row = _held(bulk)
    if not may_approve(actor, row):
        raise PermissionDenied
    if not because.strip():
        raise Refused(_("Say why, so that it can be done better. Nothing was changed."))
    if row.state != BulkState.WAITING:
        raise Refused(_("It does not wait for approval any more. Nothing was changed."))
    row.state, row.declined_because = BulkState.CHECKED, because.strip()[:1000]
    row.save(update_fields=["state", "declined_because"])
    _note(actor, row, "bulk.declined", now)
    live.publish(["bulk", f"user:{row.made_by_id}"], kind="declined")
    return row


@action
def approve(*, actor: User, bulk: BulkReply, revision: int, now: datetime) -> BulkReply:
    """Let it leave: exactly what was read (`revision`), to exactly those whose letters are claimed here. Letters that
    come later are not in it; of whom another bulk reply has claimed, the copy is left out and says so."""
    hold_words(bulk.pk)
    row = _held(bulk)
    if not may_approve(actor, row):
        raise PermissionDenied
    if row.state != BulkState.WAITING or row.revision != revision:
        raise Refused(_("It changed since you read it, or was decided on already. Nothing left. Look again."))
    row.follows = None  # of its own approval now
    _let_leave(actor, row, now)
    _note(actor, row, "bulk.approved", now, people=row.people)
    live.publish(["bulk", f"user:{row.made_by_id}"], kind="approved")
    return row


@action
def approve_with(*, first: BulkReply, bulk: BulkReply, now: datetime) -> BulkReply:
    """Let what was gathered by itself leave with the approval that was given for `first`, which it follows. Nobody
    acts: the audit names both who wrote the words and who approved them. Raises Refused where its approver could not
    approve this one."""
    hold_words(bulk.pk)
    row, approver = _held(bulk), first.approved_by
    if row.state != BulkState.CHECKED or row.follows_id != first.pk or approver is None:
        raise Refused(_("It changed since it was gathered. Nothing left."))
    _let_leave(approver, row, now)
    names: dict[str, int | str] = {"first": str(first.uid), "made_by": row.made_by_id, "approved_by": approver.pk}
    _note(None, row, "bulk.followed", now, people=row.people, **names)
    live.publish(["bulk", f"user:{row.made_by_id}"], kind="approved")
    return row


def _let_leave(actor: User, row: BulkReply, now: datetime) -> None:
    _refuse_words(row)
    _refuse_teams(actor, row)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    before = bulks.people_before(row)
    row.people = _claim(row)
    _refuse_size(actor, row, before)
    row.state, row.approved_by, row.approved_at, row.next_at = BulkState.RUNNING, actor, now, now
    row.declined_because = ""
    row.save()


def hold_words(bulk_id: int) -> None:
    """Hold what it says, before its row is: whoever withdraws an article has the article, and comes for the row."""
    said = BulkReply.objects.filter(pk=bulk_id).values_list("article_id", "successor_id").first()
    hold([one for one in said or () if one])


def _held(bulk: BulkReply) -> BulkReply:
    rows = BulkReply.objects.select_for_update(of=("self",)).select_related("article", "successor", "made_by")
    return rows.defer("wanted").get(pk=bulk.pk)


def _refuse_words(row: BulkReply) -> None:
    for article, version_id in ((row.article, row.version_id), (row.successor, row.successor_version_id)):
        if article is None or (article.state == ArticleState.APPROVED and article.approved_version_id == version_id):
            continue
        raise Refused(_("The answer has changed since these letters were checked. Check them again; nothing left."))


def _refuse_teams(actor: User, row: BulkReply) -> None:
    ready = Copy.objects.filter(bulk=row, state=CopyState.READY)
    teams = set(ready.values_list("inquiry__queue__team_id", flat=True).distinct())
    if not may_approve_for(actor, teams):
        raise Refused(_("Some of these letters are of teams you do not lead. An administrator can approve it."))


def _refuse_size(actor: User, row: BulkReply, before: int) -> None:
    """`before`: how many were answered in this matter already: parts of one mailing count together."""
    if not row.people and not row.is_by_itself:  # what was gathered is over when nobody of it can be answered
        raise Refused(_("Nobody is left to answer: other bulk replies have them. Nothing left."))
    if row.people > MOST_BY_A_LEAD and not may_exceed(actor):
        raise Refused(
            _(
                "It goes to {n} people. More than {most} leave only by an administrator’s approval; nothing left."
            ).format(n=row.people, most=MOST_BY_A_LEAD)
        )
    if needs_paid_line(before + row.people):
        row.paid_line = campaign().paid_for_by.strip()
        if not row.paid_line:
            raise Refused(
                _(
                    "To more than 500 people nothing may leave without the line that says who paid for it. "
                    "Write it under “Paid for by” in the campaign’s settings; nothing left."
                )
            )


def _claim(row: BulkReply) -> int:
    """Claim each copy that is ready; how many got theirs. The constraints decide, whoever else is at it."""
    for copies in _ready(row):
        roots = canonical_ids({one.person_id for one in copies})
        merged = [one for one in copies if roots[one.person_id] != one.person_id]
        for one in merged:
            one.person_id = roots[one.person_id]
        Copy.objects.bulk_update(merged, ["person"])
        Claim.objects.bulk_create((claim_of(row, one) for one in copies), ignore_conflicts=True)
    others = Copy.objects.filter(bulk=row, state=CopyState.READY, claim=None)
    _leave_out_same_address(row, others)
    covered = Copy.objects.filter(bulk=row, state=CopyState.COVERED, covered_by__in=others.values("pk"))
    covered.update(state=CopyState.LEFT_OUT, why=Why.OTHER_BULK)
    others.update(state=CopyState.LEFT_OUT, why=Why.OTHER_BULK)
    return Claim.objects.filter(copy__bulk=row).count()


def _leave_out_same_address(row: BulkReply, others: QuerySet[Copy]) -> None:
    """Those of the copies without a claim whose address another person's copy has claimed in this matter."""
    for some in _some(others):
        claimed = dict(
            Claim.objects.filter(matter=row.matter, address__in=[address_key(one.address) for one in some])
            .annotate(root=Coalesce("person__canonical_id", "person_id"))
            .values_list("address", "root")
        )
        theirs = {bytes(key): root for key, root in claimed.items()}
        same = [one.pk for one in some if theirs.get(address_key(one.address), one.person_id) != one.person_id]
        covered = Copy.objects.filter(covered_by__in=same, state=CopyState.COVERED)
        covered.update(state=CopyState.LEFT_OUT, why=Why.SAME_ADDRESS)
        Copy.objects.filter(pk__in=same).update(state=CopyState.LEFT_OUT, why=Why.SAME_ADDRESS)


def _ready(row: BulkReply) -> Iterator[list[Copy]]:
    return _some(Copy.objects.filter(bulk=row, state=CopyState.READY))


def _some(rows: QuerySet[Copy]) -> Iterator[list[Copy]]:
    last, rows = 0, rows.order_by("pk")
    while copies := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield copies
        last = copies[-1].pk


def claim_of(row: BulkReply, one: Copy) -> Claim:
    """What this copy would claim."""
    return Claim(
        copy=one,
        matter=row.matter,
        person_id=one.person_id,
        address=address_key(one.address),
        inquiry_id=one.inquiry_id,
        letter_id=one.letter_id or 0,
    )


def _note(actor: User | None, row: BulkReply, what: str, now: datetime, **detail: int | str) -> None:
    record_audit(actor=actor, action=what, record_type="bulk_reply", record_uid=row.uid, detail=detail, now=now)
