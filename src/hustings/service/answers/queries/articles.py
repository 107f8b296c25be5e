"""Reading approved language: what a person may see, what may be cited, and the words for one language and state."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Case, F, FloatField, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from hustings.foundation.access.models import User
from hustings.foundation.access.queries import team_ids
from hustings.foundation.access.queries.counting import counted
from hustings.foundation.access.rules import administers, can
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.core.texts import storable

from ..models import Article, ArticleEvent, ArticleKind, ArticleState, ArticleText, ArticleVersion, EventKind
from ..rules import approved_words
from .sayable import sayable_ids, withdrawn_in

CONFIGS = {"en": "english", "es": "spanish"}
OF_ABOUT = 2.0  # what an answer that says what a letter is about weighs beside one that shares its words
MOST_WORDS = 60  # of a letter: more make the search slower and no better
LEAST_LIKE = 0.45  # word similarity of a title that counts as found
CHECK_AFTER = timedelta(days=90)
# The fields that a line of the history tells of.
TELLS = {
    EventKind.APPROVED: ("state",),
    EventKind.WITHDRAWN: ("state",),
    EventKind.RESTORED: ("state",),
    EventKind.STATE_WITHDRAWN: ("state",),
    EventKind.STATE_RESTORED: ("state",),
    EventKind.CORRECTED: ("state",),
    EventKind.VOTER_PROTECTION: ("state", "kind"),
    EventKind.OWNED: ("owner", "check_by"),
    EventKind.PUBLISHED: ("is_public",),
    EventKind.UNPUBLISHED: ("is_public",),
}


def visible_to(user: User) -> QuerySet[Article]:
    """Administrators and counsel all; leads what is approved and everything of their teams; voter protection everything
    on voting; volunteers what is approved. Counsel who may not read the state of approval see what is approved: of
    any other they could tell that it is not."""
    if not (user.is_authenticated and user.is_active):
        return Article.objects.none()
    if administers(user):
        return Article.objects.all()
    if can(user, "withdraw_answers") and not can(user, "approve_voting_answers") and may_read("article", "state"):
        return Article.objects.all()  # counsel: what is withdrawn is to be seen by whoever withdraws
    seen = Q(state=ArticleState.APPROVED, archived_at=None)
    if user.leads:
        seen |= Q(team_id__in=team_ids(user))
    if can(user, "approve_voting_answers"):
        seen |= Q(kind=ArticleKind.VOTING)
    with unveiled():
        return Article.objects.filter(seen)


def in_use(user: User) -> QuerySet[Article]:
    """What the user may see and is approved: to be chosen from, also by who may not read the state of approval."""
    return visible_to(user).filter(pk__in=approved().values("pk"))


def versions_visible_to(user: User, article: Article, *, may_change: bool) -> QuerySet[ArticleVersion]:
    """Its versions, newest first: all of them for those who change it, else the approved one."""
    said = ArticleEvent.objects.filter(version=OuterRef("pk"), kind__in=(EventKind.MADE, EventKind.REVISED))
    versions = ArticleVersion.objects.filter(article=article).select_related("made_by").order_by("-number")
    versions = versions.annotate(made_at=Subquery(said.values("at")[:1]))
    with unveiled():
        return versions if may_change else versions.filter(pk__in=[article.approved_version_id])


def texts_of(version: ArticleVersion) -> list[ArticleText]:
    """Its texts: English first, general before the states."""
    texts = ArticleText.objects.filter(version=version)
    return sorted(texts, key=lambda text: (text.language != "en", text.language, text.state_code))


def languages_written(article: Article) -> list[str]:
    """The languages in which any version of it has words."""
    rows = ArticleText.objects.filter(version__article=article).order_by("language")
    return list(rows.values_list("language", flat=True).distinct())


def choose(texts: Iterable[ArticleText], language: str, state_code: str) -> ArticleText | None:
    """The state's own words before the general ones, and of those the language asked for before English; None when
    there are neither. State before language: a rule of the wrong state does more harm than a foreign tongue."""

    def rank(text: ArticleText) -> tuple[bool, bool]:
        return not text.state_code, text.language != language

    fitting = [text for text in texts if text.state_code in ("", state_code) and text.language in (language, "en")]
    return min(fitting, key=rank, default=None)


def text_for(of: Article | ArticleVersion, *, language: str, state_code: str = "") -> ArticleText | None:
    """The words for a language and state: of a version, or of an article's approved version (None when withdrawn or
    never approved, or when it speaks of other states only)."""
    if isinstance(of, Article):
        version = approved_words(of)
        if version is None:
            return None
        version_id, article_id, is_approved = version.pk, of.pk, True
    else:
        version_id, article_id = of.pk, of.article_id
        with unveiled():
            is_approved = approved().filter(approved_version_id=version_id).exists()
    texts: Iterable[ArticleText] = ArticleText.objects.filter(version_id=version_id)
    if is_approved:
        if withdrawn_in([article_id], state_code):
            return None
        return _sayable(texts, language, state_code, sayable_ids([version_id], state_code, now()))
    return choose(texts, language, state_code)


def _sayable(texts: Iterable[ArticleText], language: str, state_code: str, may: set[int]) -> ArticleText | None:
    """As `choose`, of what may be said; a state that has its own words which may not be is not told everyone's."""
    rows = list(texts)
    if any(text.state_code == state_code for text in rows if state_code):
        rows = [text for text in rows if text.state_code == state_code]
    return choose([text for text in rows if text.pk in may], language, state_code)


