"""What stands on the start page: the first question, what matters now, what is most popular, and all by category."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hustings.constituents.insight.queries.standings import popular, read_with, rising, standing_of

from .catalogue import Catalogue, Entry

MATTERS, POPULAR, OF_CATEGORY, ALSO = 4, 6, 3, 4
NEW = timedelta(days=2)


@dataclass(frozen=True)
class Now:
    """One line of what matters now: why ("pinned", "rising" or "new"), and how many times as often as usual."""

    why: str
    entry: Entry
    times: int = 0


@dataclass(frozen=True)
class Ranked:
    entry: Entry
    helped: int


@dataclass(frozen=True)
class Also:
    """What else to read: one in how many went on to it; 0: it is close in meaning."""

    entry: Entry
    one_in: int


def first_question(kept: Catalogue) -> Entry | None:
    """The campaign's own choice, else what solves most."""
    chosen = next((entry for entry in kept.entries.values() if entry.is_first), None)
    return chosen or next(iter(ranked.entry for ranked in most_popular(kept)), None)


def matters_now(kept: Catalogue, now: datetime) -> list[Now]:
    """What is pinned, then what is rising, then what is new; each question once."""
    lines: list[Now] = []
    pinned = [one for one in kept.entries.values() if one.pinned_until is not None and one.pinned_until > now]
    lines += [Now("pinned", one) for one in sorted(pinned, key=lambda one: (one.pinned_until, one.title))]
    known = {line.entry.article_id for line in lines}
    for standing in rising(MATTERS * 3):
        entry = kept.of_subject(standing.subject)
        if entry is not None and entry.article_id not in known:
            known.add(entry.article_id)
            lines.append(Now("rising", entry, round(standing.rising)))
    new = [one for one in kept.entries.values() if one.published_at is not None and now - NEW < one.published_at <= now]
    for entry in sorted(new, key=lambda one: (one.published_at, one.article_id), reverse=True):
        if entry.article_id not in known and len(new) < len(kept.entries) / 2:  # on the first day all of it is new
            lines.append(Now("new", entry))
    return lines[:MATTERS]


def most_popular(kept: Catalogue, most: int = POPULAR) -> list[Ranked]:
    found = []
    for standing in popular(most * 4):
        entry = kept.of_subject(standing.subject)
        if entry is not None:
            found.append(Ranked(entry, standing.helped))
    return found[:most]


def by_category(kept: Catalogue, language: str) -> list[tuple[str, str, int, list[Entry]]]:
    """(slug, name, how many, the first few) of each category that has any; those that solve most come first."""

    def solves(entry: Entry) -> tuple[float, str]:
        standing = standing_of(entry.subject)
        return (-standing.score if standing else 0.0, entry.title)

    names = kept.category_names(language)
    found = []
    for slug, name in names.items():
        entries = kept.by_category.get(slug, [])
        if entries:
            found.append((slug, name, len(entries), sorted(entries, key=solves)[:OF_CATEGORY]))
    return found


def also_read(kept: Catalogue, entry: Entry) -> list[Also]:
    """What those who read it also read, by visits; where too few were, what is close in meaning."""
    found = []
    for kin in read_with(entry.subject):
        other = kept.of_subject(kin.other)
        if other is not None and kin.share > 0:
            found.append(Also(other, max(round(1 / kin.share), 1)))
    return found[:ALSO]
