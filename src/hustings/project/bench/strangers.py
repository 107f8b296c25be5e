"""How well a model of topics knows what it was never taught: classes left out of a labelled set, foreign sentences.

The classes are shuffled. Some are those to learn, up to a hundred texts each. A hundred texts marked `oos` come from
the next ones and from half of the foreign files; what is left is in no training. One model, one threshold, settled by
its training alone; only then are the test texts scored: those of the classes, those of strangers of kinds that the
hundred had (``seen``), and of kinds they had not (``unseen``). Strangers from the same set are near, foreign ones far.
"""

import csv
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from hustings.constituents.topics.engine import Settings, report, train
from hustings.constituents.topics.engine.prediction import OUTSIDE
from hustings.constituents.topics.engine.table import BadTable, read

STRANGERS, FOREIGN = 100, 40  # texts marked `oos`, and how many of them are foreign
MOST_A_FILE = 150
SHORTEST, LONGEST = 4, 16  # words of a foreign sentence: such as people ask in

Pair = tuple[str, str]
T = TypeVar("T")


class NoTexts(ValueError):
    """The files cannot be used, and why."""


@dataclass(frozen=True)
class Draw:
    """What is learnt, and what is asked afterwards, by group; the texts of ``inside`` have labels to reach."""

    learnt: list[Pair]
    inside: list[Pair]
    strangers: dict[str, list[str]]


def run(
    *, learn: Path, test: Path, text: str, label: str, foreign: Sequence[Path], column: str, share: float,
    most: int, seeds: Iterable[int],
) -> dict[str, Any]:  # fmt: skip
    """Accuracy and recalls of each draw, and their means. ``share``: of the classes, those to learn; of the others half
    lend to the hundred. ``most``: texts a class."""
    try:
        known, asked = (read(path, text=[text], label=label) for path in (learn, test))
    except (BadTable, OSError) as error:
        raise NoTexts(str(error)) from None
    sentences = [_sentences(path, column) for path in foreign]
    learn_from, ask = (list(zip(each.texts, each.labels, strict=True)) for each in (known, asked))
    found = [measure(drawn(learn_from, ask, sentences, share=share, most=most, seed=seed), seed) for seed in seeds]
    names = [name for name in found[0] if name not in ("seed", "learnt")]
    return {"mean": {name: round(float(np.mean([one[name] for one in found])), 4) for name in names}, "draws": found}


def drawn(
    known: Sequence[Pair],
    asked: Sequence[Pair],
    foreign: Sequence[Sequence[str]],
    *,
    share: float,
    most: int,
    seed: int,
) -> Draw:
    """The sets of one seed."""
    chance = np.random.default_rng(seed)
    classes = _shuffled(sorted({label for _, label in known}), chance)
    inner = round(share * len(classes))
    outer = inner + (len(classes) - inner) // 2
    own, near, rest = set(classes[:inner]), set(classes[inner:outer]), set(classes[outer:])
    if min(len(own), len(near), len(rest)) < 2:
        raise NoTexts(f"{len(classes)} classes are too few to leave some out")
    files = _shuffled([_shuffled(each, chance) for each in foreign], chance)
    half = (len(files) + 1) // 2
    lent = FOREIGN // half if half else 0
    learnt: list[Pair] = []
    for name in sorted(own):
        learnt += _shuffled([pair for pair in known if pair[1] == name], chance)[:most]
    strange = _shuffled([text for text, label in known if label in near], chance)[: STRANGERS - lent * half]
    strange += [text for each in files[:half] for text in each[:lent]]
    return Draw(
        learnt=_shuffled(learnt + [(text, OUTSIDE) for text in strange], chance),
        inside=[pair for pair in asked if pair[1] in own],
        strangers={
            "near_seen": [text for text, label in asked if label in near],
            "near_unseen": [text for text, label in asked if label in rest],
            "foreign_seen": [text for each in files[:half] for text in each[lent : lent + MOST_A_FILE]],
            "foreign_unseen": [text for each in files[half:] for text in each[:MOST_A_FILE]],
        },
    )


def measure(draw: Draw, seed: int) -> dict[str, Any]:
    """Train, and only then ask."""
    before = time.process_time()
    model = train([text for text, _ in draw.learnt], [label for _, label in draw.learnt], Settings(seed=1))
    spent = time.process_time() - before
    inside = report(model, model.predict([text for text, _ in draw.inside]), [(label,) for _, label in draw.inside])
    recalls = {
        name: round(float(np.mean([one.abstained for one in model.predict(texts)])), 4)
        for name, texts in draw.strangers.items()
        if texts
    }
    facts = {name: value for name, value in model.facts.items() if name.startswith("estimated_")}
    return {
        "seed": seed, "learnt": len(draw.learnt), "accuracy": round(inside.accuracy or 0.0, 4),
        **recalls, **facts, "training_cpu_s": round(spent, 1),
    }  # fmt: skip


def _sentences(path: Path, column: str) -> list[str]:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            cells = [row.get(column) or "" for row in csv.DictReader(stream)]
    except (csv.Error, OSError) as error:
        raise NoTexts(f"{path.name} cannot be read: {error}") from None
    found = dict.fromkeys(each.strip() for cell in cells for each in re.split(r"(?<=[.?!])\s+|\n+", cell))
    return [each for each in found if SHORTEST <= len(each.split()) <= LONGEST]


def _shuffled(these: Sequence[T], chance: np.random.Generator) -> list[T]:
    return [these[index] for index in chance.permutation(len(these))]