@dataclass(frozen=True)
class Suggestion:
    """An article that may answer, its approved version, and the words for this language and state."""

    article: Article
    version: ArticleVersion
    text: ArticleText
    score: float = 0.0


def citable(
    *, words: str, about: str = "", language: str = "en", state_code: str = "", limit: int = 8
) -> list[Suggestion]:
    """Approved articles that fit the words (a letter, or what was typed), best first; without words the newest
    approved. `about`: what the letter is about, in a few words that count beside all of its own. Never one that is
    withdrawn or has no words for this state. Five queries for any number."""
    scores = _scores(words, language, state_code, about) if words.strip() else {}
    with unveiled():  # what may be said is the house's question; the words are read by who asked
        rows = _to_cite(scores, words, limit * 3)
        versions = {row.pk: row.approved_version for row in rows}
    ids = [version.pk for version in versions.values() if version]
    may = sayable_ids(ids, state_code, now())
    off = withdrawn_in([row.pk for row in rows], state_code)
    rows = [row for row in rows if row.pk not in off]
    by_version: dict[int, list[ArticleText]] = {}
    for one in ArticleText.objects.filter(version_id__in=ids).defer("search"):
        by_version.setdefault(one.version_id, []).append(one)
    found = []
    for row in rows:
        version = versions[row.pk]
        text = _sayable(by_version.get(version.pk, []), language, state_code, may) if version else None
        if version is not None and text is not None:
            found.append(Suggestion(row, version, text, scores.get(version.pk, 0.0)))
    if scores:
        found.sort(key=lambda suggestion: (-suggestion.score, suggestion.article.pk))
    return found[:limit]


def approved() -> QuerySet[Article]:
    """What is approved and in use, in truth: for the house alone, and for choosing from."""
    with unveiled():
        return Article.objects.filter(state=ArticleState.APPROVED, approved_version__isnull=False)


def _to_cite(scores: dict[int, float], words: str, most: int) -> list[Article]:
    articles = approved().filter(archived_at=None)
    if words.strip():
        best = sorted(scores, key=lambda pk: (-scores[pk], pk))[:most]
        articles = articles.filter(approved_version_id__in=best)
    else:
        articles = articles.order_by("-approved_at", "-id")[:most]
    return list(articles.select_related("approved_version", "team"))


