"""What is known of a text: its words, its pairs of neighbouring words, and the pieces of its words.

Every word stands for a fixed vector (itself, and its pieces), every pair for another; a text is their weighted sum,
brought to one length. So the first layer of a trained model can be folded into one row a word and one a pair, and
reading a letter costs a few hundred additions of rows however many pieces its words have (see `model`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .settings import Settings
from .words import pieces_of

EDGE = ""  # stands before the first and after the last word; it only forms pairs
# How much the three kinds weigh against each other, and the length every text is brought to.
WORD, PIECES, PAIR, LENGTH = 1.0, 1.0, 1.0, 1.7

Floats = NDArray[np.float32]
Key = TypeVar("Key", str, int)


@dataclass
class Vocabulary:
    """Words, pairs (``left * len(words) + right``, ascending) and pieces, each with its weight."""

    words: list[str]
    word_weights: Floats
    pairs: NDArray[np.int64]
    pair_weights: Floats
    pieces: list[str]
    piece_weights: Floats
    unknown_weight: float
    place: dict[str, int] = field(init=False, repr=False)
    piece_place: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.place = {word: index for index, word in enumerate(self.words)}
        self.piece_place = {piece: index for index, piece in enumerate(self.pieces)}

    @cached_property
    def own_spelled(self) -> sparse.csr_array:
        """`spelled` of the words themselves: asked for each net, the same each time."""
        return self.spelled(self.words)

    def spelled(self, words: Sequence[str]) -> sparse.csr_array:
        """A row of weighted pieces for each word, of length 1 (or 0 when no piece is known)."""
        ends: list[int] = [0]
        places: list[int] = []
        counts: list[int] = []
        for word in words:
            known = Counter(place for piece in pieces_of(word) if (place := self.piece_place.get(piece)) is not None)
            places += known.keys()
            counts += known.values()
            ends.append(len(places))
        columns = np.array(places, dtype=np.int32)
        values = (1 + np.log(np.array(counts, dtype=np.float32))) * self.piece_weights[columns]
        rows = np.repeat(np.arange(len(words)), np.diff(ends))
        lengths = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, minlength=len(words)))
        values = (values / np.maximum(lengths, 1e-9)[rows]).astype(np.float32)
        return sparse.csr_array((values, columns, np.array(ends)), shape=(len(words), len(self.pieces)))


def learn(texts: Sequence[Sequence[str]], settings: Settings) -> Vocabulary:
    """The vocabulary of texts given as words. Ties are broken by the alphabet, so the order of the texts is no
    matter."""
    total = len(texts)
    words = _commonest(Counter(chain.from_iterable(map(set, texts))), settings.most_words, settings.fewest_texts)
    words = [(EDGE, 0), *words]
    place = {word: index for index, (word, _) in enumerate(words)}
    width = len(words)
    pairs = Counter(
        chain.from_iterable({left * width + right for left, right in _steps(text, place)} for text in texts)
    )
    kept_pairs = sorted(_commonest(pairs, settings.most_pairs, settings.fewest_texts))
    spelled = {word: set(pieces_of(word)) for word in place if word}
    pieces = Counter(
        chain.from_iterable(set().union(*(spelled[word] for word in set(text) if word in spelled)) for text in texts)
    )
    kept_pieces = sorted(_commonest(pieces, settings.most_pieces, settings.fewest_texts))
    word_weights = _rarity([count for _, count in words], total)
    word_weights[0] = 0
    return Vocabulary(
        words=[word for word, _ in words],
        word_weights=word_weights,
        pairs=np.array([pair for pair, _ in kept_pairs], dtype=np.int64),
        pair_weights=_rarity([count for _, count in kept_pairs], total),
        pieces=[piece for piece, _ in kept_pieces],
        piece_weights=_rarity([count for _, count in kept_pieces], total),
        unknown_weight=float(np.log(1 + total) + 1),
    )


def _steps(text: Sequence[str], place: dict[str, int]) -> Iterable[tuple[int, int]]:
    known = [place.get(word, -1) for word in text]
    return ((left, right) for left, right in pairwise([0, *known, 0]) if left >= 0 and right >= 0)


def _commonest(counts: Counter[Key], most: int, fewest_texts: int) -> list[tuple[Key, int]]:
    kept = (item for item in counts.items() if item[1] >= fewest_texts)
    return sorted(kept, key=lambda item: (-item[1], item[0]))[:most]


def _rarity(counts: Sequence[int], total: int) -> Floats:
    """Smoothed inverse document frequency."""
    return (np.log((1 + total) / (1 + np.array(counts, dtype=np.float64))) + 1).astype(np.float32)
