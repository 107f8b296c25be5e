"""A search index in memory, over stems: which texts have the words, and how much that says.

A word says the more, the fewer texts have it (its inverse document frequency), and says more in a title than in the
body. A text's score is the sum over what was asked, each part at the best of its alternatives; a title that holds
little else than what was asked comes before a longer one. Ten thousand articles are some megabytes and a fraction of a
millisecond a search.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

IN_BODY = 0.35  # of what a word says in a title
WHOLE_TITLE = 0.5  # what is added where the title is nothing but what was asked
MOST_BEGUN = 64  # words that one beginning may stand for

Row = npt.NDArray[np.int32]
Score = npt.NDArray[np.float32]
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

    def __init__(self, texts: Iterable[Text]) -> None:
        numbers: dict[str, int] = {}
        articles, states, stems, titled, lengths = [], [], [], [], []
        for text in texts:
            title = set(text.title)
            articles.append(text.article)
            states.append(text.state_code)
            stems += [numbers.setdefault(word, len(numbers)) for word in text.words]
            titled += [word in title for word in text.words]
            lengths.append(len(text.words))
        self._stems = sorted(numbers)
        self._number = {stem: number for number, stem in enumerate(self._stems)}
        place = np.zeros(len(numbers), dtype=np.int32)
        place[[numbers[stem] for stem in self._stems]] = np.arange(len(numbers), dtype=np.int32)
        of_stem = place[np.array(stems, dtype=np.int32)]
        rows: Row = np.repeat(np.arange(len(articles), dtype=np.int32), lengths)
        order = np.argsort(of_stem, kind="stable")
        self._rows: Row = rows[order]
        self._titled = np.array(titled, dtype=bool)[order]
        self._starts = np.searchsorted(of_stem[order], np.arange(len(numbers) + 1))
        self._articles = articles
        self._states = np.array(states, dtype="U2")
        having = np.diff(self._starts)
        self._says: Score = np.log1p(len(articles) / np.maximum(having, 1)).astype(np.float32)
        said = np.where(np.array(titled, dtype=bool), self._says[of_stem] if len(of_stem) else 0, 0)
        self._title_says: Score = np.bincount(rows, weights=said, minlength=len(articles)).astype(np.float32)

    def __len__(self) -> int:
        return len(self._articles)

    def __contains__(self, stem: str) -> bool:
        return stem in self._number

    def begun_by(self, beginning: str, most: int = MOST_BEGUN) -> list[str]:
        """Stems that begin so."""
        at = bisect_left(self._stems, beginning)
        found: list[str] = []
        while at < len(self._stems) and self._stems[at].startswith(beginning) and len(found) < most:
            found.append(self._stems[at])
            at += 1
        return found

    def match(
        self, groups: Sequence[Group], *, state_code: str = "", any_of: bool = False, most: int = 200
    ) -> list[tuple[int, float]]:
        """(article, score) of the texts that have all of the groups (or any), best first, each article once. With a
        state, its own words and everyone's; without, those of every state."""
        if not groups or not self._articles:
            return []
        total = np.zeros(len(self._articles), dtype=np.float32)
        in_title = np.zeros(len(self._articles), dtype=np.float32)
        fits = np.full(len(self._articles), not any_of)
        for group in groups:
            here, titled = self._best_of(group)
            fits = (fits | (here > 0)) if any_of else (fits & (here > 0))
            total += here
            in_title += titled
        if state_code:
            fits &= (self._states == "") | (self._states == state_code)
        rows = np.flatnonzero(fits)
        score = total[rows] + WHOLE_TITLE * total[rows] * np.minimum(
            in_title[rows] / np.maximum(self._title_says[rows], 1e-6), 1.0
        )
        found: dict[int, float] = {}
        for at in np.argsort(-score, kind="stable"):
            found.setdefault(self._articles[rows[at]], float(score[at]))
            if len(found) >= most:
                break
        return list(found.items())

    def _best_of(self, group: Group) -> tuple[Score, Score]:
        """What the best of the alternatives says of each text, and how much of that stands in its title."""
        best = np.zeros(len(self._articles), dtype=np.float32)
        titled = np.zeros(len(self._articles), dtype=np.float32)
        for alternative in group:
            parts = [self._term(term) for term in alternative]
            all_there = np.logical_and.reduce([part[0] > 0 for part in parts])
            whole = np.where(all_there, sum(part[0] for part in parts), 0)
            in_title = np.where(all_there, sum(part[1] for part in parts), 0)
            titled = np.where(whole > best, in_title, titled)
            best = np.maximum(best, whole)
        return best, titled

    def _term(self, term: Term) -> tuple[Score, Score]:
        best = np.zeros(len(self._articles), dtype=np.float32)
        titled = np.zeros(len(self._articles), dtype=np.float32)
        for stem, worth in term:
            number = self._number.get(stem)
            if number is None:
                continue
            span = slice(self._starts[number], self._starts[number + 1])
            rows, in_title = self._rows[span], self._titled[span]
            says = self._says[number] * worth
            best[rows] = np.maximum(best[rows], np.where(in_title, says, says * IN_BODY))
            titled[rows] = np.maximum(titled[rows], np.where(in_title, says, 0))
        return best, titled
