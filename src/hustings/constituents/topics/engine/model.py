"""A trained model: reads texts, says how sure it is, and abstains when it is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from .chances import calibrated, confidence_of
from .counts import Counts, count
from .prediction import OUTSIDE, Prediction, Thresholds
from .vocabulary import PIECES, Floats, Vocabulary
from .words import words_of

BATCH = 512


@dataclass
class Model:
    """The folded net: a row for each word and pair, and the layer above. ``several``: a text may carry more than one
    label. ``outside``: the last class means "none of them". ``facts`` tell how it was trained; they change nothing."""

    labels: list[str]
    several: bool
    outside: bool
    vocabulary: Vocabulary
    word_rows: Floats
    pair_rows: Floats
    piece_rows: Floats
    bias: Floats
    upper: Floats
    upper_bias: Floats
    temperature: float
    confidence: tuple[float, float]  # slope and offset of the log-odds, see calibration.confidence_line
    thresholds: dict[str, Thresholds]
    facts: dict[str, Any] = field(default_factory=dict)
    _strange: dict[str, Floats] = field(default_factory=dict, repr=False)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """A prediction for each text, in order; a text without words is abstained on."""
        return self.predict_words([words_of(text) for text in texts])

    def predict_words(self, texts: Sequence[list[str]]) -> list[Prediction]:
        """The same for texts given as words."""
        answers: list[Prediction] = []
        for start in range(0, len(texts), BATCH):
            words = texts[start : start + BATCH]
            chances = self.chances(words)
            answers += self._several(words, chances) if self.several else self._one(words, chances)
        return answers

    def likely(self, texts: Sequence[list[str]], least: float = 0.02) -> list[dict[str, float]]:
        """For each text, given as words, the probability of each label that has at least ``least`` of it: for who sorts
        by thresholds of their own."""
        answers: list[dict[str, float]] = []
        for start in range(0, len(texts), BATCH):
            chances = self.chances(texts[start : start + BATCH])[:, : len(self.labels)]
            found: list[dict[str, float]] = [{} for _row in chances]
            for row, column in zip(*np.nonzero(chances >= least), strict=True):
                found[row][self.labels[column]] = float(chances[row, column])
            answers += found
        return answers

    def chances(self, texts: Sequence[Sequence[str]]) -> Floats:
        """The probability of each label (columns as in ``labels``, then "none of them" where there is such a class)
        for texts given as words."""
        return calibrated(self.scores(texts), self.temperature, several=self.several)

    def scores(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Before calibration."""
        counts = count(self.vocabulary, texts)
        hidden = self._known(counts) @ self.word_rows
        if counts.unknown:
            hidden += counts.words[:, len(self.vocabulary.words) :] @ self._unknown(counts.unknown)
        if counts.pairs.shape[1]:
            hidden += counts.pairs @ self.pair_rows
        hidden *= counts.scale[:, None]
        hidden += self.bias
        np.maximum(hidden, 0, out=hidden)
        return np.asarray(hidden @ self.upper + self.upper_bias, dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write it; see `store`."""
        from .store import save  # noqa: PLC0415 - store knows Model

        save(self, path)

    @staticmethod
    def load(path: Path) -> "Model":
        """Read it back. Raises `store.BadModel` for anything that is not a whole model of a version known here."""
        from .store import load  # noqa: PLC0415 - store knows Model

        return load(path)

    def _known(self, counts: Counts) -> sparse.csr_array:
        width = len(self.vocabulary.words)
        return counts.words[:, :width] if counts.unknown else counts.words

    def _unknown(self, words: list[str]) -> Floats:
        """Rows of words that training did not know, from their pieces; remembered, since letters share them."""
        if len(self._strange) > 20_000:
            self._strange.clear()
        if new := [word for word in words if word not in self._strange]:
            rows = (self.vocabulary.spelled(new) @ self.piece_rows) * np.float32(
                PIECES * self.vocabulary.unknown_weight
            )
            self._strange.update(zip(new, rows, strict=True))
        return np.stack([self._strange[word] for word in words])

    def _one(self, words: Sequence[list[str]], chances: Floats) -> Iterator[Prediction]:
        inside = chances[:, : len(self.labels)]
        order = np.argmax(inside, axis=1)
        sure_of = confidence_of(inside.max(1), self.confidence)
        for index, text in enumerate(words):
            label, sure = self.labels[order[index]], float(sure_of[index])
            limits = self.thresholds[label]
            if text and sure >= limits.apply:
                yield Prediction(label, sure, abstained=False, labels=(label,))
                continue
            if self.outside and chances[index, -1] > inside[index, order[index]]:
                yield Prediction(OUTSIDE, 1 - sure, abstained=True)
                continue
            yield Prediction(label, sure, abstained=True, suggested=(label,) if text and sure >= limits.suggest else ())

    def _several(self, words: Sequence[list[str]], chances: Floats) -> Iterator[Prediction]:
        apply = np.array([self.thresholds[label].apply for label in self.labels])
        suggest = np.array([self.thresholds[label].suggest for label in self.labels])
        for text, row in zip(words, chances, strict=True):
            given = np.flatnonzero((row >= apply) & bool(text))
            shown = np.flatnonzero((row >= suggest) & (row < apply) & bool(text))
            best = int(row.argmax())
            yield Prediction(
                self.labels[best],
                float(row[best]),
                abstained=not len(given),
                labels=tuple(self.labels[index] for index in given),
                suggested=tuple(self.labels[index] for index in shown),
            )
