"""Every question the public may read, for one language and state, kept in the process while it is true.

It holds as long as the public stamp has not moved and no moment has come at which something appears or goes. Both are
asked before each use, by one query: what was withdrawn a moment ago is not in it.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from hustings.foundation.core.guard import unveiled

from ..models import Article, ArticleText, Category, PollClosing, StateWithdrawal
from ..queries.public import next_change, public_articles
from ..queries.sayable import sayable_texts

MOST_KEPT = 24
LONGEST = timedelta(minutes=5)  # counts and standings are read anew at least this often


class Entry(NamedTuple):
    """One question as it stands in a list."""

    article_id: int
    uid: UUID
    slug: str
    title: str
    category: str
    language: str
    state_code: str
    approved_at: datetime | None
    published_at: datetime | None
    pinned_until: datetime | None
    is_first: bool
    is_voting: bool


class Stamp(NamedTuple):
    """What every kept page stands on: the number of public changes, and the campaign's row."""

    number: int
    campaign: str


@dataclass(frozen=True)
class Catalogue:
    stamp: Stamp
    until: datetime
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
        made = _make(language, state_code, stamp, now)
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
    with _lock:
        _kept.clear()


def _make(language: str, state_code: str, stamp: Stamp, now: datetime) -> Catalogue:
    with unveiled():
        categories = [(one.slug, dict(one.names)) for one in Category.objects.all()]
        articles = list(public_articles(now).select_related("category").order_by("-approved_at", "-id"))
        texts = _texts(articles, language, state_code, now)
        entries: dict[int, Entry] = {}
        by_category: dict[str, list[Entry]] = defaultdict(list)
        for article in articles:
            text = texts.get(article.pk)
            if text is None:
                continue
            category = article.category.slug if article.category else ""
            entry = Entry(
                article.pk, article.uid, article.slug, text[2] or article.title, category, text[0], text[1],
                article.approved_at, article.published_at, article.pinned_until, article.is_first,
                article.kind == "voting",
            )  # fmt: skip
            entries[article.pk] = entry
            by_category[category].append(entry)
        until = min(filter(None, [next_change(now), now + LONGEST]))
    by_subject = {str(entry.uid): entry for entry in entries.values()}
    return Catalogue(stamp, until, entries, dict(by_category), categories, by_subject)


def _texts(
    articles: Iterable[Article], language: str, state_code: str, now: datetime
) -> dict[int, tuple[str, str, str]]:
    """(language, state, title) of the words each would be shown in, by the rule of `queries.public.public_texts`: a
    state's own or none, where it has its own."""
    of_version = {one.approved_version_id: one for one in articles}
    wanted = {language, "en"}
    rows = ArticleText.objects.filter(version_id__in=list(of_version), state_code__in={"", state_code})
    may = set(sayable_texts(now).filter(version_id__in=list(of_version), state_code__in={"", state_code})
              .order_by().values_list("pk", flat=True))  # fmt: skip
    off = set(
        StateWithdrawal.objects.filter(state_code=state_code, lifted_at=None).values_list("article_id", flat=True)
    )
    over = _closings(state_code)
    texts: dict[int, list[tuple[int, str, str, str]]] = defaultdict(list)
    listed = rows.values_list("version_id", "pk", "language", "state_code", "title", "version__title")
    for of, pk, tongue, state, title, general in listed:
        texts[of].append((pk, tongue, state, title or general))
    found = {}
    for version, article in of_version.items():
        ends = over.get(article.election) if article.election else None
        if article.pk in off or (ends is not None and ends <= now):
            continue
        all_of_it = texts.get(version or 0, [])
        own = [text for text in all_of_it if state_code and text[2] == state_code]
        fitting = [text for text in (own or all_of_it) if text[0] in may and (own or text[1] in wanted)]
        if fitting:
            best = min(fitting, key=lambda text: (text[1] != language, text[1] != "en"))
            found[article.pk] = (best[1], best[2], best[3])
    return found


def _closings(state_code: str) -> dict[date, datetime]:
    """When each election is over for who reads this: with the polls of their state, else with the last of all."""
    last: dict[date, datetime] = {}
    own: dict[date, datetime] = {}
    for row in PollClosing.objects.all():
        last[row.election] = max(row.closes_at, last.get(row.election, row.closes_at))
        if row.state_id == state_code:
            own[row.election] = row.closes_at
    return last | own
