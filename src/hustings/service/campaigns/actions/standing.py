"""The standing reply of a campaign: approved words for those who have written and those who will. Who sends them is
the room above that answers many (`registry.answering`); here it is only said what they are."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.service.answers.models import Article, ArticleState
from hustings.service.answers.queries.sayable import hold

from ..announcements import StandingReplyEnded
from ..models import ChangeKind, Group, StandingReply
from ..queries.groups import open_inquiry_ids
from ..registry import answer_with
from ..rules import Refused, may_change
from .telling import keep_change


@action
def set_reply(
    *, actor: User, group: Group, article: Article, until: date | None = None, now: datetime
) -> StandingReply:
    """From now on this approved answer is the campaign's, for its position. Raises Refused when it is not approved, or
    nobody has said the position yet."""
    _only_leads(actor)
    group = Group.objects.select_for_update().get(pk=group.pk)
    hold([article.pk])  # whoever withdraws it comes for the bulk replies that end here
    article = Article.objects.get(pk=article.pk)
    if article.state != ArticleState.APPROVED or article.approved_version is None:
        raise Refused(_("This answer is not approved. Nothing was changed."))
    if not group.position:
        raise Refused(_("Say first what position the letters take: for, against or neither. Nothing was changed."))
    if until is not None and until < now.date():
        raise Refused(_("That day is past. Nothing was changed."))
    for before in StandingReply.objects.select_for_update().filter(
        group=group, position=group.position, ended_at=None
    ):  # fmt: skip
        _end(before, actor, now)
    reply = StandingReply.objects.create(
        group=group, position=group.position, article=article, version=article.approved_version,
        set_by=actor, set_at=now, until=until,
    )  # fmt: skip
    keep_change(
        actor=actor, group=group, kind=ChangeKind.REPLY, action="campaign.reply", detail={"article": article.title},
        now=now,
    )  # fmt: skip
    return reply


@action
def end_reply(*, actor: User, reply: StandingReply, now: datetime) -> None:
    """Nobody gets it any more: also what was gathered by itself and has not left stops. What has left has left."""
    _only_leads(actor)
    row = StandingReply.objects.select_for_update(of=("self",)).select_related("article", "group").get(pk=reply.pk)
    if row.ended_at is not None:
        return
    _end(row, actor, now)
    keep_change(
        actor=actor, group=row.group, kind=ChangeKind.REPLY_ENDED, action="campaign.ended",
        detail={"article": row.article.title}, now=now,
    )  # fmt: skip


@action
def answer_now(*, actor: User, reply: StandingReply, now: datetime) -> str:
    """Hand all who have written, and still wait, to whoever answers many. Gives the address of the page where that goes
    on, "" when no room does. Raises Refused, with the reason of whoever answers many."""
    _only_leads(actor)
    if reply.ended_at is not None:
        raise Refused(_("This standing reply has ended. Nothing was sent."))
    return answer_with(reply, open_inquiry_ids(reply.group), actor=actor, now=now)


def _end(row: StandingReply, actor: User, now: datetime) -> None:
    row.ended_at, row.ended_by = now, actor
    row.save(update_fields=["ended_at", "ended_by"])
    bus.announce(StandingReplyEnded(row.pk, actor.pk))


def _only_leads(actor: User) -> None:
    if not may_change(actor):
        raise Refused(_("Your role does not change mail campaigns. Nothing was changed."))
