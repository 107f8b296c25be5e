"""Reading by words alone, for a campaign without labels: each name has words and phrases, a letter has some of them.

A phrase is looked for as whole words, without case and accents; a star at its end lets the last word go on
("immigra*"). Every distinct phrase a letter says counts once, longer ones more, and half as much again where it stands
in the first words (the subject). In a short letter a word weighs more than in a long one, which says much in passing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hustings.foundation.core.folding import folded_words

MOST_CHARACTERS = 8_000
HEAD = 160  # characters that count as the beginning
MOST_REMEMBERED = 100_000
SHORT = ((30, 2.0), (60, 1.5))  # up to so many words, each phrase weighs so much more


class Said:
    """A letter's words, ready to be looked through by several."""

    __slots__ = ("_early", "_text", "distinct", "joined", "weight")

    def __init__(self, text: str) -> None:
        words = folded_words(text[:MOST_CHARACTERS])
        self._text, self._early = text, ""
        self.distinct = set(words)
        self.joined = f" {' '.join(words)} "
        self.weight = next((more for most, more in SHORT if len(words) <= most), 1.0)

    def is_early(self, shape: str) -> bool:
        """Whether the phrase (" early voting ") stands at the beginning."""
        if not self._early:
            self._early = f" {' '.join(folded_words(self._text[:HEAD]))} "
        return shape in self._early


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    shape: str  # " early voting " or, with a star, " early vot": within the joined words
    is_one_word: bool
    weight: float


class Phrases:
    """Names with their phrases, compiled. `scores` touches nothing but the text."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[_Entry]] = {}
        self._begins: dict[str, list[_Entry]] = {}
        for name, phrases in names.items():
            for phrase in dict.fromkeys(phrases):
                self._add(name, phrase)
        self._lengths = sorted({len(stem) for stem in self._begins})
        self._known: dict[str, list[_Entry]] = {}  # what words open, as letters brought them
        self._silent: set[str] = set()  # words that open nothing: most

    def _add(self, name: str, phrase: str) -> None:
        starred = phrase.rstrip().endswith("*")
        words = folded_words(phrase)
        if not words:
            return
        entry = _Entry(
            name,
            f" {' '.join(words)}" + ("" if starred else " "),
            len(words) == 1,
            {1: 1.0, 2: 2.0}.get(len(words), 2.5),
        )
        if starred and len(words) == 1:
            self._begins.setdefault(words[0], []).append(entry)
            return
        # Its longest word, which fewest letters have; one that goes on is no key.
        key = max(words[:-1] if starred else words, key=len)
        self._exact.setdefault(key, []).append(entry)

    def _of(self, word: str) -> list[_Entry]:
        """What a word opens; remembered, since letters share their words."""
        found = self._exact.get(word, [])
        for length in self._lengths:
            if length > len(word):
                break
            found = found + self._begins.get(word[:length], [])
        if len(self._silent) + len(self._known) >= MOST_REMEMBERED:
            self._silent.clear()
            self._known.clear()
        if found:
            self._known[word] = found
        else:
            self._silent.add(word)
        return found

    def scores(self, said: Said) -> dict[str, float]:
        """How much of each name is said; those of which nothing is are left out."""
        scores: dict[str, float] = {}
        for entry, is_early in self._entries(said):
            scores[entry.name] = scores.get(entry.name, 0.0) + entry.weight * said.weight * (1.5 if is_early else 1.0)
        return scores

    def _entries(self, said: Said) -> Iterator[tuple[_Entry, bool]]:
        """Each phrase that is said, once, and whether at the beginning."""
        known = self._known
        met: set[int] = set()  # a word that goes on may be there in several shapes
        for word in said.distinct - self._silent:
            for entry in known.get(word) or self._of(word):
                if entry.is_one_word and id(entry) not in met:
                    met.add(id(entry))
                    yield entry, said.is_early(entry.shape)
                elif not entry.is_one_word and entry.shape in said.joined:
                    yield entry, said.is_early(entry.shape)
