"""Every question the public may read, for one language and state, kept in the process while it is true.

It holds as long as the public stamp has not moved and no moment has come at which something appears or goes. Both are
asked before each use, by one query: what was withdrawn a moment ago is not in it. What is read from the database is one
for all languages and states (`Holdings`); a catalogue is chosen from it in memory.
"""

import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection

from hustings.foundation.core.guard import unveiled

from ..engine.index import Index
from ..models import ArticleText, Category, StateWithdrawal
from ..queries.polls import closings
from ..queries.public import campaign_fields, next_change, public_articles
from ..queries.sayable import best_text, sayable_texts
from ..rules import public_words

MOST_KEPT = 24
LONGEST = timedelta(minutes=5)  # counts and standings are read anew at least this often


class Entry(NamedTuple):
    """One question as it stands in a list; `subject` is its uid, as counts name it, `text_id` the words it shows."""

    article_id: int
    subject: str
    slug: str
    title: str
    category: str
    language: str
    state_code: str
    text_id: int
    approved_at: datetime | None
    published_at: datetime | None
    pinned_until: datetime | None
    is_first: bool


class Stamp(NamedTuple):
    """What every kept page stands on: the number of public changes, and the campaign's row."""

    number: int
    campaign: str


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


class _Text(NamedTuple):
    pk: int
    language: str
    state_code: str
    title: str
    may: bool  # be shown at this moment


@dataclass(frozen=True)
class Holdings:
    """All the public may read at one stamp, and until when time alone leaves it so. `indexes` of its words are made by
    `finding` when a language is first searched."""

    stamp: Stamp
    until: datetime | None
    articles: list[PublicArticle]
    texts: dict[int, list[_Text]]  # by version
    by_slug: dict[str, PublicArticle]
    indexes: dict[str, Index] = field(default_factory=dict)

    def texts_of(self, article: PublicArticle) -> list[_Text]:
        """Of its approved version, those that may be shown."""
        return [text for text in self.texts.get(article.version_id, ()) if text.may]


@dataclass(frozen=True)
class Catalogue:
    stamp: Stamp
    until: datetime
    language: str
    state_code: str
    held: Holdings
    entries: dict[int, Entry]
    by_category: dict[str, list[Entry]] = field(default_factory=dict)
    categories: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    by_subject: dict[str, Entry] = field(default_factory=dict)

    def category_names(self, language: str) -> dict[str, str]:
        return {slug: names.get(language) or names.get("en") or slug for slug, names in self.categories}


STAMP = (
    "select coalesce((select number from answers_publicstamp where id = 1), 0),"
    " coalesce((select xmin::text from ui_campaign where id = 1), '')"
)
_kept: OrderedDict[tuple[str, str], Catalogue] = OrderedDict()
_held: Holdings | None = None
_lock = threading.Lock()
_making = threading.Lock()  # one at a time: who waits finds it made, where all at once would make it again and again


def read_stamp() -> Stamp:
    """As it is now: a page made after reading it holds while it stays."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return Stamp(*cursor.fetchone())


def catalogue(language: str, state_code: str, now: datetime) -> Catalogue:
    """The questions for this language and state."""
    key = (language, state_code)
    if (kept := _still_holding(key, read_stamp(), now)) is not None:
        return kept
    with _making:
        stamp = read_stamp()
        if (kept := _still_holding(key, stamp, now)) is not None:
            return kept
        with unveiled():
            made = _choose(_holdings(stamp, now), language, state_code, now)
        with _lock:
            _kept[key] = made
            _kept.move_to_end(key)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return made


def _still_holding(key: tuple[str, str], stamp: Stamp, now: datetime) -> Catalogue | None:
    with _lock:
        kept = _kept.get(key)
        if kept is None or kept.stamp != stamp or now >= kept.until:
            return None
        _kept.move_to_end(key)
        return kept


def forget() -> None:
    """Begin anew: of tests, whose databases change under the process."""
    global _held
    with _lock:
        _kept.clear()
        _held = None


def _holdings(stamp: Stamp, now: datetime) -> Holdings:
    """As they were read last, or anew; what was chosen from the older ones goes."""
    global _held
    if _held is None or _held.stamp != stamp or (_held.until is not None and now >= _held.until):
        made = _read(stamp, now)
        with _lock:
            _kept.clear()
            _held = made
    return _held


def _read(stamp: Stamp, now: datetime) -> Holdings:
    """Three queries, however many there are."""
    columns = (
        *("pk", "uid", "slug", "title", "category__slug", "approved_version_id", "election", "approved_at"),
        *("published_at", "pinned_until", "is_first"),
    )
    rows = public_articles(now).order_by("-approved_at", "-id").values_list(*columns)
    articles = [
        PublicArticle(pk, str(uid), slug, title, category or "", version, *others)
        for pk, uid, slug, title, category, version, *others in rows
    ]
    versions = [one.version_id for one in articles]
    may = set(sayable_texts(now).filter(version_id__in=versions).order_by().values_list("pk", flat=True))
    texts: dict[int, list[_Text]] = defaultdict(list)
    listed = ArticleText.objects.filter(version_id__in=versions).values_list(
        "version_id", "pk", "language", "state_code", "title", "version__title"
    )
    for version, pk, language, state, title, general in listed:
        texts[version].append(_Text(pk, language, state, title or general, pk in may))
    return Holdings(stamp, next_change(now), articles, dict(texts), {one.slug: one for one in articles})


def _choose(held: Holdings, language: str, state_code: str, now: datetime) -> Catalogue:
    off = StateWithdrawal.objects.filter(state_code=state_code, lifted_at=None) if state_code else None
    withdrawn = set(off.values_list("article_id", flat=True)) if off is not None else set()
    over = closings({one.election for one in held.articles if one.election}, state_code)
    fields = campaign_fields()
    entries: dict[int, Entry] = {}
    by_category: dict[str, list[Entry]] = defaultdict(list)
    for one in held.articles:
        ends = over.get(one.election) if one.election else None
        if one.pk in withdrawn or (ends is not None and ends <= now):
            continue
        text = best_text(held.texts.get(one.version_id, []), language, state_code, lambda text: text.may)
        if text is not None:
            title = text.title or one.title
            if "{{" in title:
                title = public_words(title, fields) or ""
            entry = Entry(
                one.pk, one.subject, one.slug, title, one.category, text.language, text.state_code,
                text.pk, one.approved_at, one.published_at, one.pinned_until, one.is_first,
            )  # fmt: skip
            entries[one.pk] = entry
            by_category[one.category].append(entry)
    return Catalogue(
        held.stamp,
        min(filter(None, [held.until, now + LONGEST])),
        language,
        state_code,
        held,
        entries,
        dict(by_category),
        [(one.slug, dict(one.names)) for one in Category.objects.all()],
        {entry.subject: entry for entry in entries.values()},
    )