def search_query(words: str, language: str) -> SearchQuery | None:
    """Any of the words, the last one also as a beginning; None without a word."""
    tokens = list(dict.fromkeys(re.findall(r"[^\W_]{2,}", words.casefold())))[:MOST_WORDS]
    if not tokens:
        return None
    ends = [*tokens[:-1], f"{tokens[-1]}:*"]
    return SearchQuery(" | ".join(ends), config=CONFIGS.get(language, "simple"), search_type="raw")


NO_RANK = Value(0.0, output_field=FloatField())


def _scores(words: str, language: str, state_code: str, about: str = "") -> dict[int, float]:
    """How well each approved version fits, by its texts in this language or English, for this state or all."""
    with unveiled():
        versions = approved().values("approved_version_id")
    texts = ArticleText.objects.filter(
        version_id__in=versions, state_code__in={"", state_code}, language__in={language, "en"}
    )
    scores: dict[int, float] = {}
    searches = _may_search()
    for one in {language, "en"}:
        query = search_query(words, one)
        if query is None:
            continue
        topic = search_query(about, one)
        ranked = texts.filter(language=one).annotate(
            rank=_rank(query, topic) if searches else NO_RANK,
            like=_likeness(words),
        )
        said = Q(search=query) if topic is None else Q(search=query) | Q(search=topic)
        fits = Q(like__gte=LEAST_LIKE) | said if searches else Q(like__gte=LEAST_LIKE)
        hits = ranked.filter(fits).values_list("version_id", "rank", "like")
        for version_id, rank, like in hits:
            scores[version_id] = max(scores.get(version_id, 0.0), float(rank) + 0.5 * float(like))
    return scores


def _rank(query: SearchQuery, about: SearchQuery | None) -> Any:
    rank = SearchRank(F("search"), query, normalization=Value(1))
    return rank if about is None else rank + OF_ABOUT * SearchRank(F("search"), about, normalization=Value(1))


def _may_search() -> bool:
    """Whether who asks may read all that the search vector is made of; others find by the title alone."""
    return may_read("article", "title", "body", "steps")


def _likeness(words: str) -> Greatest | Value:
    """How alike the title is to what was typed (a typo finds it still); a whole letter is like no title."""
    if len(words) > 120:
        return Value(0.0, output_field=FloatField())
    return Greatest(TrigramWordSimilarity(words, "title"), TrigramWordSimilarity(words, "version__title"))


# ---- the list ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """What the list is asked for."""

    q: str = ""
    state: str = ""
    topic: str = ""
    owner: str = ""
    sort: str = "check"

    STATES = ("approved", "draft", "waiting", "withdrawn", "overdue")
    SORTS = ("check", "-check", "title", "-title", "topic", "-topic")

    @classmethod
    def of(cls, params: "dict[str, str]") -> "Wish":
        state, sort = params.get("state", ""), params.get("sort", "")
        return cls(
            q=" ".join(storable(params.get("q", "")).split())[:200],
            state=state if state in cls.STATES else "",
            topic=storable(params.get("topic", ""))[:200],
            owner=_uid(params.get("owner", "")),
            sort=sort if sort in cls.SORTS else "check",
        )


def _uid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def listed(user: User, wish: Wish, today: date) -> QuerySet[Article]:
    """What the user may see that fits, those to be checked first on top."""
    seen = visible_to(user).select_related("owner", "team", "approved_version")
    found: QuerySet[Any] = seen.annotate(newest=Max("versions__number"))
    if wish.q:
        found = found.filter(pk__in=_found_by_words(user, wish.q))
    found = _in_state(found, wish.state, today)
    if wish.topic:
        found = found.filter(topic=wish.topic)
    if wish.owner:
        found = found.filter(owner__uid=wish.owner)
    return found.order_by(*_order(wish.sort, today))


