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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

from hustings.constituents.insight.queries.standings import standings

from ..engine.index import Group, Index, Term, Text
from .catalogue import Catalogue, Entry, Holdings
from .lexicon import Key, Saying, key_of, lexicon, stems_of_all, synonyms, tokens_of

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


class Asked:
    """What one search looks up, each once: the words of a language and their stems."""

    def __init__(self, language: str) -> None:
        self.known = lexicon(language)
        self._stems: dict[str, tuple[str, ...]] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Look up the stems of these at once."""
        missing = [word for word in words if word not in self._stems]
        self._stems |= {word: self.known.stems[word] for word in missing if word in self.known.stems}
        asked = [word for word in missing if word not in self._stems]
        if asked:
            self._stems |= zip(asked, stems_of_all(asked, self.known.language), strict=True)

    def stems_of(self, word: str) -> tuple[str, ...]:
        if word not in self._stems:
            self.learn([word])
        return self._stems[word]

    def key_of(self, word: str) -> Key:
        return key_of(word, self.stems_of(word))


Sayings = list[Saying]  # any of these; each is several words together


def find(typed: str, *, language: str, kept: Catalogue) -> Found:
    """The questions that fit, best first. Nothing typed finds nothing."""
    tokens = tokens_of(typed)
    if not tokens:
        return Found()
    tongues = {one: Asked(one) for one in dict.fromkeys([language, "en"])}
    looked, right = put_right(tokens, tongues, language, index_of(kept.held, language))
    sayings, meant = widen(looked, tongues[language], kept.stamp.number)
    groups = {one: _groups(sayings, looked[-1], asked, index_of(kept.held, one)) for one, asked in tongues.items()}
    ranks = _ranks(groups, language, kept, any_of=False)
    loose = not ranks and len(sayings) > 1
    if loose:
        ranks = _ranks(groups, language, kept, any_of=True)
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
    """Made anew, or from that of the holdings before and what changed since."""
    if language not in held.older:
        return Index(_texts(held, held.articles, language))
    index, changed = held.older[language]
    return index.with_changes(changed, _texts(held, changed & held.articles.keys(), language))


def _texts(held: Holdings, articles: Iterable[int], language: str) -> list[Text]:
    whose = {
        text.pk: (pk, text.state_code)
        for pk in articles
        for text in held.texts_of(held.articles[pk])
        if text.language == language
    }
    if not whose:
        return []
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [list(whose)])
        return [Text(*whose[pk], title.split(), words.split()) for pk, title, words in cursor.fetchall()]


# ---- spelling ---------------------------------------------------------------------------------------------------


def put_right(
    tokens: list[str], tongues: Mapping[str, Asked], language: str, index: Index
) -> tuple[list[str], dict[str, str]]:
    """(the words to look for, those that were put right). What only lacks its accents is not told."""
    asked = tongues[language]
    known = asked.known.vocabulary
    asked.learn(tokens)
    looked, right = [], {}
    for number, token in enumerate(tokens):
        meant = token
        is_typing = number == len(tokens) - 1 and (known.begun_by(token, 1) or index.begun_by(token, 1))
        is_there = token in known or is_typing or token.isdigit() or token in tongues["en"].known.vocabulary
        if not is_there and (stems := asked.stems_of(token)) and not any(stem in index for stem in stems):
            if (accented := known.accented(token)) is not None:
                meant = accented
            elif (likest := known.likest(token)) is not None:
                meant = right[token] = likest
        looked.append(meant)
    return looked, right


# ---- the same meaning -------------------------------------------------------------------------------------------


def widen(tokens: list[str], asked: Asked, stamp: int) -> tuple[list[Sayings], list[str]]:
    """What must be there, each as any of several sayings; and which other words that brought in. Sayings are compared
    by their stems: "absentee ballots" is "absentee ballot"."""
    groups: list[Sayings] = []
    meant: list[str] = []
    same = synonyms(asked.known.language, stamp)
    asked.learn(tokens)
    keys = [asked.key_of(token) for token in tokens]
    place = 0
    while place < len(tokens):
        length, others = same.at(keys, place)
        groups.append([tuple(tokens[place : place + length]), *others])
        meant += [" ".join(saying) for saying in others]
        place += length
    return groups, meant


# ---- the texts that fit -----------------------------------------------------------------------------------------


def _ranks(groups: Mapping[str, list[Group]], language: str, kept: Catalogue, *, any_of: bool) -> dict[int, float]:
    """How well each article fits, in this language and, where it is not English, in English a little less."""
    ranks: dict[int, float] = {}
    for one, asked in groups.items():
        index = index_of(kept.held, one)
        for article, rank in index.match(asked, state_code=kept.state_code, any_of=any_of, most=MOST):
            if article in kept.entries:
                ranks[article] = max(ranks.get(article, 0.0), rank * (1.0 if one == language else IN_ENGLISH))
    return ranks


def _groups(sayings: list[Sayings], last: str, asked: Asked, index: Index) -> list[Group]:
    """The sayings by their stems; those left out that say nothing by themselves."""
    asked.learn(word for saying in sayings for words in saying for word in words)
    found = []
    for saying in sayings:
        alternatives = []
        for words in saying:
            terms = [term for word in words if (term := _term(word, asked, index if word == last else None))]
            if terms:
                alternatives.append(tuple(terms))
        if alternatives:
            found.append(tuple(alternatives))
    return found


def _term(word: str, asked: Asked, begins: Index | None) -> Term:
    """The word's stems, and where it may be a beginning those of the words it begins."""
    stems = asked.stems_of(word)
    if not stems:
        return ()
    worth = dict.fromkeys(stems, 1.0)
    if begins is not None:
        for other in asked.known.vocabulary.begun_by(word, MOST_BEGUN):
            for stem in asked.known.stems[other]:
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
