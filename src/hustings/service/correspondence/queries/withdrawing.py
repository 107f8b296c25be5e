"""What still carries words that were withdrawn, and who was answered with them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from hustings.foundation.core.guard import unveiled
from hustings.service.answers.models import Article, ArticleVersion
from hustings.service.answers.registry import Answered

from ..models import Citation, Draft, Reply, ReplyState
from ..registry import registry

# It left, may have left, or could not be stopped.
ANSWERED = (ReplyState.SENT, ReplyState.UNCERTAIN, ReplyState.LEAVING)


def cited_in(article_id: int, state_code: str) -> QuerySet[Citation]:
    """Citations of the article; with a state, of its words for it, or of everyone's in a letter to somebody there."""
    rows = Citation.objects.filter(version__article_id=article_id)
    if not state_code:
        return rows
    there = Q(reply__inquiry__state_code=state_code) | Q(
        reply__inquiry__state_code="", reply__inquiry__person__state_code=state_code
    )
    with unveiled():
        return rows.filter(Q(state_code=state_code) | (Q(state_code="") & there))


def replies_citing(article_id: int, state_code: str, states: Iterable[str]) -> QuerySet[Reply]:
    """Replies in these states that carry the words, but for those that a room above looks after."""
    cited = cited_in(article_id, state_code).values("reply_id")
    rows = Reply.objects.filter(state__in=list(states), pk__in=cited)
    for followed in registry.followed:
        rows = rows.exclude(pk__in=followed())
    return rows


def drafts_citing(article_id: int, state_code: str) -> list[tuple[Draft, list[dict[str, str]]]]:
    """Drafts that hold the words, each with the citations that are meant."""
    found = []
    for version in ArticleVersion.objects.filter(article_id=article_id).values_list("uid", flat=True):
        rows = Draft.objects.filter(citations__contains=[{"version": str(version)}])
        for draft in rows.select_related("inquiry__person"):
            meant = meant_in(draft, str(version), state_code)
            if meant:
                found.append((draft, meant))
    return found


def meant_in(draft: Draft, version: str, state_code: str) -> list[dict[str, str]]:
    """The draft's citations of this version that speak to this state (empty: all of them)."""
    with unveiled():
        theirs = draft.inquiry.state_code or draft.inquiry.person.state_code
    return [
        one
        for one in draft.citations
        if one["version"] == version and (not state_code or (one["state"] or theirs) == state_code)
    ]


def answered_from(article: Article, state_code: str) -> Iterable[Answered]:
    """Everyone to whom a letter with the words left, or may have."""
    rows = cited_in(article.pk, state_code).filter(reply__state__in=ANSWERED)
    rows = rows.select_related("version", "reply", "reply__inquiry")
    for one in rows.iterator():
        of = one.reply.inquiry
        yield Answered(of.person_id, one.version.number, one.reply.written_at, "mail", one.reply.uid, of.uid)
