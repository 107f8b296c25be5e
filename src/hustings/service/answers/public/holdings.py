"""All the public may read, as it was read from the database at one stamp: one for all languages and states.

Of ten thousand answers each reading costs a second. After a change of one answer only that one is read again
(`PublicChange` says which); the rest, and the index of its words, go over into the new holdings.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from hustings.foundation.ui.models import Campaign
from hustings.foundation.ui.queries import campaign

from ..engine.index import Index
from ..models import Article, ArticleText, Category, StateWithdrawal
from ..queries.polls import all_closings
from ..queries.public import campaign_fields, next_change, public_articles
from ..queries.sayable import sayable_texts


class Stamp(NamedTuple):
    """What every kept page stands on: the number of public changes, and the campaign's row."""

    number: int
    campaign: str


STAMP = (
    "select coalesce((select number from answers_publicstamp where id = 1), 0),"
    " coalesce((select xmin::text from ui_campaign where id = 1), '')"
)
MOST_STEPS = 60  # stamps before, from which a catalogue can be brought up to date
CHANGES = "select articles from answers_publicchange where number > %s and number <= %s"


def read_stamp() -> Stamp:
    """As it is now: a page made after reading it holds while it stays."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return Stamp(*cursor.fetchone())


class PublicArticle(NamedTuple):
    """One question that the public may read in some words; `category` is its slug."""

    pk: int
    subject: str
    slug: str
    title: str
    category: str
    version_id: int
    election: date | None
    approved_at: datetime | None
    published_at: datetime | None
    pinned_until: datetime | None
    is_first: bool


class Text(NamedTuple):
    pk: int
    language: str
    state_code: str
    title: str
    may: bool  # be shown at this moment


@dataclass(frozen=True)
class Holdings:
    """All of it, and until when time alone leaves it so. `indexes` of its words are made by `finding` when a language
    is first searched; `older` are those of the holdings before, with the articles that changed since."""

    stamp: Stamp
    until: datetime | None
    articles: dict[int, PublicArticle]
    texts: dict[int, list[Text]]  # by article, of its approved version
    withdrawn: dict[int, set[str]]  # by article, the states that are told nothing
    closes: dict[date, dict[str, datetime]]  # when polls close, by state; "": the last of all
    categories: list[tuple[str, dict[str, str]]]
    campaign: Campaign
    fields: dict[str, str]  # its own merge fields
    indexes: dict[str, Index] = field(default_factory=dict)
    older: dict[str, tuple[Index, frozenset[int]]] = field(default_factory=dict)
    changed_since: dict[Stamp, frozenset[int]] = field(default_factory=dict)  # articles, by the stamps before

    def texts_of(self, article: PublicArticle) -> list[Text]:
        """Those that may be shown."""
        return [text for text in self.texts.get(article.pk, ()) if text.may]

    @cached_property
    def by_slug(self) -> dict[str, PublicArticle]:
        return {one.slug: one for one in self.articles.values()}

    @cached_property
    def by_subject(self) -> dict[str, int]:
        return {one.subject: pk for pk, one in self.articles.items()}

    @cached_property
    def particular(self) -> dict[str, set[int]]:
        """By state, the articles that may be another thing there than elsewhere."""
        found: dict[str, set[int]] = defaultdict(set)
        for pk in self.articles:
            for text in self.texts.get(pk, ()):
                if text.state_code:
                    found[text.state_code].add(pk)
            for code in self.withdrawn.get(pk, ()):
                found[code].add(pk)
        return dict(found)

    @cached_property
    def on_election_days(self) -> set[int]:
        return {pk for pk, one in self.articles.items() if one.election is not None}

    def is_over(self, one: PublicArticle, state_code: str, now: datetime) -> bool:
        """With the polls of the state, else with the last of all."""
        hours = self.closes.get(one.election) if one.election else None
        return hours is not None and hours.get(state_code, hours[""]) <= now


def read(stamp: Stamp, now: datetime, before: Holdings | None) -> Holdings:
    """As it is at this stamp; of what was held `before`, only what changed since is read."""
    changed = _changed_since(before, stamp, now)
    if before is None or changed is None:
        return _holdings(stamp, now, *_read(None, now))
    articles, texts, withdrawn = _read(changed, now)
    made = _holdings(
        stamp,
        now,
        _without(before.articles, changed) | articles,
        _without(before.texts, changed) | texts,
        _without(before.withdrawn, changed) | withdrawn,
    )
    older = before.older | {language: (index, frozenset()) for language, index in before.indexes.items()}
    made.older.update({language: (index, since | changed) for language, (index, since) in older.items()})
    steps = list(before.changed_since.items())[-MOST_STEPS:]
    made.changed_since.update({past: since | changed for past, since in steps} | {before.stamp: changed})
    return made


def _without(was: dict[int, Any], articles: frozenset[int]) -> dict[int, Any]:
    left = was.copy()
    for pk in articles:
        left.pop(pk, None)
    return left


def _changed_since(before: Holdings | None, stamp: Stamp, now: datetime) -> frozenset[int] | None:
    """Which articles; None when it may be any: too much happened, the campaign's own row changed, or time went on."""
    if before is None or before.stamp.campaign != stamp.campaign:
        return None
    if before.until is not None and now >= before.until:
        return None
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [before.stamp.number, stamp.number])
        rows = [articles for (articles,) in cursor.fetchall()]
    if len(rows) != stamp.number - before.stamp.number or None in rows:
        return None
    return frozenset(pk for articles in rows for pk in articles)


def _holdings(
    stamp: Stamp,
    now: datetime,
    articles: dict[int, PublicArticle],
    texts: dict[int, list[Text]],
    withdrawn: dict[int, set[str]],
) -> Holdings:
    return Holdings(
        stamp,
        next_change(now),
        articles,
        texts,
        withdrawn,
        all_closings({one.election for one in articles.values() if one.election}),
        [(one.slug, dict(one.names)) for one in Category.objects.all()],
        campaign(),
        campaign_fields(),
    )


COLUMNS = (
    *("pk", "uid", "slug", "title", "category__slug", "approved_version_id", "election", "approved_at"),
    *("published_at", "pinned_until", "is_first"),
)


def _read(
    only: Collection[int] | None, now: datetime
) -> tuple[dict[int, PublicArticle], dict[int, list[Text]], dict[int, set[str]]]:
    """Four queries, however many there are."""
    public: QuerySet[Article] = public_articles(now) if only is None else public_articles(now).filter(pk__in=only)
    rows = public.order_by().values_list(*COLUMNS)
    articles = {
        pk: PublicArticle(pk, str(uid), slug, title, category or "", version, *others)
        for pk, uid, slug, title, category, version, *others in rows
    }
    owners = {one.version_id: pk for pk, one in articles.items()}
    may = set(sayable_texts(now).filter(version_id__in=list(owners)).order_by().values_list("pk", flat=True))
    listed = ArticleText.objects.filter(version_id__in=list(owners)).values_list(
        "version_id", "pk", "language", "state_code", "title", "version__title"
    )
    texts: dict[int, list[Text]] = defaultdict(list)
    for version, pk, language, state, title, general in listed:
        texts[owners[version]].append(Text(pk, language, state, title or general, pk in may))
    withdrawn: dict[int, set[str]] = defaultdict(set)
    off = StateWithdrawal.objects.filter(lifted_at=None, article_id__in=list(articles))
    for article, code in off.values_list("article_id", "state_code"):
        withdrawn[article].add(code)
    return articles, dict(texts), dict(withdrawn)
