"""Putting right what was typed, by the words there are.

How far a typed word is from another is the least sum of slips that lead from the one to the other (Damerau's four: a
letter too many, too few, another, two changed about), where the slips that hands and ears make cost less: a letter
beside the right one on the keyboard or that sounds like it, one letter for two of the same, an accent left out. Of
words about as far, the one that more of the answers have is meant.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hustings.foundation.core.folding import folded

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SOUNDS = ("sc", "sz", "ck", "kq", "iy", "bv", "gj", "ei", "oa", "ou", "ae", "ao", "hj", "mn")
CHANGED, NEAR, SWAPPED, ONE_MORE, DOUBLED, AT_FIRST = 1.0, 0.6, 0.7, 0.9, 0.4, 0.3
OFTEN = 0.25  # what ten times as many answers outweigh
SHORTEST = 4  # letters: of a shorter word a slip is as likely another word
NEAREST = 160  # words that are looked at closely
LETTERS = 27  # of the alphabet, and one place for all others
MOST_KEPT = 5000  # words that were put right before


def _near() -> frozenset[tuple[str, str]]:
    pairs = {(pair[0], pair[1]) for pair in SOUNDS}
    for upper, row in enumerate(ROWS):
        for at, key in enumerate(row):
            beside = row[at + 1 : at + 2]
            below = ROWS[upper + 1][max(at - 1, 0) : at + 1] if upper + 1 < len(ROWS) else ""
            pairs |= {(key, other) for other in beside + below}
    return frozenset(pairs | {(two, one) for one, two in pairs})


NEIGHBOURS = _near()


def distance(typed: str, meant: str, most: float) -> float:
    """The least cost of slips between two folded words; more than `most` is `most` + 1."""
    before, last = None, [0.0]
    for at, letter in enumerate(meant):
        last.append(last[-1] + _one_more(meant, at, letter))
    for row, letter in enumerate(typed):
        here = [last[0] + _one_more(typed, row, letter)]
        for column, other in enumerate(meant):
            first = AT_FIRST if row == 0 and column == 0 else 0.0
            cost = 0.0 if letter == other else first + (NEAR if (letter, other) in NEIGHBOURS else CHANGED)
            best = min(
                last[column] + cost,
                last[column + 1] + _one_more(typed, row, letter),
                here[column] + _one_more(meant, column, other),
            )
            if before is not None and column and letter == meant[column - 1] and typed[row - 1] == other:
                best = min(best, before[column - 1] + SWAPPED)
            here.append(best)
        if min(here) > most and min(last) > most:
            return most + 1
        before, last = last, here
    return last[-1] if last[-1] <= most else most + 1


def _one_more(word: str, at: int, letter: str) -> float:
    doubled = at > 0 and word[at - 1] == letter
    return DOUBLED if doubled else ONE_MORE + (AT_FIRST if at == 0 else 0.0)


def allowed(length: int) -> float:
    """How much may be wrong with a word of so many letters."""
    return 1.0 if length < 5 else 1.6 if length < 8 else 2.3


class Vocabulary:
    """Every word there is, with how much it weighs (in how many answers it stands). Made of one `before` it where there
    is one: of most words all is known then but the weight."""

    def __init__(self, weights: Mapping[str, float], before: "Vocabulary | None" = None) -> None:
        self.weights = dict(weights)
        self.words = sorted(self.weights)
        known: Mapping[str, _Word] = before.known if before is not None else {}
        self.known: dict[str, _Word] = {word: known.get(word) or _word(word) for word in self.words}
        self._folded = [its.folded for its in self.known.values()]
        self._plain: dict[str, str] = {}
        for word, plain in zip(self.words, self._folded, strict=True):
            if self.weights[word] > self.weights.get(self._plain.get(plain, ""), -1.0):
                self._plain[plain] = word
        bags = b"".join(its.bag for its in self.known.values())
        self._bags = np.frombuffer(bags, dtype=np.int8).reshape(len(self.words), LETTERS)
        self._signs = np.fromiter((its.signs for its in self.known.values()), np.uint32, len(self.words))
        weights_of = np.fromiter((self.weights[word] for word in self.words), np.float64, len(self.words))
        self._often = OFTEN * np.log10(1.0 + weights_of)
        self._put_right: dict[str, str | None] = {}

    def __contains__(self, word: str) -> bool:
        return word in self.weights

    def accented(self, word: str) -> str | None:
        """The word that is this one but for its accents."""
        return self._plain.get(folded(word))

    def begun_by(self, beginning: str, most: int) -> list[str]:
        """Words that begin so, in the order of the alphabet."""
        at = bisect_left(self.words, beginning)
        end = bisect_left(self.words, beginning + "\U0010ffff", at)
        return self.words[at : min(end, at + most)]

    def likest(self, typed: str) -> str | None:
        """What is meant by a word that is none of these; None when nothing is like it."""
        if len(typed) < SHORTEST or not self.words:
            return None
        if typed in (known := self._put_right):
            return known[typed]
        meant = self._likest(folded(typed))
        if len(known) >= MOST_KEPT:
            known = self._put_right = {}  # another, so that nobody who reads the old one misses what was there
        known[typed] = meant
        return meant

    def _likest(self, typed: str) -> str | None:
        """The best rated of the words near it; looked at are those that could be rated best."""
        most = allowed(len(typed))
        letters = math.floor(2 * most / NEAR)  # of the bag, that slips can change: two for the least of one for another
        near = np.flatnonzero(np.bitwise_count(self._signs ^ _signs(typed)) <= letters)
        apart = np.abs(self._bags[near] - np.frombuffer(_bag(typed), dtype=np.int8)).sum(axis=1, dtype=np.int16)
        few = np.flatnonzero(apart <= letters)
        least = (apart[few] // 2) * NEAR + (apart[few] % 2) * DOUBLED
        could = least - self._often[near[few]]
        looked = near[few[np.argsort(could, kind="stable")[:NEAREST]]]
        if not len(looked):
            return None
        far = distances(typed, [self._folded[at] for at in looked.tolist()])
        rated = [
            (float(cost - self._often[at]), float(cost), self.words[at])
            for at, cost in zip(looked.tolist(), far, strict=True)
            if cost <= most
        ]
        return min(rated)[2] if rated else None


def distances(typed: str, words: Sequence[str]) -> npt.NDArray[np.float64]:
    """As `distance` of each, without a limit: all of them a letter at a time."""
    longest = max(map(len, words))
    letters = np.array([list(map(ord, word.ljust(longest, "\0"))) for word in words], dtype=np.int32).T
    doubled = np.zeros_like(letters, dtype=bool)
    doubled[1:] = letters[1:] == letters[:-1]
    more = np.where(doubled, DOUBLED, ONE_MORE)
    more[0] += AT_FIRST
    last = np.concatenate([np.zeros((1, len(words))), np.cumsum(more, axis=0)])
    before = last
    for row, letter in enumerate(typed):
        costs = np.where(letters == ord(letter), 0.0, np.where(np.isin(letters, _beside(letter)), NEAR, CHANGED))
        one_more = _one_more(typed, row, letter)
        if row == 0:
            costs[0] += np.where(letters[0] == ord(letter), 0.0, AT_FIRST)
        best = np.minimum(last[:-1] + costs, last[1:] + one_more)
        if row:
            swapped = (letters[:-1] == ord(letter)) & (letters[1:] == ord(typed[row - 1]))
            best[1:] = np.where(swapped, np.minimum(best[1:], before[:-2] + SWAPPED), best[1:])
        here = np.empty_like(last)
        here[0] = last[0] + one_more
        for column in range(longest):
            np.minimum(best[column], here[column] + more[column], out=here[column + 1])
        before, last = last, here
    lengths = np.array([len(word) for word in words])
    found: npt.NDArray[np.float64] = last[lengths, np.arange(len(words))]
    return found


@lru_cache(maxsize=256)
def _beside(letter: str) -> tuple[int, ...]:
    return tuple(ord(other) for one, other in NEIGHBOURS if one == letter)


class _Word(NamedTuple):
    """What a word is compared by: without accents, how often each letter is in it, which letters are."""

    folded: str
    bag: bytes
    signs: int


def _word(word: str) -> _Word:
    plain = folded(word)
    return _Word(plain, _bag(plain), int(_signs(plain)))


def _bag(word: str) -> bytes:
    """How often each letter of the alphabet is in it, and last all other signs."""
    counts = bytearray(LETTERS)
    for letter in word:
        at = ord(letter) - 97
        counts[at if 0 <= at < 26 else 26] += 1
    return bytes(counts)


def _signs(word: str) -> np.uint32:
    """Which letters are in the word, a bit each: what is far by these is far."""
    signs = 0
    for letter in word:
        at = ord(letter) - 97
        signs |= 1 << (at if 0 <= at < 26 else 26)
    return np.uint32(signs)