def _found_by_words(user: User, words: str) -> QuerySet[Any, Any]:
    """Articles whose words fit: the approved ones, and for those who see drafts of a team, any of its versions."""
    condition = Q(like__gte=LEAST_LIKE)
    like = Greatest(_likeness(words), TrigramWordSimilarity(words, "version__article__topic"))
    texts = ArticleText.objects.annotate(like=like)
    if not administers(user):
        approved = Q(version_id=F("version__article__approved_version_id"))
        with unveiled():  # as `visible_to`
            texts = texts.filter(approved | Q(version__article__team_id__in=team_ids(user)) if user.leads else approved)
    if not _may_search():
        return texts.filter(condition).values("version__article_id")
    for language in ("en", "es"):
        if (query := search_query(words, language)) is not None:
            condition |= Q(search=query, language=language)
    if (query := search_query(words, "simple")) is not None:
        condition |= Q(search=query) & ~Q(language__in=("en", "es"))
    return texts.filter(condition).values("version__article_id")


def _in_state(found: QuerySet[Any], state: str, today: date) -> QuerySet[Any]:
    if state == "overdue":
        return found.filter(state=ArticleState.APPROVED, check_by__lt=today)
    if state == "waiting":
        # A version newer than the approved one, or a first one nobody approved yet.
        newer = Q(newest__gt=F("approved_version__number"))
        return found.exclude(state=ArticleState.WITHDRAWN).filter(newer | Q(state=ArticleState.DRAFT))
    return found.filter(state=state) if state else found


def _order(sort: str, today: date) -> list[Any]:
    if sort.lstrip("-") in ("title", "topic"):
        return [sort, "id"]
    if sort == "check" and not may_read("article", "check_by"):
        return ["title", "id"]  # what stands on top by itself is asked by nobody
    if sort == "-check":
        return [F("check_by").desc(nulls_last=True), "title", "id"]
    if not may_read("article", "state"):
        return [F("check_by").asc(nulls_last=True), "title", "id"]
    overdue = Case(
        When(state=ArticleState.APPROVED, check_by__lt=today, then=0), default=1, output_field=IntegerField()
    )
    withdrawn = Case(When(state=ArticleState.WITHDRAWN, then=1), default=0, output_field=IntegerField())
    return [overdue, withdrawn, F("check_by").asc(nulls_last=True), "title", "id"]


def topics(user: User) -> list[str]:
    """The topics of what the user may see, for choosing."""
    found = visible_to(user).exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct()
    return list(found)


def owners(user: User) -> list[tuple[str, str]]:
    """Who owns an article the user may see; nobody to who may not read whose they are."""
    if not may_read("article", "owner"):
        return []
    found = visible_to(user).exclude(owner=None).order_by("owner__name").values_list("owner__uid", "owner__name")
    return list(dict.fromkeys((str(uid), name) for uid, name in found))


def history(article: Article) -> QuerySet[ArticleEvent]:
    """What was done with it, newest first; without what tells of a field that the reader may not read."""
    hidden = [kind for kind, names in TELLS.items() if not may_read("article", *names)]
    rows = ArticleEvent.objects.filter(article=article).exclude(kind__in=hidden)
    return rows.select_related("by", "version").order_by("-at", "-id")


def overdue_count(user: User, today: date | None = None) -> int:
    """How many articles of this user are past their check-by date, for the rail; volunteers check none, nor
    does who may not read until when they hold or which are in use."""
    if not (user.leads and may_read("article", "check_by", "state")):
        return 0
    day = today or timezone.localdate()
    key = ("answers.overdue", day, () if administers(user) else tuple(team_ids(user)))
    return counted(user, key, lambda: visible_to(user).filter(state=ArticleState.APPROVED, check_by__lt=day))


def check_by_default(now: datetime) -> date:
    """Three months on: what a campaign says is looked at again by then."""
    return timezone.localtime(now).date() + CHECK_AFTER
