"""Every question the public may read, for one language and state, kept in the process while it is true.

It holds as long as the public stamp has not moved and no moment has come at which something appears or goes. Both are
asked before each use, by one query: what was withdrawn a moment ago is not in it. A catalogue is chosen in memory from
what was read (`holdings`): that of a state is everyone's, with the few entries that are another thing there laid over.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from hustings.foundation.core.guard import unveiled

from ..queries.sayable import best_text
from ..rules import public_words
from . import holdings
from .holdings import STAMP, Holdings, PublicArticle, Stamp, read_stamp

__all__ = ["STAMP", "Catalogue", "Entry", "Holdings", "PublicArticle", "Stamp", "catalogue", "forget", "read_stamp"]

MOST_KEPT = 512  # every state in some languages: each is no more than what is particular there
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


class Laid(Mapping[int, Entry]):
    """Everyone's entries with a state's own laid over; None: not there."""

    def __init__(self, under: Mapping[int, Entry], over: dict[int, Entry | None]) -> None:
        self._under, self.over = under, over
        self._length = len(under) + sum((one is not None) - (pk in under) for pk, one in over.items())

    def __getitem__(self, pk: int) -> Entry:
        found = self.over[pk] if pk in self.over else self._under.get(pk)
        if found is None:
            raise KeyError(pk)
        return found

    def get(self, pk: int, default: Entry | None = None) -> Entry | None:  # type: ignore[override]
        found = self.over[pk] if pk in self.over else self._under.get(pk)
        return default if found is None else found

    def __contains__(self, pk: object) -> bool:
        return self.over[pk] is not None if pk in self.over else pk in self._under

    def __iter__(self) -> Iterator[int]:
        yield from (pk for pk in self._under if pk not in self.over)
        yield from (pk for pk, entry in self.over.items() if entry is not None)

    def __len__(self) -> int:
        return self._length


@dataclass(frozen=True)
class Catalogue:
    stamp: Stamp
    until: datetime
    language: str
    state_code: str
    held: Holdings
    entries: Mapping[int, Entry]

    @cached_property
    def by_category(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries.values():
            found[entry.category].append(entry)
        return dict(found)

    def of_subject(self, subject: str) -> Entry | None:
        """As counts name it."""
        pk = self.held.by_subject.get(subject)
        return None if pk is None else self.entries.get(pk)

    def category_names(self, language: str) -> dict[str, str]:
        return {slug: names.get(language) or names.get("en") or slug for slug, names in self.held.categories}


_kept: OrderedDict[tuple[str, str], Catalogue] = OrderedDict()
_held: Holdings | None = None
_lock = threading.Lock()
_making = threading.Lock()  # one at a time: who waits finds it made, where all at once would make it again and again


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
            held = _holdings(stamp, now)
        return _made(held, language, state_code, now)


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
    """As they were read last, or anew."""
    global _held
    if _held is None or _held.stamp != stamp or (_held.until is not None and now >= _held.until):
        _held = holdings.read(stamp, now, _held)
    return _held


def _made(held: Holdings, language: str, state_code: str, now: datetime) -> Catalogue:
    """Chosen from these, and kept; one that was chosen from them before begins another term."""
    key = (language, state_code)
    until = min(filter(None, [held.until, now + LONGEST]))
    before = _kept.get(key)
    if before is not None and before.held is held:
        made = replace(before, until=until)
    else:
        changed = held.changed_since.get(before.stamp) if before is not None else None
        choose = _of_state if state_code else _of_everyone
        entries = choose(held, language, state_code, now, before if changed is not None else None, changed)
        made = Catalogue(held.stamp, until, language, state_code, held, entries)
    with _lock:
        _kept[key] = made
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _of_everyone(
    held: Holdings, language: str, _none: str, now: datetime, before: Catalogue | None, changed: frozenset[int] | None
) -> Mapping[int, Entry]:
    """All anew, or those of the catalogue before with what changed since."""
    entries = dict(before.entries) if before is not None else {}
    for pk in held.articles if changed is None else changed:
        entry = _entry(held, pk, language, "", now)
        if entry is not None:
            entries[pk] = entry
        else:
            entries.pop(pk, None)
    return entries


def _of_state(
    held: Holdings,
    language: str,
    state_code: str,
    now: datetime,
    before: Catalogue | None,
    changed: frozenset[int] | None,
) -> Mapping[int, Entry]:
    """Everyone's, with what is another thing in the state laid over; likewise."""
    everyones = _kept.get((language, ""))
    if everyones is None or everyones.held is not held:
        everyones = _made(held, language, "", now)
    over = dict(before.entries.over) if before is not None and isinstance(before.entries, Laid) else {}
    for pk in held.particular.get(state_code, set()) | held.on_election_days if changed is None else changed:
        entry = _entry(held, pk, language, state_code, now)
        if entry != everyones.entries.get(pk):
            over[pk] = entry
        else:
            over.pop(pk, None)
    return Laid(everyones.entries, over)


def _entry(held: Holdings, pk: int, language: str, state_code: str, now: datetime) -> Entry | None:
    """As the article stands in the lists of this language and state; None where it does not."""
    one = held.articles.get(pk)
    if one is None or state_code in held.withdrawn.get(one.pk, ()) or held.is_over(one, state_code, now):
        return None
    text = best_text(held.texts.get(one.pk, ()), language, state_code, lambda text: text.may)
    if text is None:
        return None
    title = text.title or one.title
    if "{{" in title:
        title = public_words(title, held.fields) or ""
    return Entry(
        one.pk, one.subject, one.slug, title, one.category, text.language, text.state_code,
        text.pk, one.approved_at, one.published_at, one.pinned_until, one.is_first,
    )  # fmt: skip
