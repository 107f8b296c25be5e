"""A standing reply answers those who write later. Each hour the letters that came since are gathered into a bulk reply
of their own, with the words that another person approved for this campaign, and it leaves with that approval while it
holds: the same version, the same words around it, an approver who may still approve, no more people than a lead may
answer. Else it waits for a person. Checking, claims and pace are those of every bulk reply.

Locks: the standing reply, the articles that are said, then bulk replies.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.campaigns.models import StandingReply
from hustings.service.campaigns.queries.groups import standing_replies

from ..models import BulkReply, BulkState, Copy, CopyState
from ..queries import later
from ..rules import MOST_BY_A_LEAD, Refused
from . import approving, checking
from .drafting import Draft, make_bulk_reply

log = logging.getLogger(__name__)


def answer_later(*, now: datetime) -> None:
    """Gather those who wrote since, for every standing reply that holds; what is gathered is checked and leaves. One
    that fails keeps none of the others. May run again, and two at a time."""
    for reply_id in later.followed(now):
        try:
            _answer_of(reply_id=reply_id, now=now)
        except Exception:
            log.exception("those who wrote later were not gathered for standing reply %s", reply_id)


def _answer_of(*, reply_id: int, now: datetime) -> None:
    bulk = gather(reply_id=reply_id, now=now)
    if bulk is None:
        return
    checking.check(bulk_id=bulk.pk, revision=bulk.revision, now=now)
    let_follow(reply_id=reply_id, bulk_id=bulk.pk, now=now)


@action
def begin(
    *, actor: User, reply: StandingReply, inquiry_ids: Sequence[int], draft: Draft, chosen_by: str, now: datetime
) -> BulkReply:
    """A draft with the standing reply to these letters; where one is open already, that one. Raises as
    `make_bulk_reply`, and Refused when the reply has ended meanwhile."""
    if _held(reply.pk, now) is None:
        raise Refused(_("The standing reply does not hold any more. Nothing was made."))
    if (there := later.open_one(reply)) is not None:
        return there
    bulk = make_bulk_reply(actor=actor, ids=inquiry_ids, draft=draft, chosen_by=chosen_by, now=now)
    bulk.standing_reply = reply
    bulk.save(update_fields=["standing_reply"])
    return bulk


@action
def gather(*, reply_id: int, now: datetime) -> BulkReply | None:
    """The bulk reply to those who wrote since the last one, as it is to be checked: made now, or left half-way by a run
    before. None when nobody wrote, when one is open, or when nobody is to be gathered."""
    reply = _held(reply_id, now)
    first = later.first_of(reply) if reply else None
    if reply is None or first is None or later.why_none(reply, first):
        return None
    if (there := later.open_one(reply)) is not None:
        return there if _is_half_way(there) else None
    ids = list(later.unasked(reply).values_list("pk", flat=True)[:MOST_BY_A_LEAD])
    if not ids:
        return None
    draft = Draft(
        article=first.article, title=first.title, opening=first.opening, closing=first.closing,
        successor=first.successor, pace=first.pace,
    )  # fmt: skip
    chosen_by = _("Mail campaign: %(name)s, those who wrote later") % {"name": reply.group.name}
    bulk = make_bulk_reply(actor=first.made_by, ids=ids, draft=draft, chosen_by=chosen_by, now=now)
    bulk.standing_reply, bulk.follows = reply, first
    bulk.save(update_fields=["standing_reply", "follows"])
    return bulk


@action
def let_follow(*, reply_id: int, bulk_id: int, now: datetime) -> None:
    """Let it leave with the first one's approval, or put it before a person and say why."""
    reply = _held(reply_id, now)
    approving.hold_words(bulk_id)
    bulk = BulkReply.objects.select_for_update(of=("self",)).select_related("follows").defer("wanted").get(pk=bulk_id)
    if reply is None or not _is_half_way(bulk) or bulk.state != BulkState.CHECKED:
        return
    first = later.first_of(reply)
    ready = Copy.objects.filter(bulk=bulk, state=CopyState.READY).count()
    if first is not None and (why := later.why_approval(first, people=ready)):
        _put_before_a_person(bulk, why, now)
    elif first is None or first.pk != bulk.follows_id or _words(first) != _words(bulk):
        _put_before_a_person(bulk, _("Its words are not those that were approved for this campaign."), now)
    else:
        try:
            approving.approve_with(first=first, bulk=bulk, now=now)
        except Refused as refused:
            _put_before_a_person(bulk, str(refused), now)


def _held(reply_id: int, now: datetime) -> StandingReply | None:
    """The standing reply, held, while it holds: who ends it is before or after, never in between."""
    StandingReply.objects.select_for_update().filter(pk=reply_id).first()
    return standing_replies(now).filter(pk=reply_id).first()


def _is_half_way(bulk: BulkReply) -> bool:
    """Gathered by itself, and neither a person nor the house has decided on it."""
    return bulk.is_by_itself and bulk.state in (BulkState.CHECKING, BulkState.CHECKED) and not bulk.declined_because


def _words(bulk: BulkReply) -> tuple[object, ...]:
    return (bulk.version_id, bulk.successor_version_id, bulk.opening, bulk.closing)


def _put_before_a_person(bulk: BulkReply, why: str, now: datetime) -> None:
    bulk.state, bulk.asked_at, bulk.declined_because = BulkState.WAITING, now, why
    bulk.save(update_fields=["state", "asked_at", "declined_because"])
    live.publish(["bulk", f"user:{bulk.made_by_id}"], kind="asked")
