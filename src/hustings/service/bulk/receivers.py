"""What the rooms below announce, and what it means for bulk replies."""

from hustings.constituents.people.announcements import PeopleMerged
from hustings.foundation.channels.announcements import OutgoingSettled
from hustings.foundation.core import bus
from hustings.foundation.core.clock import now
from hustings.service.answers.announcements import ArticleWithdrawn
from hustings.service.campaigns.announcements import StandingReplyEnded

from .actions import following, halting


@bus.inside(OutgoingSettled)
def outgoing_settled(event: OutgoingSettled) -> None:
    following.follow_outbox(outgoing_id=event.outgoing_id, state=event.state, now=now())


@bus.inside(PeopleMerged)
def people_merged(event: PeopleMerged) -> None:
    if event.undone:
        following.people_parted(person_id=event.person_id, into_id=event.into_id)
    else:
        following.people_merged(person_id=event.person_id, into_id=event.into_id)


@bus.inside(ArticleWithdrawn)
def article_withdrawn(event: ArticleWithdrawn) -> None:
    halting.article_withdrawn(article_id=event.article_id, state_code=event.state_code, now=now())


@bus.inside(StandingReplyEnded)
def standing_reply_ended(event: StandingReplyEnded) -> None:
    halting.standing_reply_ended(reply_id=event.reply_id, actor_id=event.actor_id, now=now())
