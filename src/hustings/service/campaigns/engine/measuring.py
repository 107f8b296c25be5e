"""How well letters are grouped: copies of known texts with a share of their words changed, shuffled, grouped as they
come, and compared pair by pair with what they were made from."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

from .copies import with_changes
from .grouping import Arrived, Grouper
from .words import numbers_of

BATCH = 250
COPIES = (1, 2, 3, 5, 8, 13, 21)
Copying = Callable[[str, float, Sequence[str], Random], str]


@dataclass(frozen=True)
class Measured:
    """Of all pairs of letters put together, the share that are of one text (`precision`); of all pairs of one text,
    the share that were put together (`recall`); letters a second of processor time, from text to group."""

    letters: int
    groups: int
    precision: float
    recall: float
    per_second: float


def measure(
    texts: Sequence[str], *, changed: float, seed: int, alone: Sequence[str] = (), copying: Copying = with_changes
) -> Measured:
    """Copies of each text, 1 to 21 of them, each with this share of its words changed (by `copying`, of `copies`),
    among letters that are `alone`. The same arguments measure the same letters."""
    rng = Random(seed)  # noqa: S311  (a seed, so that the same letters are measured again)
    vocabulary = " ".join(texts).split()
    letters = [
        (place, copying(text, changed, vocabulary, rng))
        for place, text in enumerate(texts)
        for _copy in range(rng.choice(COPIES))
    ]
    letters += [(-1 - place, copying(text, 0, vocabulary, rng)) for place, text in enumerate(alone)]
    rng.shuffle(letters)
    started = time.process_time()
    made = _grouped([text for _of, text in letters])
    took = time.process_time() - started
    precision, recall = _pairwise([of for of, _text in letters], made)
    return Measured(len(letters), len(set(made)), precision, recall, len(letters) / max(took, 1e-9))


def _grouped(texts: Sequence[str]) -> list[int]:
    """The group of each letter; one of its own below 0."""
    ids = count(1)
    grouper = Grouper(new_group=lambda: next(ids))
    made = [0] * len(texts)
    for start in range(0, len(texts), BATCH):
        batch = [
            Arrived(start + place, start + place, numbers_of(text))
            for place, text in enumerate(texts[start : start + BATCH])
        ]
        for one in grouper.place(batch):
            for key in (*one.with_it, one.key):
                made[key] = one.group or -1 - key
    into = dict(grouper.merged)
    return [_last(group, into) for group in made]


def _last(group: int, into: dict[int, int]) -> int:
    while group in into:
        group = into[group]
    return group


def _pairwise(truth: Sequence[int], made: Sequence[int]) -> tuple[float, float]:
    right = _pairs(Counter(zip(truth, made, strict=True)))
    together, same = _pairs(Counter(made)), _pairs(Counter(truth))
    return right / together if together else 1.0, right / same if same else 1.0


def _pairs(counts: Counter[int] | Counter[tuple[int, int]]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())
