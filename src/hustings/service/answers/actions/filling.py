"""Bringing in many answers at once, as they stand: a sample campaign's, or those of the tool a campaign used before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hustings.foundation.access.models import Team, User
from hustings.foundation.core.guard import action
from hustings.foundation.core.ids import new_uid

from ..models import (
    Article,
    ArticleEvent,
    ArticleKind,
    ArticleState,
    ArticleText,
    ArticleVersion,
    Category,
    EventKind,
    Source,
    VotingApproval,
)
from .noting import bump
from .wording import Cited, Words, check_texts

AT_ONCE = 1000


@dataclass(frozen=True)
class Piece:
    """One answer that somebody approved before it came here. Voting answers count as approved by `approver` for every
    state they have words for, and need an official source."""

    slug: str
    title: str
    texts: Sequence[Words]
    category: str = ""
    voting: bool = False
    sources: Sequence[Cited] = ()
    approved_at: datetime | None = None
    pinned_until: datetime | None = None
    is_first: bool = False


@action
def bring_in(*, approver: User, pieces: Sequence[Piece], team: Team | None = None, now: datetime) -> list[Article]:
    """Public at once, in a few statements for any number. Those whose address is taken are left as they are. Raises
    ValidationError, naming the text, before anything is written."""
    taken = set(Article.objects.filter(slug__in=[piece.slug for piece in pieces]).values_list("slug", flat=True))
    fresh = [piece for piece in pieces if piece.slug not in taken]
    for piece in fresh:
        check_texts(piece.texts)
        if piece.voting and not any(source.official for source in piece.sources):
            raise ValueError(f"the voting answer {piece.slug!r} cites no official source")
    categories = {one.slug: one for one in Category.objects.all()}
    articles = [_article(piece, categories.get(piece.category), approver, team, now) for piece in fresh]
    Article.objects.bulk_create(articles, batch_size=AT_ONCE)
    versions = [
        ArticleVersion(article=article, number=1, title=article.title, made_by=approver) for article in articles
    ]
    ArticleVersion.objects.bulk_create(versions, batch_size=AT_ONCE)
    pairs = list(zip(fresh, versions, strict=True))
    ArticleText.objects.bulk_create((text for piece, version in pairs for text in _texts(piece, version)), AT_ONCE)
    Source.objects.bulk_create(
        (source for piece, version in pairs for source in _sources(piece, version, approver)), AT_ONCE
    )
    VotingApproval.objects.bulk_create(
        (one for piece, version in pairs for one in _approvals(piece, version, approver, now)), AT_ONCE
    )
    for article, version in zip(articles, versions, strict=True):
        article.approved_version = version
    Article.objects.bulk_update(articles, ["approved_version"], batch_size=AT_ONCE)
    ArticleEvent.objects.bulk_create(
        (
            ArticleEvent(article=version.article, version=version, kind=kind, at=piece.approved_at or now, by=approver)
            for piece, version in pairs
            for kind in (EventKind.MADE, EventKind.APPROVED, EventKind.PUBLISHED)
        ),
        AT_ONCE,
    )
    bump()
    return articles


def make_categories(names: Iterable[tuple[str, dict[str, str]]]) -> None:
    """(address, names by language) in the order they stand in; those that are there already stay as they are."""
    rows = [Category(slug=slug, order=number, names=by) for number, (slug, by) in enumerate(names, start=1)]
    Category.objects.bulk_create(rows, ignore_conflicts=True)


def _article(piece: Piece, category: Category | None, approver: User, team: Team | None, now: datetime) -> Article:
    at = piece.approved_at or now
    return Article(
        uid=new_uid(), slug=piece.slug, title=piece.title, owner=approver, team=team, state=ArticleState.APPROVED,
        approved_by=approver, approved_at=at, published_at=at, is_public=True, category=category,
        kind=ArticleKind.VOTING if piece.voting else ArticleKind.GENERAL,
        pinned_until=piece.pinned_until, is_first=piece.is_first,
    )  # fmt: skip


def _texts(piece: Piece, version: ArticleVersion) -> list[ArticleText]:
    return [
        ArticleText(
            version=version, language=words.language, state_code=words.state_code, title=words.title, body=words.body,
            steps=list(words.steps), base_number=None if words.language == "en" else 1,
        )
        for words in piece.texts
    ]  # fmt: skip


def _sources(piece: Piece, version: ArticleVersion, approver: User) -> list[Source]:
    return [
        Source(
            version=version, state_code=source.state_code, title=source.title, url=source.url,
            official=source.official, checked_at=source.checked_at, checked_by=approver,
        )
        for source in piece.sources
    ]  # fmt: skip


def _approvals(piece: Piece, version: ArticleVersion, approver: User, now: datetime) -> list[VotingApproval]:
    states = sorted({words.state_code for words in piece.texts}) if piece.voting else []
    return [VotingApproval(version=version, state_code=state, by=approver, at=now) for state in states]
