"""Those who write to a mail campaign after it was answered: whether they are answered by themselves; if not, why."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hustings.foundation.core.guard import may_read
from hustings.service.answers.rules import is_in_use
from hustings.service.campaigns.models import StandingReply, Status
from hustings.service.campaigns.queries.groups import open_inquiries, standing_replies
from hustings.service.desk.models import Inquiry

from ..models import BulkReply, BulkState, Copy
from ..rules import MOST_BY_A_LEAD, may_approve, may_draft, may_know_state

OPEN = (BulkState.CHECKING, BulkState.CHECKED, BulkState.WAITING, BulkState.RUNNING, BulkState.PAUSED)


def replies_of(reply: StandingReply) -> QuerySet[BulkReply]:
    """Every bulk reply that answers with this standing reply."""
    rows = BulkReply.objects.filter(standing_reply=reply).select_related("article", "made_by", "approved_by", "follows")
    return rows.defer("wanted").order_by("pk")


def first_of(reply: StandingReply) -> BulkReply | None:
    """The one that another person approved last, with their own hand: what is gathered later follows it."""
    return replies_of(reply).filter(follows=None, approved_at__isnull=False).order_by("approved_at", "pk").last()


def open_one(reply: StandingReply) -> BulkReply | None:
    """The one that is drafted, waits or leaves now: there is one at a time."""
    return replies_of(reply).filter(state__in=OPEN).last()


def followed(now: datetime) -> list[int]:
    """Standing replies that hold now, and of which a bulk reply was approved."""
    begun = BulkReply.objects.filter(standing_reply=OuterRef("pk"), approved_at__isnull=False)
    return list(standing_replies(now).filter(Exists(begun)).order_by("pk").values_list("pk", flat=True))


def unasked(reply: StandingReply) -> QuerySet[Inquiry]:
    """The letters that wait for it and stood in none of its bulk replies: each is gathered once. One that was left out
    waits for a person."""
    gathered = Copy.objects.filter(inquiry=OuterRef("pk"), bulk__standing_reply=reply)
    return open_inquiries(reply.group).filter(~Exists(gathered)).order_by("pk")


def people_by_itself(first: BulkReply) -> int:
    """To how many it went, or goes, with this approval, besides those it was given for."""
    told = BulkReply.objects.filter(follows=first, approved_at__isnull=False).aggregate(people=Sum("people"))
    return int(told["people"] or 0)


def why_none(reply: StandingReply, first: BulkReply) -> str:
    """Why nobody is gathered, in a sentence; "" when they are."""
    if reply.group.status != Status.OPEN:
        return _("The campaign is over.")
    stopped = BulkReply.objects.filter(follows=first, state=BulkState.STOPPED)
    if first.state == BulkState.STOPPED or stopped.exists():
        return _("The bulk reply was stopped.")
    if not may_draft(first.made_by):
        return _("%(name)s, who wrote the reply, may not draft bulk replies any more.") % {"name": first.made_by.name}
    return ""


def why_approval(first: BulkReply, *, people: int) -> str:
    """Why what is gathered (to so many) waits for another person's approval, in a sentence; "" when the first one's
    holds for it."""
    who = first.approved_by
    assert who is not None  # it was approved
    if not is_in_use(first.article, first.version_id):
        return _("The answer was revised since %(name)s approved it.") % {"name": who.name}
    if not who.is_active or not may_approve(who, first):
        return _("%(name)s, who approved these words, may not approve them any more.") % {"name": who.name}
    if people_by_itself(first) + people > MOST_BY_A_LEAD:
        return _("With these it would go to more than %(most)s people by itself.") % {"most": f"{MOST_BY_A_LEAD:,}"}
    return ""


def tells(reply: StandingReply, now: datetime) -> str:
    """How those who write later are answered; "" to who may not know whether the campaign is over, how far its bulk
    replies are, or which words are approved."""
    if not (may_know_state() and may_read("campaign", "status") and may_read("article", "state")):
        return ""
    first = first_of(reply)
    if first is None:
        if open_one(reply) is not None:
            return _(
                "Once another person has approved the bulk reply, those who write later are answered by themselves."
            )
        return _("Those who write later wait, until a bulk reply with it has been approved by another person.")
    if why := why_none(reply, first):
        return _("%(why)s Those who write later wait.") % {"why": why}
    if why := why_approval(first, people=1):
        return _("%(why)s Those who write later are gathered and wait for approval.") % {"why": why}
    said = {"name": first.approved_by.name if first.approved_by else ""}
    if reply.until is None:
        return (
            _("Those who write later are answered by themselves, each hour, until you end it: %(name)s approved it.")
            % said
        )
    said["day"] = date_format(reply.until, "j F")
    return _("Those who write later are answered by themselves, each hour, until %(day)s: %(name)s approved it.") % said
