"""Training: held-out folds settle temperature and threshold, then one model is made of all texts.

Texts that belong to no class are learnt from the examples given, and from mixtures: half the words of one text with
half of another's of a different class. A mixture has the right words and no sense, so the net learns that known words
alone are no reason to be sure.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from . import calibration, linear, net
from .chances import calibrated, confidence_of
from .counts import count, rows_of
from .model import Model
from .net import Net
from .prediction import OUTSIDE, Thresholds
from .settings import CannotTrain, Settings
from .vocabulary import PAIR, PIECES, WORD, Floats, Vocabulary, learn
from .words import words_of

Labels = tuple[str, ...]
Progress = Callable[[int, int | None], None]


@dataclass
class _Material:
    texts: list[list[str]]
    wanted: Floats
    labels: list[str]
    several: bool
    outside: bool

    def part(self, chosen: NDArray[np.int64]) -> "_Material":
        texts = [self.texts[index] for index in chosen]
        return _Material(texts, self.wanted[chosen], self.labels, self.several, self.outside)


def train(
    texts: Sequence[str],
    labels: Sequence[str | Labels],
    settings: Settings | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Model:
    """A model of ``texts`` and their ``labels``: a string each, or a tuple each where a text may carry several (an
    empty one: none). The label ``oos`` marks texts that belong to no class. The same input gives the same model.
    Raises CannotTrain."""
    settings = settings or Settings()
    material = _material(texts, labels)
    total = settings.folds * settings.members_held_out + settings.members
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    scores, straight = _held_out(material, settings, tick)
    vocabulary = learn(material.texts, settings)
    nets = _nets(material, vocabulary, settings, range(settings.members), tick)
    model = _folded(material, vocabulary, nets)
    if material.several:
        believed = calibration.balance(scores, straight, material.wanted)
        _join_linear(model, linear.fit(_rows(material.texts, vocabulary), material.wanted), believed)
        scores = np.asarray(believed[0] * scores + believed[1] * straight + believed[2], dtype=np.float32)
    _settle(model, material, scores, settings)
    model.facts |= {"texts": len(texts), "settings": asdict(settings)}
    return model


def _material(texts: Sequence[str], labels: Sequence[str | Labels]) -> _Material:
    if len(texts) != len(labels):
        raise CannotTrain(f"{len(texts):,} texts and {len(labels):,} labels")
    several = any(not isinstance(label, str) for label in labels)
    each = [(label,) if isinstance(label, str) else tuple(label) for label in labels]
    each = [tuple(label for label in group if label != OUTSIDE) for group in each]
    names = sorted({label for group in each for label in group})
    if len(names) < (1 if several else 2):
        raise CannotTrain("training needs texts of at least two labels")
    outside = not several
    wanted = np.zeros((len(texts), len(names) + outside), dtype=np.float32)
    place = {label: index for index, label in enumerate(names)}
    for row, group in enumerate(each):
        for label in group:
            wanted[row, place[label]] = 1
        if outside and not group:
            wanted[row, -1] = 1
    words = [words_of(text) for text in texts]
    if not any(words):
        raise CannotTrain("no text has any words")
    return _Material(words, wanted, names, several, outside)


def _held_out(material: _Material, settings: Settings, tick: Callable[[], None]) -> tuple[Floats, Floats]:
    """The scores of each text by nets trained without it; and by the linear machine, where texts carry several."""
    fold_of = _dealt(material, settings)
    scores, straight = np.zeros_like(material.wanted), np.zeros_like(material.wanted)
    for fold in range(settings.folds):
        rest, held = material.part(np.flatnonzero(fold_of != fold)), np.flatnonzero(fold_of == fold)
        if not len(held) or not any(rest.texts):
            continue
        vocabulary = learn(rest.texts, settings)
        nets = _nets(rest, vocabulary, settings, range(100, 100 + settings.members_held_out), tick)
        rows = _rows(material.part(held).texts, vocabulary)
        scores[held] = sum(each.scores(rows) for each in nets) / np.float32(len(nets))
        if material.several:
            weights, start = linear.fit(_rows(rest.texts, vocabulary), rest.wanted)
            straight[held] = rows @ weights + start
    return scores, straight


def _rows(texts: list[list[str]], vocabulary: Vocabulary) -> sparse.csr_array:
    return rows_of(count(vocabulary, texts), vocabulary)


def _dealt(material: _Material, settings: Settings) -> NDArray[np.int64]:
    """A fold for each text, the classes dealt out evenly."""
    chance = np.random.default_rng(settings.seed)
    order = chance.permutation(len(material.texts))
    first = material.wanted[order].argmax(1)
    order = order[np.argsort(first, kind="stable")]
    folds = np.empty(len(order), dtype=np.int64)
    folds[order] = np.arange(len(order)) % settings.folds
    return folds


def _nets(
    material: _Material, vocabulary: Vocabulary, settings: Settings, numbers: range, tick: Callable[[], None]
) -> list[Net]:
    nets = []
    for number in numbers:
        seed = settings.seed * 1_000 + number
        texts, wanted = material.texts, material.wanted
        if material.outside:
            mixed = _mixtures(material, round(settings.mixed * len(texts)), np.random.default_rng(seed))
            row = np.zeros((1, wanted.shape[1]), dtype=np.float32)
            row[0, -1] = 1
            texts, wanted = texts + mixed, np.concatenate([wanted, np.repeat(row, len(mixed), axis=0)])
        rows = _rows(texts, vocabulary)
        nets.append(net.fit(rows, wanted, several=material.several, settings=settings, seed=seed))
        tick()
    return nets


def _mixtures(material: _Material, most: int, chance: np.random.Generator) -> list[list[str]]:
    """Texts of no class: one's beginning with another's end, or every other word of both."""
    first = material.wanted.argmax(1)
    made = []
    for left, right in chance.integers(len(material.texts), size=(most, 2)):
        if first[left] == first[right]:
            continue
        one, other = material.texts[left], material.texts[right]
        if chance.random() < 0.5:
            made.append(one[: len(one) // 2] + other[len(other) // 2 :])
        else:
            both = one + other
            made.append([word for word, kept in zip(both, chance.random(len(both)) < 0.5, strict=True) if kept])
    return made


def _folded(material: _Material, vocabulary: Vocabulary, nets: Sequence[Net]) -> Model:
    """The nets side by side as one, their first layers folded into a row a word and a row a pair."""
    word_rows, pair_rows, piece_rows = _folded_rows(vocabulary, np.concatenate([each.first for each in nets], axis=1))
    return Model(
        labels=material.labels,
        several=material.several,
        outside=material.outside,
        vocabulary=vocabulary,
        word_rows=word_rows,
        pair_rows=pair_rows,
        piece_rows=piece_rows,
        bias=np.concatenate([each.first_bias for each in nets]),
        upper=(np.concatenate([each.second for each in nets]) / len(nets)).astype(np.float32),
        upper_bias=np.stack([each.second_bias for each in nets]).mean(0, dtype=np.float32),
        temperature=1.0,
        confidence=(1.0, 0.0),
        thresholds={},
    )


def _folded_rows(vocabulary: Vocabulary, first: Floats) -> tuple[Floats, Floats, Floats]:
    """What a word, a pair and a piece add to each unit of the layer above."""
    words, pairs = len(vocabulary.words), len(vocabulary.pairs)
    pieces = first[words + pairs :]
    whole = np.float32(WORD) * first[:words] + np.float32(PIECES) * (vocabulary.own_spelled @ pieces)
    rows = (
        vocabulary.word_weights[:, None] * whole,
        np.float32(PAIR) * vocabulary.pair_weights[:, None] * first[words : words + pairs],
        pieces,
    )
    # Half as long in the file, and no label changes.
    word, pair, piece = (each.astype(np.float16).astype(np.float32) for each in rows)
    return word, pair, piece


def _join_linear(model: Model, straight: tuple[Floats, Floats], believed: tuple[float, float, float]) -> None:
    """Put the linear machine beside the nets: two units a label, one for its score above zero and one for below, so
    that a model stays one layer of units and is read and kept as before."""
    weights, start = straight
    nets, lines, offset = (np.float32(each) for each in believed)
    rows = _folded_rows(model.vocabulary, np.concatenate([weights, -weights], axis=1))
    model.word_rows = np.concatenate([model.word_rows, rows[0]], axis=1)
    model.pair_rows = np.concatenate([model.pair_rows, rows[1]], axis=1)
    model.piece_rows = np.concatenate([model.piece_rows, rows[2]], axis=1)
    model.bias = np.concatenate([model.bias, np.zeros(2 * len(start), np.float32)])
    own = np.eye(len(start), dtype=np.float32) * lines
    model.upper = np.concatenate([model.upper * nets, own, -own])
    model.upper_bias = (model.upper_bias * nets + lines * start + offset).astype(np.float32)


def _settle(model: Model, material: _Material, scores: Floats, settings: Settings) -> None:
    """Temperature and thresholds from held-out scores."""
    model.temperature = calibration.temperature_of(scores, material.wanted, several=material.several)
    chances = calibrated(scores, model.temperature, several=material.several)
    if material.several:
        limits = calibration.thresholds_of_several(chances, material.wanted)
        model.thresholds = dict(zip(model.labels, limits, strict=True))
        return
    truth = material.wanted.argmax(1)
    inside = truth < len(model.labels)
    right = chances[:, :-1].argmax(1) == truth
    best = np.asarray(chances[:, :-1].max(1), dtype=np.float32)
    model.confidence = calibration.confidence_line(best, right)
    sure_of = confidence_of(best, model.confidence)
    right, sure, strange = right[inside], sure_of[inside], sure_of[~inside]
    if len(strange):
        apply = calibration.threshold_for_both(
            sure, right, strange, accuracy=settings.accuracy_wanted, recall=settings.recall_wanted,
            remaining=calibration.errors_remaining(settings.folds),
        )  # fmt: skip
        model.facts["estimated_oos_recall"] = round(float((strange < apply).mean()), 4)
    else:
        apply = calibration.threshold_for_loss(sure, right, settings.loss_allowed)
    suggest = calibration.threshold_to_suggest(sure, right, apply)
    model.thresholds = dict.fromkeys(model.labels, Thresholds(apply=apply, suggest=suggest))
    model.facts["estimated_accuracy"] = round(float((right & (sure >= apply)).mean()), 4)
