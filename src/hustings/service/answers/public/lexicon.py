"""The words of each language as search knows them: spelling, stems, and which mean the same. Kept in the process."""

import re
import threading
import time
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import Max

from ..engine.spelling import Vocabulary
from ..models import KnownWord, Synonym
from ..queries.articles import CONFIGS

KEPT_SECONDS = 5.0  # the table of words is written anew now and then; this often it is asked whether it was
MOST_WORDS, LONGEST_WORD = 12, 40  # of what was typed
IN_TITLE = 4  # as much as in so many bodies: people ask as titles do
LOADED = """
select word, texts, titles, array_to_string(tsvector_to_array(to_tsvector(%s::regconfig, word)), ' ')
from answers_knownword where language = %s
"""


def tokens_of(typed: str) -> list[str]:
    """Words in small letters, each once, not too many and not too long."""
    words = re.findall(r"[^\W_]+", typed.replace("\x00", " ").casefold())
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WORDS]


@dataclass(frozen=True)
class Lexicon:
    """`stems` of the known words; a word without any says nothing by itself ("the")."""

    written: int  # which writing of the table it was read from
    vocabulary: Vocabulary
    stems: dict[str, tuple[str, ...]]


_kept: dict[str, tuple[float, Lexicon]] = {}
_lock = threading.Lock()


def lexicon(language: str) -> Lexicon:
    """The language's words, at most some seconds older than the table."""
    with _lock:
        kept = _kept.get(language)
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        written = KnownWord.objects.aggregate(newest=Max("pk"))["newest"] or 0
        found = kept[1] if kept is not None and kept[1].written == written else _load(language, written)
        _kept[language] = (time.monotonic(), found)
        return found


def _load(language: str, written: int) -> Lexicon:
    with connection.cursor() as cursor:
        cursor.execute(LOADED, [_config(language), language])
        rows = cursor.fetchall()
    vocabulary = Vocabulary({word: texts + IN_TITLE * titles for word, texts, titles, _stems in rows})
    return Lexicon(written, vocabulary, {word: tuple(stems.split()) for word, _texts, _titles, stems in rows})


def stems_of(word: str, language: str) -> tuple[str, ...]:
    """The stems of a word as PostgreSQL has them; none for one that says nothing."""
    known = lexicon(language).stems.get(word)
    return _stemmed(_config(language), word) if known is None else known


def _config(language: str) -> str:
    return CONFIGS.get(language, "simple")


@lru_cache(maxsize=8192)
def _stemmed(config: str, word: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("select tsvector_to_array(to_tsvector(%s::regconfig, %s))", [config, word])
        return tuple(cursor.fetchone()[0])


@lru_cache(maxsize=16)
def synonyms(language: str, stamp: int) -> list[list[tuple[str, ...]]]:
    """Sets of what means the same, each saying in its words; `stamp` moves when somebody changes them."""
    rows = Synonym.objects.filter(language=language).order_by("pk").values_list("words", flat=True)
    return [[tuple(tokens_of(one)) for one in row if tokens_of(one)] for row in rows]


def forget() -> None:
    """Read anew at the next call: of tests."""
    with _lock:
        _kept.clear()
    synonyms.cache_clear()
