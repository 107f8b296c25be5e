"""Who may do what with bulk replies, and what never joins one."""

from hashlib import blake2b

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers, can, leads_team, may
from hustings.foundation.channels.queries import reply_secret
from hustings.foundation.core.guard import may_read, unveiled
from hustings.service.answers.models import Article, ArticleKind
from hustings.service.answers.rules import is_voting
from hustings.service.desk.models import Inquiry

from .models import MOST_WITHOUT_LINE, BulkReply

ADDRESSES = "bulk.addresses"  # the part by which whom they went to goes (`erasing`)
MOST = 100_000  # letters of one bulk reply
MOST_BY_A_LEAD = 5_000  # people: more leave only by an administrator's approval
LEAST_PACE, MOST_PACE = 6, 1_200  # letters a minute
KEPT_NATURES = frozenset({"press", "threat", "crisis", "election_incident"})
KEPT_TAGS = frozenset({"press", "media", "vip", "threat"})
KEPT_QUEUES = frozenset({"press", "media", "press-desk", "security", "threats"})


class Refused(PermissionDenied):
    """No, and why: its text is for the person who asked. Nothing was changed."""

    status = 409


def may_know_state() -> bool:
    """Whether the reader may know how far bulk replies are, and what came of their letters."""
    return may_read("bulk_reply", "state")


def may_draft(user: User) -> bool:
    """Write a bulk reply and have it checked; it leaves only once another person approved it."""
    return bool(user.is_active and may(user, "bulk_reply", "add"))


def may_change(user: User, bulk: BulkReply) -> bool:
    """Change its words, ask for approval, put it away: who wrote it, and administrators."""
    return may_draft(user) and (bulk.made_by_id == user.pk or administers(user))


def may_approve(user: User, bulk: BulkReply) -> bool:
    """Another person than its writer who approves language (on voting also voter protection)."""
    if user.pk == bulk.made_by_id or not may(user, "bulk_reply", "change"):
        return False
    voting = can(user, "approve_voting_answers") and is_voting(bulk.article)
    return voting or can(user, "approve_answers")


def approvable_by(user: User) -> Q:
    """`may_approve`, of rows."""
    if not may(user, "bulk_reply", "change"):
        return Q(pk__in=())
    others = ~Q(made_by_id=user.pk)
    if can(user, "approve_answers"):
        return others
    voting = can(user, "approve_voting_answers")
    with unveiled():
        on_voting = Article.objects.filter(kind=ArticleKind.VOTING).values("pk")
    return others & Q(article__in=on_voting) if voting else Q(pk__in=())


def may_approve_for(user: User, team_ids: set[int]) -> bool:
    """Whether these teams' letters are theirs to answer: of teams they lead, or voter protection's, which is
    everywhere."""
    return can(user, "approve_voting_answers") or all(leads_team(user, team_id) for team_id in team_ids)


def may_exceed(user: User) -> bool:
    """Approve one to more people than a lead may."""
    return administers(user)


def may_halt(user: User, bulk: BulkReply) -> bool:
    """Pause, go on and stop: who wrote or approved it, and whoever could have approved it."""
    return user.pk in (bulk.made_by_id, bulk.approved_by_id) or may_approve(user, bulk)


def address_key(address: str) -> bytes:
    """The same for the same address, and telling it to nobody."""
    return blake2b(address.strip().lower().encode(), key=reply_secret()[:64], digest_size=16).digest()


def matter_of(article: Article) -> str:
    """What nobody is answered twice in."""
    return f"article:{article.uid}"


def needs_paid_line(people: int) -> bool:
    """The law asks who paid for what goes to so many."""
    return people > MOST_WITHOUT_LINE


def never_joins(inquiry: Inquiry) -> bool:
    """What its queue or its tags say is answered by a person. `registry.keep_out` says it of more."""
    tags = {tag.casefold() for tag in inquiry.tags}
    return inquiry.nature in KEPT_NATURES or inquiry.queue.slug in KEPT_QUEUES or bool(tags & KEPT_TAGS)
