"""Which words may be said at this moment, by an agent as by a public page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from hustings.foundation.core.guard import unveiled

from ..models import (
    Article,
    ArticleKind,
    ArticleState,
    ArticleText,
    ArticleVersion,
    PollClosing,
    StateWithdrawal,
    VotingApproval,
)
from .polls import closings


def sayable_texts(now: datetime) -> QuerySet[ArticleText]:
    """Texts of approved versions that may be said at this moment, to the public as by an agent: not withdrawn for
    their state, not expired; of voting answers those that voter protection approved, and of a machine's translation
    only what a person signed off. The same for everyone, whatever of an article's standing they may read."""
    with unveiled():
        return _sayable_texts(now)


def _sayable_texts(now: datetime) -> QuerySet[ArticleText]:
    article = "version__article__"
    approvals = VotingApproval.objects.filter(version_id=OuterRef("version_id"), state_code=OuterRef("state_code"))
    withdrawn = StateWithdrawal.objects.filter(
        article_id=OuterRef("version__article_id"), state_code=OuterRef("state_code"), lifted_at=None
    )
    signed = Q(made_by_machine=False) | Q(signed_off_at__isnull=False)
    general = Q(**{f"{article}kind": ArticleKind.GENERAL})
    closing = PollClosing.objects.filter(election=OuterRef(f"{article}election"))
    of_state = closing.filter(state_id=OuterRef("state_code"))
    over = Q(**{f"{article}election__isnull": False}) & (
        (~Q(state_code="") & Exists(of_state.filter(closes_at__lte=now)))
        | (Q(state_code="") & Exists(closing) & ~Exists(closing.filter(closes_at__gt=now)))
        | (~Exists(closing) & Q(**{f"{article}election__lt": now.date()}))
    )
    return (
        ArticleText.objects.filter(
            general | (Q(Exists(approvals)) & signed),
            Q(expires_at=None) | Q(expires_at__gt=now),
            Q(**{f"{article}expires_at": None}) | Q(**{f"{article}expires_at__gt": now}),
            **{f"{article}state": ArticleState.APPROVED},
        )
        .exclude(Exists(withdrawn))
        .exclude(over)
    )


class _OfText(Protocol):
    @property
    def language(self) -> str: ...
    @property
    def state_code(self) -> str: ...


TextT = TypeVar("TextT", bound=_OfText)


def best_text(texts: Iterable[TextT], language: str, state_code: str, may: Callable[[TextT], bool]) -> TextT | None:
    """Of a version's texts the one that is shown for a language and state: a state's own, or none where it has its own
    that may not be; of those this language, else English, else (of a state's own) any."""
    rows = [text for text in texts if text.state_code in ("", state_code)]
    own = [text for text in rows if state_code and text.state_code == state_code]
    fitting = [text for text in (own or rows) if (own or text.language in (language, "en")) and may(text)]
    return min(fitting, key=lambda text: (text.language != language, text.language != "en"), default=None)


def sayable_ids(versions: Iterable[int | None], state_code: str, now: datetime) -> set[int]:
    """The texts of these versions that may be said to somebody of this state."""
    rows = sayable_texts(now).filter(version_id__in=versions, state_code__in={"", state_code})
    return set(rows.values_list("pk", flat=True))


def withdrawn_in(articles: Iterable[int], state_code: str) -> set[int]:
    """Those of the articles that may not be told to anybody of this state: everyone's words might be wrong there."""
    rows = StateWithdrawal.objects.filter(article_id__in=articles, state_code=state_code, lifted_at=None)
    return set(rows.values_list("article_id", flat=True)) if state_code else set()


def hold(article_ids: Iterable[int]) -> None:
    """Hold these articles until the transaction ends: nobody withdraws or revises one meanwhile. Whoever holds rows of
    a room above as well holds the articles first, since a withdrawal comes from here."""
    with connection.cursor() as cursor:
        cursor.execute("select id from answers_article where id = any(%s) order by id for share", [sorted(article_ids)])


@dataclass(frozen=True)
class Gone:
    """An article that may not be said any more: withdrawn, or its time has passed."""

    article: Article
    is_over: bool


def may_not_leave(cited: Iterable[tuple[ArticleVersion, str]], state_code: str, now: datetime) -> Gone | None:
    """The first article among the (version, state of the words) that a letter to this state cites which may not be
    said any more: withdrawn, withdrawn there, or over at that moment. Holds the articles until the transaction ends, so
    that whoever withdraws one waits for the letter that is leaving, and sees it."""
    with unveiled():
        return _may_not_leave(list(cited), state_code, now)


def _may_not_leave(pairs: list[tuple[ArticleVersion, str]], state_code: str, now: datetime) -> Gone | None:
    ids = sorted({version.article_id for version, _state in pairs})
    if not ids:
        return None
    hold(ids)
    articles = Article.objects.in_bulk(ids)
    off = StateWithdrawal.objects.filter(article_id__in=ids, lifted_at=None).values_list("article_id", "state_code")
    withdrawn = set(off)
    for version, state in pairs:
        article = articles[version.article_id]
        if article.state == ArticleState.WITHDRAWN or (article.pk, state or state_code) in withdrawn:
            return Gone(article, is_over=False)
        if is_over(version, state, state_code, now, article=article):
            return Gone(article, is_over=True)
    return None


def is_over(
    version: ArticleVersion, text_state: str, reader_state: str, now: datetime, *, article: Article | None = None
) -> bool:
    """Whether the time of these words (of a state, or everyone's) has passed for somebody of that state: the deadline
    of the article or of the words, or the polls there have closed (of a state not known: the last of all)."""
    with unveiled():
        return _is_over(version, text_state, reader_state, now, article or version.article)


def _is_over(version: ArticleVersion, text_state: str, reader_state: str, now: datetime, of: Article) -> bool:
    if of.expires_at is not None and of.expires_at <= now:
        return True
    if of.election is not None:
        ends = closings([of.election], text_state or reader_state).get(of.election)
        if of.election < now.date() if ends is None else ends <= now:
            return True
    return version.texts.filter(state_code=text_state, expires_at__lte=now).exists()


def is_withdrawn(article: Article, text_state: str, reader_state: str) -> bool:
    """Whether these words (of a state, or everyone's) may not be said to somebody of that state."""
    with unveiled():
        if article.state == ArticleState.WITHDRAWN:
            return True
    code = text_state or reader_state
    return bool(code) and StateWithdrawal.objects.filter(article=article, state_code=code, lifted_at=None).exists()
