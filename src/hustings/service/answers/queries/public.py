"""What anyone may read at this moment, and in which words. Nothing here asks who reads: it is public or it is not."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from hustings.foundation.core.guard import unveiled
from hustings.foundation.ui.queries import campaign

from ..models import (
    Article,
    ArticleSlug,
    ArticleState,
    ArticleText,
    Attachment,
    PollClosing,
    Source,
)
from ..rendering import as_public_html, as_public_line
from ..rich import to_letter
from ..rules import public_words
from .polls import closings
from .sayable import best_text, sayable_ids, sayable_texts, withdrawn_in


@dataclass(frozen=True, slots=True)
class PublicSource:
    title: str
    url: str
    official: bool
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class PublicFile:
    """`uid` names it in an address; its bytes are `core.storage.chunks(sha256)`."""

    uid: UUID
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PublicText:
    """One article as it may be shown: `html` and `steps` are safe as they are. `state_code` is whose words these are
    (empty: everyone's), `language` the one they are in (not always the one asked for)."""

    article_id: int
    uid: UUID
    slug: str
    kind: str
    title: str
    html: SafeString
    steps: tuple[SafeString, ...]
    sources: tuple[PublicSource, ...]
    attachments: tuple[PublicFile, ...]
    state_code: str
    language: str
    is_behind: bool
    made_by_machine: bool
    expires_at: datetime | None
    approved_at: datetime | None
    published_at: datetime | None
    version_number: int
    plain: str  # title, words and steps without any marks: for search, descriptions and structured data


# ---- which articles ---------------------------------------------------------------------------------------------


def public_articles(now: datetime) -> QuerySet[Article]:
    """What anyone may read at this moment: approved, public, within its times, not withdrawn, archived or expired,
    with at least one text that may be shown; voting answers only in words that voter protection approved."""
    texts = sayable_texts(now).filter(version_id=OuterRef("approved_version_id"))
    with unveiled():
        return Article.objects.filter(
            _open("publish_at", "unpublish_at", now),
            Exists(texts),
            state=ArticleState.APPROVED,
            is_public=True,
            archived_at=None,
        )


def _open(begins: str, ends: str, now: datetime) -> Q:
    begun = Q(**{begins: None}) | Q(**{f"{begins}__lte": now})
    return begun & (Q(**{ends: None}) | Q(**{f"{ends}__gt": now}))


def find_public(slug: str, now: datetime) -> tuple[Article | None, bool]:
    """(article, moved): what the public may read at this address; `moved` when that is an old address of it, which
    leads to `article.slug`."""
    with unveiled():
        found = public_articles(now).filter(slug=slug).first()
        if found is not None:
            return found, False
        old = ArticleSlug.objects.filter(slug=slug).values("article_id")
        return public_articles(now).filter(pk__in=old).first(), True


# ---- in which words ---------------------------------------------------------------------------------------------


def public_text(article: Article, language: str, state_code: str, now: datetime) -> PublicText | None:
    """The words of one article for this language and state; None when none may be shown: also where a state has its
    own words that may not be, since everyone's might be wrong there."""
    with unveiled():
        if article.approved_version_id is None or withdrawn_in([article.pk], state_code):
            return None
        over = closings({article.election}, state_code).get(article.election) if article.election else None
        if over is not None and over <= now:
            return None
        may = sayable_ids([article.approved_version_id], state_code, now)
        texts = ArticleText.objects.filter(version_id=article.approved_version_id).defer("search", "found_by")
        text = best_text(texts, language, state_code, lambda one: one.pk in may)
    return shown_texts([text.pk], state_code).get(text.pk) if text else None


def shown_texts(texts: Collection[int], state_code: str) -> dict[int, PublicText]:
    """Texts as they are shown to somebody of this state, by their ids, in five queries: of those that may be, which is
    not asked here. One with a field that stays open is left out."""
    with unveiled():
        rows = list(
            ArticleText.objects.filter(pk__in=texts).select_related("version__article").defer("search", "found_by")
        )
        sources, files = _around([row.version_id for row in rows])
        articles = [row.version.article for row in rows]
        over = closings({one.election for one in articles if one.election}, state_code)
        fields = campaign_fields()
        found = {}
        for row, article in zip(rows, articles, strict=True):
            ends = over.get(article.election) if article.election else None
            shown = _shown(article, row, sources, files, fields, ends)
            if shown is not None:
                found[row.pk] = shown
        return found


def _around(versions: list[int]) -> tuple[dict[int, list[Source]], dict[int, list[Attachment]]]:
    sources: dict[int, list[Source]] = defaultdict(list)
    files: dict[int, list[Attachment]] = defaultdict(list)
    for source in Source.objects.filter(version_id__in=versions).order_by("-official", "id"):
        sources[source.version_id].append(source)
    for file in Attachment.objects.filter(version_id__in=versions).order_by("id"):
        files[file.version_id].append(file)
    return sources, files


def _shown(
    article: Article,
    text: ArticleText,
    sources: dict[int, list[Source]],
    files: dict[int, list[Attachment]],
    fields: dict[str, str],
    polls_close: datetime | None,
) -> PublicText | None:
    title = public_words(text.title or text.version.title, fields)
    body = public_words(text.body, fields)
    steps = [public_words(step, fields) for step in text.steps]
    if title is None or body is None or None in steps:
        return None
    ends = [moment for moment in (article.expires_at, text.expires_at, polls_close) if moment is not None]
    written = [step for step in steps if step]
    return PublicText(
        article_id=article.pk,
        uid=article.uid,
        slug=article.slug,
        kind=article.kind,
        title=title,
        html=as_public_html(body),
        steps=tuple(as_public_line(step) for step in written),
        sources=tuple(
            PublicSource(one.title, one.url, one.official, one.checked_at)
            for one in sources.get(text.version_id, ())
            if one.state_code in ("", text.state_code)
        ),
        attachments=tuple(_file(one) for one in files.get(text.version_id, ())),
        state_code=text.state_code,
        language=text.language,
        is_behind=text.is_behind,
        made_by_machine=text.made_by_machine and text.signed_off_at is None,
        expires_at=min(ends, default=None),
        approved_at=article.approved_at,
        published_at=article.published_at,
        version_number=text.version.number,
        plain="\n".join([title, to_letter(body), *written]),
    )


def languages_of(article: Article) -> list[str]:
    """The languages its approved words are in, English first."""
    with unveiled():
        rows = ArticleText.objects.filter(version_id=article.approved_version_id)
    codes = set(rows.order_by().values_list("language", flat=True))
    return sorted(codes, key=lambda code: (code != "en", code))


def campaign_fields() -> dict[str, str]:
    """What the campaign's own merge fields stand for."""
    ours = campaign()
    return {
        "campaign.name": ours.name,
        "campaign.phone": ours.help_phone,
        "campaign.address": ours.postal_address,
    }


def public_file(uid: UUID, now: datetime) -> PublicFile | None:
    """A file of an article that anyone may read; None for any other."""
    with unveiled():
        public = public_articles(now).values("approved_version_id")
    one = Attachment.objects.filter(uid=uid, version_id__in=public).first()
    return _file(one) if one else None


def _file(one: Attachment) -> PublicFile:
    return PublicFile(one.uid, one.name, one.content_type, one.size, one.sha256)


# ---- for caches -------------------------------------------------------------------------------------------------


def next_change(now: datetime) -> datetime | None:
    """The next moment at which something appears, expires or goes without anybody's doing; None while there is none."""
    with unveiled():
        return _next_change(now)


def _next_change(now: datetime) -> datetime | None:
    rows = Article.objects.filter(is_public=True, state=ArticleState.APPROVED, archived_at=None)
    moments = rows.aggregate(
        **{
            name: Min(name, filter=Q(**{f"{name}__gt": now}))
            for name in ("publish_at", "unpublish_at", "expires_at", "pinned_until")
        }
    )
    texts = ArticleText.objects.filter(version_id__in=rows.values("approved_version_id"), expires_at__gt=now)
    days = rows.exclude(election=None).values("election")
    polls = PollClosing.objects.filter(election__in=days, closes_at__gt=now)
    unknown = rows.filter(~Exists(PollClosing.objects.filter(election=OuterRef("election"))), election__gte=now.date())
    moments["texts"] = texts.aggregate(one=Min("expires_at"))["one"]
    moments["polls"] = polls.aggregate(one=Min("closes_at"))["one"]
    moments["days"] = _end_of(unknown.aggregate(one=Min("election"))["one"])
    return min((moment for moment in moments.values() if moment is not None), default=None)


def _end_of(day: date | None) -> datetime | None:
    """Of an election day without known hours: where `sayable_texts` ends it."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) if day else None
