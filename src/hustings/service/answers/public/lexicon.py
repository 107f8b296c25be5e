"""The words of each language as search knows them: spelling, stems, and which mean the same. Kept in the process."""

import re
import threading
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import Count, Max

from ..engine.spelling import Vocabulary
from ..models import KnownWord, Synonym
from ..queries.articles import CONFIGS

KEPT_SECONDS = 5.0  # the table of words is written anew now and then; this often it is asked whether it was
MOST_WORDS, LONGEST_WORD = 12, 40  # of what was typed
MOST_STEMMED = 20_000  # words whose stems are kept, of those that no public text has
IN_TITLE = 4  # as much as in so many bodies: people ask as titles do
LOADED = "select word, texts, titles from answers_knownword where language = %s"
_WORD = re.compile(r"[^\W_]+")


def tokens_of(typed: str) -> list[str]:
    """Words in small letters, each once, not too many and not too long."""
    plain = unicodedata.normalize("NFC", typed.casefold())
    words = _WORD.findall(plain) if plain.isascii() else "".join(map(_in_word, plain)).split()
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WORDS]


def _in_word(sign: str) -> str:
    """The sign, or a space in its place. Many scripts write vowels as marks on a letter: they end no word."""
    return sign if sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc") else " "


# The newest row and how many there are. No row is ever changed in its place, so the same two are the same rows.
Writing = tuple[int, int]


@dataclass(frozen=True)
class Lexicon:
    """`stems` of the known words; a word without any says nothing by itself ("the")."""

    language: str
    written: Writing  # which writing of the table it was read from
    vocabulary: Vocabulary
    stems: dict[str, tuple[str, ...]]


_kept: dict[str, tuple[float, Lexicon]] = {}
_loading = threading.Lock()


def lexicon(language: str) -> Lexicon:
    """The language's words, at most some seconds older than the table. While one thread reads them anew the others go
    on with those there were."""
    kept = _kept.get(language)
    if kept is not None and (_is_fresh(kept) or not _loading.acquire(blocking=False)):
        return kept[1]
    if kept is None:
        _loading.acquire()
    try:
        kept = _kept.get(language)
        if kept is not None and _is_fresh(kept):  # whoever held the lock made it
            return kept[1]
        newest = KnownWord.objects.aggregate(newest=Max("pk"), rows=Count("pk"))
        written = newest["newest"] or 0, newest["rows"]
        found = (
            kept[1]
            if kept is not None and kept[1].written == written
            else _load(language, written, kept[1] if kept else None)
        )
        _kept[language] = (time.monotonic(), found)
        return found
    finally:
        _loading.release()


def _is_fresh(kept: tuple[float, Lexicon]) -> bool:
    return time.monotonic() - kept[0] < KEPT_SECONDS


def _load(language: str, written: Writing, before: Lexicon | None) -> Lexicon:
    """Read anew; what is known of a word that was there before is not worked out again."""
    with connection.cursor() as cursor:
        cursor.execute(LOADED, [language])
        rows = cursor.fetchall()
    known = before.stems if before is not None else {}
    new = [word for word, _texts, _titles in rows if word not in known]
    stems = {**known, **_stemmed(new, language)}
    vocabulary = Vocabulary(
        {word: texts + IN_TITLE * titles for word, texts, titles in rows}, before.vocabulary if before else None
    )
    return Lexicon(language, written, vocabulary, {word: stems[word] for word, _texts, _titles in rows})


def _config(language: str) -> str:
    return CONFIGS.get(language, "simple")


# ---- stems of any words -----------------------------------------------------------------------------------------

STEMMED = """
select array_to_string(tsvector_to_array(to_tsvector(%s::regconfig, word)), ' ')
from unnest(%s::text[]) with ordinality as one (word, place) order by place
"""
_stems: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)


def _stemmed(words: Sequence[str], language: str) -> dict[str, tuple[str, ...]]:
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STEMMED, [_config(language), list(words)])
        return {word: tuple(row[0].split()) for word, row in zip(words, cursor.fetchall(), strict=True)}


def stems_of_all(words: Sequence[str], language: str) -> list[tuple[str, ...]]:
    """The stems of each, in one query for all that were not asked before."""
    config = _config(language)
    known = _stems[config]
    missing = [word for word in dict.fromkeys(words) if word not in known]
    if missing:
        found = _stemmed(missing, language)
        if len(known) + len(found) > MOST_STEMMED:
            known = {word: known[word] for word in words if word in known}
            _stems[config] = known
        known.update(found)
    return [known[word] for word in words]


# ---- words of the same meaning ----------------------------------------------------------------------------------

Saying = tuple[str, ...]
Key = tuple[str, ...]  # a word's stems, or itself where it has none


def key_of(word: str, stems: tuple[str, ...]) -> Key:
    """How words are compared: "ballots" is "ballot"."""
    return stems or (word,)


class Synonyms:
    """The sets of a language with the stems of their words, to be looked up by the first of them."""

    def __init__(self, sets: Iterable[Sequence[Saying]], keys: dict[str, Key]) -> None:
        self._starting: dict[Key, list[tuple[tuple[Key, ...], list[Saying]]]] = defaultdict(list)
        for one in sets:
            keyed = [(tuple(keys[word] for word in saying), saying) for saying in one]
            for key, _saying in keyed:
                self._starting[key[0]].append((key, [other for its, other in keyed if its != key]))
        for found in self._starting.values():
            found.sort(key=lambda pair: -len(pair[0]))

    def at(self, keys: Sequence[Key], place: int) -> tuple[int, list[Saying]]:
        """The longest saying that begins at this place: of how many words, and all that mean the same."""
        length, others = 1, dict[Saying, None]()
        for saying, same in self._starting.get(keys[place], ()):
            if len(saying) < length:
                break
            if tuple(keys[place : place + len(saying)]) == saying:
                length = len(saying)
                others |= dict.fromkeys(same)
        return length, list(others)


@lru_cache(maxsize=16)
def synonyms(language: str, stamp: int) -> Synonyms:
    """What means the same; `stamp` moves when somebody changes it."""
    rows = Synonym.objects.filter(language=language).order_by("pk").values_list("words", flat=True)
    sets = [[saying for one in row if (saying := tuple(tokens_of(one)))] for row in rows]
    words = list(dict.fromkeys(word for one in sets for saying in one for word in saying))
    stems = stems_of_all(words, language)
    return Synonyms(sets, {word: key_of(word, its) for word, its in zip(words, stems, strict=True)})


def forget() -> None:
    """Read anew at the next call: of tests."""
    _kept.clear()
    _stems.clear()
    synonyms.cache_clear()
