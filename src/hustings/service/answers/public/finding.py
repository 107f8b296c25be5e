"""Search: what was typed, put right, in words of the same meaning, among what the public may read.

1. The words are split and those that no public text has are put right: the known word most like it (trigrams, then
   letters), if it is like it at all.
2. Words with synonyms (a list the campaign edits) count as any of them.
3. PostgreSQL finds the texts that have all of it, by stems (the last word also as a beginning); where that is fewer
   than LEAST, those that have any of it. It goes by the title first, then the body, then how much it solves.
4. Of those only what the catalogue of this language and state has is shown, with its own title.
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import lru_cache

from django.db import connection

from hustings.constituents.insight.queries.standings import scores

from ..models import KnownWord, Synonym
from ..queries.articles import CONFIGS
from .catalogue import Catalogue, Entry

MOST_WORDS, LONGEST_WORD, LEAST, MOST = 12, 40, 1, 200
COMMON = 1500  # texts: words that so many have are looked for in titles alone, unless others say more
ALIKE = 0.62


@dataclass(frozen=True)
class Found:
    entries: list[Entry]
    words: str  # as looked for
    put_right: dict[str, str]  # typed -> looked for
    meant: list[str]  # of the same meaning
    loose: bool = False  # none had all of the words


Alternatives = tuple[tuple[str, ...], ...]  # any of these; each is several words together


def find(typed: str, *, language: str, kept: Catalogue, category: str = "") -> Found:
    """The questions that fit, best first. Nothing typed finds nothing."""
    tokens = tokens_of(typed)
    if not tokens:
        return Found([], "", {}, [])
    right = put_right(tokens, language, kept.stamp.number)
    looked = [right.get(token, token) for token in tokens]
    groups, meant = widen(looked, language, kept.stamp.number)
    ranks = _ranks(groups, language, all_of_it=True)
    shown = _shown(ranks, kept, category, looked)
    loose = False
    if len(shown) < LEAST and len(groups) > 1:
        more = _shown(_ranks(groups, language, all_of_it=False), kept, category, looked)
        loose = not shown
        shown += [entry for entry in more if entry not in shown]
    return Found(shown, " ".join(looked), right, meant, loose)


def tokens_of(typed: str) -> list[str]:
    words = re.findall(r"[^\W_]+", typed.replace("\x00", " ").casefold())
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WORDS]


# ---- spelling ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _known(language: str, stamp: int, minute: int) -> dict[str, int]:
    """Every word the public texts of a language have, with how many have it."""
    return dict(KnownWord.objects.filter(language=language).values_list("word", "texts"))


def known_words(language: str, stamp: int) -> dict[str, int]:
    return _known(language, stamp, int(datetime.now().timestamp() // 60))  # noqa: DTZ005  (the process's own minute)


def put_right(tokens: list[str], language: str, stamp: int) -> dict[str, str]:
    """The words that are known to no text, and what is meant by them."""
    known = known_words(language, stamp)
    right = {}
    for index, token in enumerate(tokens):
        if token in known or len(token) < 4 or token.isdigit():
            continue
        is_last = index == len(tokens) - 1
        if is_last and _begins_one(token, language):
            continue  # still being typed
        if (word := _most_alike(token, language)) is not None:
            right[token] = word
    return right


def _begins_one(token: str, language: str) -> bool:
    return KnownWord.objects.filter(language=language, word__startswith=token).exists()


def _most_alike(token: str, language: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select word, texts from answers_knownword where language = %s and word %% %s"
            " order by similarity(word, %s) desc limit 12",
            [language, token, token],
        )
        near = cursor.fetchall()
    rated = [
        (SequenceMatcher(None, token, word).ratio() + min(math.log1p(texts), 6) / 100, word) for word, texts in near
    ]
    best = max(rated, default=(0.0, ""))
    return best[1] if best[0] >= ALIKE else None


# ---- the same meaning -------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _synonyms(language: str, stamp: int) -> list[list[tuple[str, ...]]]:
    rows = Synonym.objects.filter(language=language).values_list("words", flat=True)
    return [[tuple(tokens_of(one)) for one in row if tokens_of(one)] for row in rows]


def widen(tokens: list[str], language: str, stamp: int) -> tuple[list[Alternatives], list[str]]:
    """What must be there, each as any of several; and which other words that brought in."""
    groups: list[Alternatives] = []
    meant: list[str] = []
    sets = _synonyms(language, stamp)
    index = 0
    while index < len(tokens):
        best: tuple[int, list[tuple[str, ...]]] = (0, [])
        for one_set in sets:
            for phrase in one_set:
                if len(phrase) > best[0] and tuple(tokens[index : index + len(phrase)]) == phrase:
                    best = (len(phrase), one_set)
        length, one_set = best
        if length:
            said = tuple(tokens[index : index + length])
            groups.append((said, *[phrase for phrase in one_set if phrase != said]))
            meant += [" ".join(phrase) for phrase in one_set if phrase != said]
            index += length
        else:
            groups.append(((tokens[index],),))
            index += 1
    return groups, meant


# ---- the texts that fit -----------------------------------------------------------------------------------------

FIND = """
select a.id, max(ts_rank(t.found_by, q.query, 1)) as rank
from (select %s::regconfig as config, to_tsquery(%s::regconfig, %s) as query) q
join answers_articletext t on t.found_by @@ q.query and t.language = %s
join answers_article a on a.approved_version_id = t.version_id
where a.is_public and a.state = 'approved'
group by a.id order by rank desc, a.id limit %s
"""


def _ranks(groups: list[Alternatives], language: str, *, all_of_it: bool) -> dict[int, float]:
    """How well each article fits, in this language and, where it is not English, in English a little less."""
    ranks: dict[int, float] = {}
    for one in dict.fromkeys([language, "en"]):
        query = _query(groups, one, all_of_it=all_of_it)
        config = CONFIGS.get(one, "simple")
        with connection.cursor() as cursor:
            cursor.execute(FIND, [config, config, query, one, MOST])
            for pk, rank in cursor.fetchall():
                ranks[pk] = max(ranks.get(pk, 0.0), float(rank) * (1.0 if one == language else 0.6))
    return ranks


def _query(groups: list[Alternatives], language: str, *, all_of_it: bool) -> str:
    """The query in PostgreSQL's own words; every part is made of letters and digits alone."""
    counts = [_texts_with(group, language) for group in groups]
    common = min(counts) > COMMON
    parts = []
    for index, group in enumerate(groups):
        if not all_of_it and not common and counts[index] > COMMON:
            continue  # a word that stands everywhere finds nothing by itself
        ending = ":*" if index == len(groups) - 1 else ""
        mark = (":*A" if ending else ":A") if common else ending
        parts.append("(" + " | ".join("(" + " & ".join(f"{word}{mark}" for word in said) + ")" for said in group) + ")")
    return (" & " if all_of_it else " | ").join(parts)


def _texts_with(group: Alternatives, language: str) -> int:
    known = known_words(language, 0)
    return max(min(known.get(word, 0) for word in said) for said in group)


def _shown(ranks: dict[int, float], kept: Catalogue, category: str, looked: list[str]) -> list[Entry]:
    solved = scores()
    rated = []
    for pk, rank in ranks.items():
        entry = kept.entries.get(pk)
        if entry is None or (category and entry.category != category):
            continue
        title = entry.title.casefold()
        in_title = sum(word in title for word in looked) / len(looked)
        rated.append((rank + 0.5 * in_title + 0.02 * math.log1p(solved.get(str(entry.uid), 0.0)), -pk, entry))
    return [entry for _rank, _pk, entry in sorted(rated, key=lambda one: one[:2], reverse=True)]
