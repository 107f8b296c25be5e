"""Search: what was typed, put right, in words of the same meaning, among what the public may read.

1. The words are split. One that no public text has, in no inflection, is put right: the known word that a slip of the
   hand or the ear turns into it (`engine.spelling`), if there is one. What is still being typed is let be.
2. Words with synonyms (a list the campaign edits) count as any of them.
3. The index (`engine.index`, in the process's memory, made from PostgreSQL's stems when the public stamp moves) finds
   the texts that have all of it, the last word also as a beginning; where no text has, those that have any of it.
4. Of those only what the catalogue of this language and state has is shown, with its own title; of much the same fit,
   what solves more comes first.
"""

import math
import threading
from dataclasses import dataclass, field

from django.db import connection

from hustings.constituents.insight.queries.standings import standings

from ..engine.index import Group, Index, Term, Text
from .catalogue import Catalogue, Entry, Holdings
from .lexicon import lexicon, stems_of, synonyms, tokens_of

MOST = 200
MOST_BEGUN = 200  # words that one beginning may stand for
BEGUN = 0.85  # what a word says that is only begun by what was typed
IN_ENGLISH = 0.6  # what English words say to who reads another language
SOLVED = 0.02  # per power of e of what it solved; the best fit is 1


@dataclass(frozen=True)
class Found:
    entries: list[Entry] = field(default_factory=list)
    words: str = ""  # as looked for
    put_right: dict[str, str] = field(default_factory=dict)  # typed -> looked for
    meant: list[str] = field(default_factory=list)  # of the same meaning
    loose: bool = False  # none had all of the words


Sayings = list[tuple[str, ...]]  # any of these; each is several words together


def find(typed: str, *, language: str, kept: Catalogue) -> Found:
    """The questions that fit, best first. Nothing typed finds nothing."""
    tokens = tokens_of(typed)
    if not tokens:
        return Found()
    index = index_of(kept.held, language)
    looked, right = put_right(tokens, language, index)
    sayings, meant = widen(looked, language, kept.stamp.number)
    ranks = _ranks(sayings, looked[-1], language, kept, any_of=False)
    loose = not ranks and len(sayings) > 1
    if loose:
        ranks = _ranks(sayings, looked[-1], language, kept, any_of=True)
    return Found(_ordered(ranks, kept), " ".join(looked), right, meant, loose)


# ---- the index --------------------------------------------------------------------------------------------------

STEMS = """
select id, array_to_string(tsvector_to_array(ts_filter(found_by, '{a}')), ' '),
  array_to_string(tsvector_to_array(found_by), ' ')
from answers_articletext where id = any(%s)
"""
_making = threading.Lock()


def index_of(held: Holdings, language: str) -> Index:
    """All texts of the language that may be shown, by their stems; made when it is first asked for."""
    if (made := held.indexes.get(language)) is not None:
        return made
    with _making:
        if (made := held.indexes.get(language)) is None:
            made = held.indexes[language] = _index(held, language)
    return made


def _index(held: Holdings, language: str) -> Index:
    whose = {
        text.pk: (article.pk, text.state_code)
        for article in held.articles
        for text in held.texts_of(article)
        if text.language == language
    }
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [list(whose)])
        return Index(Text(*whose[pk], title.split(), words.split()) for pk, title, words in cursor.fetchall())


# ---- spelling ---------------------------------------------------------------------------------------------------


def put_right(tokens: list[str], language: str, index: Index) -> tuple[list[str], dict[str, str]]:
    """(the words to look for, those that were put right). What only lacks its accents is not told."""
    known = lexicon(language).vocabulary
    looked, right = [], {}
    for number, token in enumerate(tokens):
        meant = token
        is_typing = number == len(tokens) - 1 and (known.begun_by(token, 1) or index.begun_by(token))
        if token not in known and not token.isdigit() and not is_typing and not _is_there(token, language, index):
            if (accented := known.accented(token)) is not None:
                meant = accented
            elif (likest := known.likest(token)) is not None:
                meant = right[token] = likest
        looked.append(meant)
    return looked, right


def _is_there(token: str, language: str, index: Index) -> bool:
    """In another inflection, or in English."""
    stems = stems_of(token, language)
    return not stems or any(stem in index for stem in stems) or token in lexicon("en").vocabulary


# ---- the same meaning -------------------------------------------------------------------------------------------


def widen(tokens: list[str], language: str, stamp: int) -> tuple[list[Sayings], list[str]]:
    """What must be there, each as any of several sayings; and which other words that brought in. Sayings are compared
    by their stems: "absentee ballots" is "absentee ballot"."""
    groups: list[Sayings] = []
    meant: list[str] = []
    sets = synonyms(language, stamp)
    index = 0
    while index < len(tokens):
        length, others = 1, []
        for one_set in sets:
            for phrase in one_set:
                if len(phrase) >= length and _same(tokens[index : index + len(phrase)], phrase, language):
                    length, others = len(phrase), [one for one in one_set if one != phrase]
        groups.append([tuple(tokens[index : index + length]), *others])
        meant += [" ".join(phrase) for phrase in others]
        index += length
    return groups, meant


def _same(words: list[str], phrase: tuple[str, ...], language: str) -> bool:
    if len(words) != len(phrase):
        return False
    return all(
        one == other or (stems_of(one, language) or one) == (stems_of(other, language) or other)
        for one, other in zip(words, phrase, strict=True)
    )


# ---- the texts that fit -----------------------------------------------------------------------------------------


def _ranks(sayings: list[Sayings], last: str, language: str, kept: Catalogue, *, any_of: bool) -> dict[int, float]:
    """How well each article fits, in this language and, where it is not English, in English a little less."""
    ranks: dict[int, float] = {}
    for one in dict.fromkeys([language, "en"]):
        index = index_of(kept.held, one)
        groups = [group for group in (_group(saying, last, one, index) for saying in sayings) if group]
        for article, rank in index.match(groups, state_code=kept.state_code, any_of=any_of, most=MOST):
            if article in kept.entries:
                ranks[article] = max(ranks.get(article, 0.0), rank * (1.0 if one == language else IN_ENGLISH))
    return ranks


def _group(sayings: Sayings, last: str, language: str, index: Index) -> Group:
    """The sayings by their stems; empty when all of it says nothing by itself."""
    found = []
    for words in sayings:
        terms = [term for word in words if (term := _term(word, language, index if word == last else None))]
        if terms:
            found.append(tuple(terms))
    return tuple(found)


def _term(word: str, language: str, begins: Index | None) -> Term:
    """The word's stems, and where it may be a beginning those of the words it begins."""
    stems = stems_of(word, language)
    if not stems:
        return ()
    worth = dict.fromkeys(stems, 1.0)
    if begins is not None:
        known = lexicon(language)
        for other in known.vocabulary.begun_by(word, MOST_BEGUN):
            for stem in known.stems[other]:
                worth.setdefault(stem, BEGUN)
        for stem in begins.begun_by(word):
            worth.setdefault(stem, BEGUN)
    return tuple(worth.items())


def _ordered(ranks: dict[int, float], kept: Catalogue) -> list[Entry]:
    best, standing = max(ranks.values(), default=1.0), standings().of
    rated = []
    for pk, rank in ranks.items():
        entry = kept.entries[pk]
        solved = math.log1p(standing[entry.subject].score) if entry.subject in standing else 0.0
        rated.append((rank / best + SOLVED * solved, -pk, entry))
    return [entry for _rank, _pk, entry in sorted(rated, key=lambda one: one[:2], reverse=True)]
