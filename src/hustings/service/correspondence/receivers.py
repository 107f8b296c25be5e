"""What the rooms below announce, and what it means for letters and replies."""

from hustings.foundation.channels.announcements import OutgoingSettled
from hustings.foundation.core import bus
from hustings.foundation.core.clock import now
from hustings.service.answers.announcements import ArticleCorrected, ArticleWithdrawn
from hustings.service.desk.announcements import InquiriesMerged

from .actions import correcting, settling, splitting, withdrawing


@bus.inside(OutgoingSettled)
def outgoing_settled(event: OutgoingSettled) -> None:
    settling.follow_outbox(outgoing_id=event.outgoing_id, state=event.state, now=now())


@bus.inside(InquiriesMerged)
def inquiries_merged(event: InquiriesMerged) -> None:
    if event.undone:
        splitting.follow_parting(inquiry_id=event.inquiry_id, into_id=event.into_id, now=now())
    else:
        splitting.follow_merge(inquiry_id=event.inquiry_id, into_id=event.into_id)


@bus.inside(ArticleWithdrawn)
def article_withdrawn(event: ArticleWithdrawn) -> None:
    withdrawing.stop(article_id=event.article_id, state_code=event.state_code, now=now())


@bus.inside(ArticleCorrected)
def article_corrected(event: ArticleCorrected) -> None:
    correcting.begin(correction_id=event.correction_id)
