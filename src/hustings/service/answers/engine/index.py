"""A search index in memory, over stems: which texts have the words, and how much that says.

A word says the more, the fewer texts have it (its inverse document frequency), and says more in a title than in the
body. A text's score is the sum over what was asked, each part at the best of its alternatives; a title that holds
little else than what was asked comes before a longer one. Ten thousand articles are some megabytes and a fraction of a
millisecond a search.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

IN_BODY = 0.35  # of what a word says in a title
WHOLE_TITLE = 0.5  # what is added where the title is nothing but what was asked
MOST_BEGUN = 64  # words that one beginning may stand for
MOST_LATER = 400  # texts that came since an index was made, until one is made anew
MANY = 4  # texts of an article, where only the best of many are put in order

Row = npt.NDArray[np.int32]
Score = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Term = tuple[tuple[str, float], ...]  # any of these stems, each with its worth (1.0: the very word)
Alternative = tuple[Term, ...]  # all of these
Group = tuple[Alternative, ...]  # any of these


class Text(NamedTuple):
    """One text by its stems; `words` are all of them, the title's too."""

    article: int
    state_code: str
    title: Sequence[str]
    words: Sequence[str]


class Index:
    """Made once from all texts of a language, read by many threads."""

    def __init__(self, texts: Iterable[Text], beside: "Index | None" = None) -> None:
        """`beside`: the large index that this is a small part of, by whose texts it is judged what a word says."""
        numbers: dict[str, int] = {}
        articles, states, stems, titled, lengths = [], [], [], [], []
        for text in texts:
            title = set(text.title)
            articles.append(text.article)
            states.append(text.state_code)
            stems += [numbers.setdefault(word, len(numbers)) for word in text.words]
            titled += [word in title for word in text.words]
            lengths.append(len(text.words))
        rows = np.repeat(np.arange(len(articles), dtype=np.int32), lengths)
        of_stem = np.array(stems, dtype=np.int32)
        self._build(list(numbers), of_stem, rows, np.array(titled, dtype=bool), articles, states, beside)

    def _build(
        self,
        stems: list[str],
        of_stem: Row,
        rows: Row,
        titled: Flags,
        articles: list[int],
        states: list[str],
        beside: "Index | None" = None,
    ) -> None:
        """From postings in any order: of which stem, of which text, whether in its title. Stems without any go."""
        having = np.bincount(of_stem, minlength=len(stems))
        self._stems = sorted(stem for stem, count in zip(stems, having.tolist(), strict=True) if count)
        self._number = {stem: number for number, stem in enumerate(self._stems)}
        place = np.array([self._number.get(stem, 0) for stem in stems], dtype=np.int32)
        of_stem = place[of_stem]
        order = np.argsort(of_stem, kind="stable")
        self._rows: Row = rows[order]
        self._titled: Flags = titled[order]
        self._of_stem: Row = of_stem[order]
        self._starts = np.searchsorted(self._of_stem, np.arange(len(self._stems) + 1)).tolist()
        self._articles = np.array(articles, dtype=np.int64)
        self._states = states
        self._state_numbers = {code: number for number, code in enumerate(sorted(set(states) | {""}))}
        self._of_state = np.array([self._state_numbers[code] for code in states], dtype=np.int16)
        self._gone: Flags | None = None  # texts that are here no more
        self._later: list[Text] = []  # and those that came since, in an index of their own
        self._more: Index | None = None
        count, having = len(articles), np.diff(self._starts)
        if beside is not None:
            count, having = (
                count + len(beside._articles),
                having + np.array([beside._having(one) for one in self._stems]),
            )
        says = np.log1p(count / np.maximum(having, 1)).astype(np.float32)[self._of_stem]
        self._in_title: Score = np.where(self._titled, says, np.float32(0))
        self._anywhere: Score = np.where(self._titled, says, says * np.float32(IN_BODY))
        whole = np.bincount(self._rows, weights=self._in_title, minlength=len(articles)).astype(np.float32)
        self._title_says: Score = np.maximum(whole, np.float32(1e-6))

    def _having(self, stem: str) -> int:
        number = self._number.get(stem)
        return 0 if number is None else self._starts[number + 1] - self._starts[number]

    def with_changes(self, articles: Collection[int], texts: Iterable[Text]) -> "Index":
        """Without the texts of these articles, and with these texts: it finds what one made anew would, and judges a
        little differently what a word says, until so much has changed that it is made anew."""
        made = copy(self)
        gone = np.isin(self._articles, list(articles))
        made._gone = gone if self._gone is None else self._gone | gone
        made._later = [*(text for text in self._later if text.article not in articles), *texts]
        made._more = Index(made._later, beside=self) if made._later else None
        return made._whole() if len(made._later) > MOST_LATER else made

    def _whole(self) -> "Index":
        """What came later among the rest, and what is gone, gone."""
        new = Index(self._later)
        stays = np.ones(len(self._articles), dtype=bool) if self._gone is None else ~self._gone
        number = np.cumsum(stays, dtype=np.int32) - 1
        of_those = stays[self._rows]
        stems = [*self._stems, *(stem for stem in new._stems if stem not in self._number)]
        numbers = {stem: at for at, stem in enumerate(stems)}
        renamed = np.array([numbers[stem] for stem in new._stems], dtype=np.int32)
        kept = np.flatnonzero(stays).tolist()
        made = Index.__new__(Index)
        made._build(
            stems,
            np.concatenate([self._of_stem[of_those], renamed[new._of_stem]]),
            np.concatenate([number[self._rows[of_those]], new._rows + np.int32(len(kept))]),
            np.concatenate([self._titled[of_those], new._titled]),
            [*self._articles[stays].tolist(), *new._articles.tolist()],
            [*(self._states[at] for at in kept), *new._states],
        )
        return made

    def __len__(self) -> int:
        """How many texts."""
        gone = 0 if self._gone is None else int(self._gone.sum())
        return len(self._articles) - gone + len(self._later)

    def __contains__(self, stem: str) -> bool:
        return self._has(stem) or (self._more is not None and stem in self._more)

    def _has(self, stem: str) -> bool:
        number = self._number.get(stem)
        if number is None or self._gone is None:
            return number is not None
        return not self._gone[self._rows[self._starts[number] : self._starts[number + 1]]].all()

    def begun_by(self, beginning: str, most: int = MOST_BEGUN) -> list[str]:
        """Stems that begin so."""
        at = bisect_left(self._stems, beginning)
        found: list[str] = []
        while at < len(self._stems) and self._stems[at].startswith(beginning) and len(found) < most:
            if self._has(self._stems[at]):
                found.append(self._stems[at])
            at += 1
        if self._more is not None:
            found = sorted({*found, *self._more.begun_by(beginning, most)})[:most]
        return found

    def match(
        self, groups: Sequence[Group], *, state_code: str = "", any_of: bool = False, most: int = 200
    ) -> list[tuple[int, float]]:
        """(article, score) of the texts that have all of the groups (or any), best first, each article once. With a
        state, its own words and everyone's; without, those of every state."""
        found = self._match(groups, state_code, any_of, most) if groups and len(self._articles) else []
        if self._more is not None:
            found += self._more.match(groups, state_code=state_code, any_of=any_of, most=most)
            found = sorted(found, key=itemgetter(1), reverse=True)[:most]
        return found

    def _match(self, groups: Sequence[Group], state_code: str, any_of: bool, most: int) -> list[tuple[int, float]]:
        parts = [self._best_of(group) for group in groups]
        total = parts[0][0] if len(parts) == 1 else np.add.reduce([here for here, _titled in parts])
        in_title = parts[0][1] if len(parts) == 1 else np.add.reduce([titled for _here, titled in parts])
        fits = total > 0 if any_of or len(parts) == 1 else np.minimum.reduce([here for here, _titled in parts]) > 0
        if state_code:
            everyones, own = self._state_numbers[""], self._state_numbers.get(state_code, -1)
            fits &= (self._of_state == everyones) | (self._of_state == own)
        if self._gone is not None:
            fits &= ~self._gone
        rows = np.flatnonzero(fits).astype(np.int32)
        says = total[rows]
        score = says + WHOLE_TITLE * says * np.minimum(in_title[rows] / self._title_says[rows], np.float32(1.0))
        if len(rows) <= most * MANY:
            return self._first(rows, score, most)
        best = np.sort(np.argpartition(-score, most * MANY)[: most * MANY])
        found = self._first(rows[best], score[best], most)
        return found if len(found) >= most else self._first(rows, score, most)

    def _first(self, rows: Row, score: Score, most: int) -> list[tuple[int, float]]:
        """Of these texts the best, of each article one."""
        order = np.argsort(-score, kind="stable")
        found: dict[int, float] = {}
        for article, its in zip(self._articles[rows[order]].tolist(), score[order].tolist(), strict=True):
            found.setdefault(article, its)
            if len(found) >= most:
                break
        return list(found.items())

    def _best_of(self, group: Group) -> tuple[Score, Score]:
        """What the best of the alternatives says of each text, and how much of that stands in its title."""
        best, titled = self._alternative(group[0])
        for alternative in group[1:]:
            whole, in_title = self._alternative(alternative)
            titled = np.where(whole > best, in_title, titled)
            best = np.maximum(best, whole)
        return best, titled

    def _alternative(self, terms: Alternative) -> tuple[Score, Score]:
        """All of the terms: nothing where one is not there."""
        parts = [self._term(term) for term in terms]
        if len(parts) == 1:
            return parts[0]
        nowhere = np.minimum.reduce([here for here, _titled in parts]) <= 0
        whole = np.add.reduce([here for here, _titled in parts])
        in_title = np.add.reduce([titled for _here, titled in parts])
        whole[nowhere] = in_title[nowhere] = 0
        return whole, in_title

    def _term(self, term: Term) -> tuple[Score, Score]:
        """The best of the stems in each text."""
        best = np.zeros(len(self._articles), dtype=np.float32)
        titled = np.zeros(len(self._articles), dtype=np.float32)
        there = [(number, worth) for stem, worth in term if (number := self._number.get(stem)) is not None]
        spans = [slice(self._starts[number], self._starts[number + 1]) for number, _worth in there]
        if len(spans) == 1:
            worth = np.float32(there[0][1])
            best[self._rows[spans[0]]] = self._anywhere[spans[0]] * worth
            titled[self._rows[spans[0]]] = self._in_title[spans[0]] * worth
        elif spans:
            rows = np.concatenate([self._rows[span] for span in spans])
            worths = np.repeat(
                np.array([worth for _number, worth in there], dtype=np.float32), [one.stop - one.start for one in spans]
            )
            np.maximum.at(best, rows, np.concatenate([self._anywhere[span] for span in spans]) * worths)
            np.maximum.at(titled, rows, np.concatenate([self._in_title[span] for span in spans]) * worths)
        return best, titled
