"""Which letters are the same one: each is compared with the groups that are known and with the letters that came last.

Every pair of words points at the group that has it, and at the newest single letter that has it (`Slots`); what a
letter's pairs point at most is looked at closely. So a letter costs the same however many came before.

A group knows the pairs of the letters it learned from, and how many of those had each. While it learns it drops what
hardly any of them has, so that what is left is the text they share, whichever copy came first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .words import REACH, Numbers, pairs_and_places, pairs_of

GROUP_SLOTS = 1 << 20
LETTER_SLOTS = 1 << 21
USUAL_SLOTS = 1 << 20
MOST_RECENT = 20_000  # single letters that the next are compared with
LEARNS_FROM = 24  # the first letters of a group, that tell what its text is
MOST_LEARNED = 1_000  # letters that are counted of groups found to be one
LOOKS_BACK = frozenset({3, 5, 8, 16})  # letters learned from, at which the single ones are looked at again
MOST_PAIRS = 3_000
FEWEST_PAIRS = 14  # of a letter that can be told from others: six content words
SAME_GROUP = 0.17  # share of the pairs, of the shorter of both
SAME_LETTER = 0.15
TIGHT = 0.3  # of how alike a group's own letters are: who joins copies must be closer than who joins rewritten ones
SHORT = 50  # pairs; a short text says less by which pairs it has
SAME_SHORT = 0.27
FEWEST_SHARED = 7
ONE_TEXT = 0.7  # two groups are one whose letters share this much with each other of what they share among themselves
SURELY = 0.5  # what shares less must share it all along the text, not in one passage
STRETCH = 8  # content words of a stretch, and
IN_STRETCH = 3  # how many of its pairs must be shared for it to count
ALL_ALONG = 0.75  # of the stretches of the shorter of both
COMMON_FROM = 6  # single letters that have a pair, from which on it says nothing
COMMON_SHARE = 0.004


Flags = NDArray[np.bool_]
_HALF = np.uint64(32)


def _in(known: Numbers, pairs: Numbers) -> Flags:
    if not len(known):
        return np.zeros(pairs.shape, dtype=bool)
    at = np.searchsorted(known, pairs)
    at[at == len(known)] = 0
    same: Flags = known[at] == pairs
    return same


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter to be placed: `key` and `writer` are the caller's; `numbers` its words (`words.numbers_of`)."""

    key: int
    writer: int
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a letter belongs: `group` is None for one of its own, `closeness` the share of its pairs. `with_it` are
    single letters that came before and are known now to be of the group: the one it made the group with, and those
    that are found once the group's text is clearer."""

    key: int
    group: int | None
    closeness: float = 0.0
    with_it: tuple[int, ...] = ()


