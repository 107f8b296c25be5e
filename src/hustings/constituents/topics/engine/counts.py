"""How often each known word and pair stands in each text, for a whole batch at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .vocabulary import LENGTH, PAIR, PIECES, WORD, Floats, Vocabulary

Places = NDArray[np.int64]


@dataclass
class Counts:
    """Damped counts (1 + log n), a row a text. Words that training did not know follow the known ones, numbered by
    ``unknown``; ``scale`` brings each text to one length."""

    words: sparse.csr_array
    pairs: sparse.csr_array
    unknown: list[str]
    scale: Floats


def count(vocabulary: Vocabulary, texts: Sequence[Sequence[str]]) -> Counts:
    """Count ``texts``, given as words."""
    place, width = vocabulary.place, len(vocabulary.words)
    flat = list(chain.from_iterable(texts))
    places = np.array([place.get(word, -1) for word in flat], dtype=np.int64)
    unknown: dict[str, int] = {}
    for index in np.flatnonzero(places < 0):
        places[index] = width + unknown.setdefault(flat[index], len(unknown))
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    rows = np.repeat(np.arange(len(texts)), sizes)
    words = _grouped(rows, places, len(texts), width + len(unknown))
    pairs = _pairs(vocabulary.pairs, rows, places, sizes, width)
    strange = np.full(len(unknown), PIECES * vocabulary.unknown_weight, dtype=np.float32)
    known = vocabulary.word_weights * np.float32(np.hypot(WORD, PIECES))
    power = _power(words, np.concatenate([known, strange])) + _power(pairs, PAIR * vocabulary.pair_weights)
    scale = (LENGTH / np.sqrt(np.maximum(power, 1e-9))).astype(np.float32)
    return Counts(words, pairs, list(unknown), scale)


def rows_of(counts: Counts, vocabulary: Vocabulary) -> sparse.csr_array:
    """Each text as one long sparse row: words, pairs, pieces. Only training needs it in full."""
    known = len(vocabulary.words)
    spelled = vocabulary.own_spelled
    if counts.unknown:
        spelled = sparse.vstack([spelled, vocabulary.spelled(counts.unknown)], format="csr")
    weights = np.concatenate(
        [vocabulary.word_weights, np.full(len(counts.unknown), vocabulary.unknown_weight, dtype=np.float32)]
    )
    weighted = _across(counts.words, weights)
    parts = [
        weighted[:, :known] * np.float32(WORD),
        _across(counts.pairs, PAIR * vocabulary.pair_weights),
        (weighted @ spelled) * np.float32(PIECES),
    ]
    joined = sparse.csr_array(sparse.hstack(parts, format="csr"))
    joined.data *= np.repeat(counts.scale, np.diff(joined.indptr))
    return joined.astype(np.float32)


def _pairs(known: Places, rows: Places, places: Places, sizes: Places, width: int) -> sparse.csr_array:
    """Neighbours, with the edge (place 0) before the first word and after the last."""
    total = len(sizes)
    inner = np.arange(len(places)) + 2 * rows + 1
    line = np.zeros(len(places) + 2 * total, dtype=np.int64)
    line[inner] = places
    owner = np.repeat(np.arange(total), sizes + 2)
    left, right = line[:-1], line[1:]
    whole = (owner[:-1] == owner[1:]) & (left < width) & (right < width)
    keys, owners = left[whole] * width + right[whole], owner[:-1][whole]
    if not len(known):
        return sparse.csr_array((total, 0), dtype=np.float32)
    found = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    hit = known[found] == keys
    return _grouped(owners[hit], found[hit], total, len(known))


def _grouped(rows: Places, columns: Places, height: int, width: int) -> sparse.csr_array:
    keys, counts = np.unique(rows * width + columns, return_counts=True)
    ends = np.searchsorted(keys, np.arange(height + 1) * width)
    values = (1 + np.log(counts)).astype(np.float32)
    return sparse.csr_array((values, keys % max(width, 1), ends), shape=(height, width))


def _power(counts: sparse.csr_array, weights: Floats) -> NDArray[np.float64]:
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    values = (counts.data * weights[counts.indices]).astype(np.float64) ** 2
    return np.bincount(rows, values, minlength=counts.shape[0]).astype(np.float64)


def _across(counts: sparse.csr_array, weights: Floats) -> sparse.csr_array:
    return sparse.csr_array((counts.data * weights[counts.indices], counts.indices, counts.indptr), shape=counts.shape)
