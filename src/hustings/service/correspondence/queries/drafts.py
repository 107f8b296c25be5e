"""What is being written."""

from django.db.models import QuerySet

from hustings.foundation.access.models import User
from hustings.service.answers.models import ArticleState, ArticleVersion
from hustings.service.desk.models import Inquiry

from ..models import Draft
from .messages import seen_by


def visible_to(user: User) -> QuerySet[Draft]:
    """Everyone's drafts on the inquiries this person may see."""
    return Draft.objects.filter(seen_by(user, "inquiry")).select_related("author", "inquiry")


def draft_of(user: User, inquiry: Inquiry) -> Draft | None:
    return Draft.objects.filter(inquiry=inquiry, author=user).first()


def others_drafts(user: User, inquiry: Inquiry) -> list[Draft]:
    """What colleagues are writing here, the newest first; empty ones are left out."""
    rows = Draft.objects.filter(inquiry=inquiry).exclude(author=user).select_related("author").order_by("-saved_at")
    return [draft for draft in rows if not is_empty(draft)]


def is_empty(draft: Draft) -> bool:
    return not draft.text.strip() and not draft.attachments


def versions_of(citations: list[dict[str, str]]) -> dict[str, ArticleVersion]:
    """The versions that these citations (as a draft keeps them) name, by uid; with their articles."""
    uids = {citation["version"] for citation in citations}
    rows = ArticleVersion.objects.filter(uid__in=uids).select_related("article")
    return {str(version.uid): version for version in rows}


def withdrawn_among(citations: list[dict[str, str]]) -> list[ArticleVersion]:
    """The cited versions whose article may no longer be cited."""
    return [v for v in versions_of(citations).values() if v.article.state == ArticleState.WITHDRAWN]