@dataclass(slots=True)
class Shape:
    """What a group's letters have in common: pairs in order, how many of the `learned` letters have each, and how many
    pairs one of them has."""

    pairs: Numbers
    counts: np.ndarray[tuple[int], np.dtype[np.uint16]]
    learned: int
    size: int
    tightness: float = 1.0  # how much of a letter of it another one has, 0 to 1
    apart: bool = False  # it was told to be no other one

    def likeness(self, other: "Shape") -> float:
        """How many pairs a letter of this group and one of the other share, by how many two letters of one group do (of
        both groups the geometric mean): 1 for groups of one text, however many changed words of it, and little where
        one is a mixture that has something of every text."""
        _both, here, there = np.intersect1d(self.pairs, other.pairs, assume_unique=True, return_indices=True)
        across = np.dot(self.counts[here].astype(np.float64), other.counts[there]) / (self.learned * other.learned)
        within = self.tightness * self.size * other.tightness * other.size
        return float(across / within**0.5) if within > 0 else 0.0

    def has(self, pairs: Numbers) -> Flags:
        """Of each whether the group has it."""
        return _in(self.pairs, pairs)

    @property
    def is_learning(self) -> bool:
        return self.learned < LEARNS_FROM

    def learn(self, pairs: Numbers) -> None:
        """One more letter of it; its pairs in order, each once."""
        at = np.searchsorted(self.pairs, pairs)
        known = np.zeros(len(pairs), dtype=bool)
        within = at < len(self.pairs)
        known[within] = self.pairs[at[within]] == pairs[within]
        counts = self.counts.copy()
        counts[at[known]] += 1
        new = ~known
        both = np.concatenate([self.pairs, pairs[new]])
        order = both.argsort(kind="stable")  # two runs in order already
        self.pairs = both[order]
        self.counts = np.concatenate([counts, np.ones(int(np.count_nonzero(new)), dtype=np.uint16)])[order]
        self.size = round((self.size * self.learned + len(pairs)) / (self.learned + 1))
        self.learned += 1
        self._settle()

    def joined(self, other: "Shape") -> "Shape":
        """The shape of the letters of both; of very many as if it were of fewer, by their shares."""
        pairs, places = np.unique(np.concatenate([self.pairs, other.pairs]), return_inverse=True)
        counts = np.bincount(places, weights=np.concatenate([self.counts, other.counts]))
        learned = self.learned + other.learned
        part = min(1.0, MOST_LEARNED / learned)
        counts = np.rint(counts * part).astype(np.uint16)
        both = Shape(pairs, counts, round(learned * part), max(self.size, other.size))
        both._settle()
        return both

    def _settle(self) -> None:
        """How tight it is, and without the pairs that hardly any letter has."""
        if self.learned > 1:
            kept = self.counts.astype(np.float64)
            self.tightness = float((kept * (kept - 1)).sum() / ((self.learned - 1) * self.learned * max(1, self.size)))
        least = 1 if self.learned < 6 else 2 if self.learned < 16 else max(3, self.learned // 8)
        keep = self.counts >= least
        if np.count_nonzero(keep) > MOST_PAIRS:
            keep = self.counts >= np.sort(self.counts)[-MOST_PAIRS]
        self.pairs, self.counts = self.pairs[keep], self.counts[keep]

    @classmethod
    def of(cls, letters: Sequence[Numbers]) -> "Shape":
        """The shape of a group of these letters."""
        shape = cls(np.empty(0, np.uint32), np.empty(0, np.uint16), 0, 0)
        for pairs in letters:
            shape.learn(pairs)
        return shape


class Slots:
    """For each pair the newest that has it: one place a pair, so that the memory stays the same. What is common is
    taken over again and again, what is rare stays. Every other pair has one: enough to find by, at half the cost."""

    def __init__(self, slots: int) -> None:
        self._mask = np.uint32(slots - 1)
        self._slots = np.zeros(slots, dtype=np.uint64)

    def point(self, pairs: Numbers, at: int) -> None:
        pairs = pairs[pairs & 1 == 0]
        self._slots[pairs & self._mask] = (pairs.astype(np.uint64) << _HALF) | np.uint64(at)

    def most(self, pairs: Numbers, least: int, limit: int) -> list[int]:
        """What these pairs point at at least so often, the most frequent first."""
        pairs = pairs[pairs & 1 == 0]
        there = self._slots[pairs & self._mask]
        told = there[(there >> _HALF) == pairs]
        if len(told) < least:
            return []
        counts = Counter(told.astype(np.uint32).tolist())  # a few dozen: quicker than numpy's own ways
        best = [(count, at) for at, count in counts.items() if count >= least]
        best.sort(reverse=True)
        return [at for _count, at in best[:limit]]


class _Usual:
    """In how many single letters each pair was: what many letters that are no group have is how people write."""

    def __init__(self, slots: int) -> None:
        self._mask = np.uint32(slots - 1)
        self._counts = np.zeros(slots, dtype=np.uint16)
        self._letters = 0
        self._limit: float = COMMON_FROM

    def count(self, pairs: Numbers) -> None:
        self._letters += 1
        at = pairs & self._mask
        self._counts[at] = np.minimum(self._counts[at], 60_000) + 1
        self._limit = max(COMMON_FROM, self._letters * COMMON_SHARE)

    def without(self, pairs: Numbers) -> Numbers:
        """The pairs that say something."""
        telling: Numbers = pairs[self._counts[pairs & self._mask] < self._limit]
        return telling


@dataclass(slots=True)
class _Single:
    letter: Arrived
    pairs: Numbers


@dataclass(frozen=True, slots=True)
class _Looked:
    """A letter as it is looked at: its pairs that say something, and all of them where they stand."""

    letter: Arrived
    telling: Numbers
    by_place: Numbers


@dataclass
class Grouper:
    """All that letters are compared with. `new_group` gives the id of a group that is made."""

    new_group: Callable[[], int]
    shapes: dict[int, Shape] = field(default_factory=dict)
    merged: list[tuple[int, int]] = field(default_factory=list)  # groups found to be one: (which goes, into which)
    learned: set[int] = field(default_factory=set)  # groups that changed since the caller looked
    _groups: Slots = field(default_factory=lambda: Slots(GROUP_SLOTS))
    _letters: Slots = field(default_factory=lambda: Slots(LETTER_SLOTS))
    _usual: _Usual = field(default_factory=lambda: _Usual(USUAL_SLOTS))
    _single: dict[int, _Single] = field(default_factory=dict)
    _numbers: dict[int, int] = field(default_factory=dict)  # of a letter's key
    _next: int = 1

    def know(self, group: int, shape: Shape) -> None:
        """A group as it now is."""
        self.shapes[group] = shape
        self._groups.point(shape.pairs, group)

    def forget(self, group: int) -> None:
        """No letter joins it any more."""
        self.shapes.pop(group, None)

    def remember(self, letters: Iterable[Arrived]) -> None:
        """Single letters that others have seen."""
        letters = [letter for letter in letters if letter.key not in self._numbers]
        for letter, pairs in zip(letters, pairs_of([letter.numbers for letter in letters]), strict=True):
            self._keep(letter, pairs)

    def drop(self, keys: Iterable[int]) -> None:
        """Single letters that are not there any more."""
        for key in keys:
            if (number := self._numbers.pop(key, None)) is not None:
                del self._single[number]

    def place(self, letters: Sequence[Arrived]) -> list[Placed]:
        """Where each belongs, in the order in which they came."""
        read = pairs_and_places([letter.numbers for letter in letters])
        return [self._place(letter, *its) for letter, its in zip(letters, read, strict=True)]

    def _place(self, letter: Arrived, pairs: Numbers, by_place: Numbers) -> Placed:
        looked = _Looked(letter, self._usual.without(pairs), by_place)
        if len(looked.telling) < FEWEST_PAIRS:
            return Placed(letter.key, None)
        if (found := self._group_of(looked)) is not None:
            group, closeness = found
            return Placed(letter.key, group, closeness, self._learn(group, pairs))
        if (partner := self._partner_of(looked)) is not None:
            single, closeness = partner
            self.drop([single.letter.key])
            group = self.new_group()
            self.know(group, Shape.of([single.pairs, pairs]))
            self.learned.add(group)
            return Placed(letter.key, group, closeness, (single.letter.key,))
        self._keep(letter, pairs)
        return Placed(letter.key, None)

    def _group_of(self, looked: _Looked) -> tuple[int, float] | None:
        near = []
        for group in self._groups.most(looked.telling, 3, 3):
            if (shape := self.shapes.get(group)) is None:
                continue
            if closeness := _is_of(shape, looked):
                near.append((closeness, group))
        if not near:
            return None
        near.sort(reverse=True)
        closeness, group = near[0]
        for _other, goes in near[1:]:
            group = self._merge(group, goes)
        return group, closeness

    def _merge(self, one: int, other: int) -> int:
        """Two groups that a letter is like are one when their texts are."""
        first, second = self.shapes[one], self.shapes[other]
        if first.apart or second.apart:
            return one
        if first.likeness(second) < ONE_TEXT:
            return one
        stays, goes = min(one, other), max(one, other)
        gone = self.shapes.pop(goes)
        self.know(stays, self.shapes[stays].joined(gone))
        self.learned.add(stays)
        self.learned.discard(goes)
        self.merged.append((goes, stays))
        return stays

    def _learn(self, group: int, pairs: Numbers) -> tuple[int, ...]:
        shape = self.shapes[group]
        if not shape.is_learning:
            return ()
        shape.learn(pairs)
        self._groups.point(shape.pairs, group)
        self.learned.add(group)
        return self._look_back(shape) if shape.learned in LOOKS_BACK else ()

    def _look_back(self, shape: Shape) -> tuple[int, ...]:
        """Single letters that are of this group, now that its text is clearer than any one copy of it."""
        found = []
        for number in self._letters.most(shape.pairs, 4, 12):
            if (single := self._single.get(number)) is None:
                continue
            telling = self._usual.without(single.pairs)
            if len(telling) < FEWEST_PAIRS:
                continue
            [(_pairs, by_place)] = pairs_and_places([single.letter.numbers])
            if _is_of(shape, _Looked(single.letter, telling, by_place)):
                found.append(single.letter.key)
        self.drop(found)
        return tuple(found)

    def _partner_of(self, looked: _Looked) -> tuple[_Single, float] | None:
        best: tuple[_Single, float] | None = None
        for number in self._letters.most(looked.telling, 3, 3):
            single = self._single.get(number)
            if single is None or single.letter.writer == looked.letter.writer:
                continue
            closeness = _closeness(looked, single.pairs, len(single.pairs), SAME_LETTER)
            if closeness and (best is None or closeness > best[1]):
                best = single, closeness
        return best

    def _keep(self, letter: Arrived, pairs: Numbers) -> None:
        if len(pairs) < FEWEST_PAIRS:
            return
        number = self._next
        self._next += 1
        self._usual.count(pairs)
        self._single[number] = _Single(letter, pairs)
        self._numbers[letter.key] = number
        self._letters.point(pairs, number)
        while len(self._single) > MOST_RECENT:
            gone = self._single.pop(next(iter(self._single)))
            del self._numbers[gone.letter.key]


def _is_of(shape: Shape, looked: _Looked) -> float:
    least = max(SAME_GROUP, TIGHT * shape.tightness)
    return _closeness(looked, shape.pairs, shape.size, least)


def _closeness(looked: _Looked, pairs: Numbers, size: int, least: float) -> float:
    """The share of the pairs of the shorter of both that the other has; 0 when they are not the same text."""
    shared = int(np.count_nonzero(_in(pairs, looked.telling)))
    shorter = min(len(looked.telling), size)
    closeness = min(1.0, shared / shorter)
    if shorter < SHORT:
        least = max(least, SAME_SHORT)
    if closeness < least or shared < FEWEST_SHARED:
        return 0.0
    if closeness >= SURELY:
        return closeness
    flags = _in(pairs, looked.by_place).sum(axis=0)
    stretches = np.add.reduceat(flags, np.arange(0, len(flags), STRETCH))
    counted = int(np.count_nonzero(stretches >= IN_STRETCH))
    if counted < ALL_ALONG * min(len(stretches), max(1, size // (STRETCH * REACH))):
        return 0.0
    return closeness
