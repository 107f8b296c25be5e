"""Approved language was withdrawn: whoever is about to send it is told at once. That it may not leave any more is
asked when a reply is sent or released, from the article itself."""

from hustings.foundation.core import live
from hustings.service.answers.models import ArticleVersion

from ..models import Citation, Draft, ReplyState


def tell_writers(*, article_id: int) -> None:
    """Publish on every conversation where a draft, or a reply that waits for release, cites the article."""
    versions = [str(uid) for uid in ArticleVersion.objects.filter(article_id=article_id).values_list("uid", flat=True)]
    topics: set[str] = set()
    for version in versions:
        drafts = Draft.objects.filter(citations__contains=[{"version": version}]).select_related("inquiry")
        for draft in drafts:
            topics |= {f"inquiry:{draft.inquiry.uid}", f"user:{draft.author_id}"}
    waiting = Citation.objects.filter(
        version__article_id=article_id, reply__state=ReplyState.WAITING_RELEASE
    ).select_related("reply__inquiry")
    for citation in waiting:
        topics |= {f"inquiry:{citation.reply.inquiry.uid}", "release"}
    if topics:
        live.publish(topics, kind="withdrawn")
