"""What held-out training texts settle: the temperature of the probabilities, and from where on a label is given.

Nothing here sees a test text. Each figure comes from texts that the net which scored them was not trained on.
"""

import numpy as np
from numpy.typing import NDArray

from .chances import calibrated
from .prediction import Thresholds
from .vocabulary import Floats

Truth = NDArray[np.int64]
RIGHT_WHEN_SUGGESTED = 0.5
ACCURACY_ERRS = 0.005  # by how much an accuracy estimated on held-out training texts errs
OUT_OF_REACH = 0.03  # below the wish: no threshold brings it back
OTHER_KINDS = 0.12  # by how much recall falls short of the estimate: half of the strangers to come are of other kinds
KINDS_ERR = 0.1  # and how far that may be out
OWN_THRESHOLD_FROM = 200  # texts of a label for its own threshold to count as much as the common one


def temperature_of(scores: Floats, wanted: Floats, *, several: bool) -> float:
    """The temperature under which the held-out labels are likeliest, searched between 0.2 and 5."""

    def loss(temperature: float) -> float:
        chances = np.clip(calibrated(scores, temperature, several=several), 1e-7, 1 - 1e-7).astype(np.float64)
        if several:
            return float(-(wanted * np.log(chances) + (1 - wanted) * np.log(1 - chances)).mean())
        return float(-np.log((chances * wanted).sum(1)).mean())

    candidates = np.geomspace(0.2, 5, 65)
    return float(candidates[int(np.argmin([loss(float(each)) for each in candidates]))])


def balance(nets: Floats, lines: Floats, wanted: Floats) -> tuple[float, float, float]:
    """How far to believe the nets' scores and the linear machine's, and an offset: what makes the held-out labels
    likeliest (logistic regression over all labels at once). Neither is believed less than not at all."""
    inputs = np.stack([nets.ravel(), lines.ravel(), np.ones(nets.size)], axis=1).astype(np.float64)
    truth = wanted.ravel().astype(np.float64)
    start = found = np.array([1.0, 1.0, 0.0])

    def loss(line: NDArray[np.float64]) -> float:
        scores = inputs @ line
        return float((np.logaddexp(0, scores) - truth * scores).sum() + ((line - start) ** 2).sum() / 2)

    for _ in range(100):
        said = 1 / (1 + np.exp(-np.clip(inputs @ found, -30, 30)))
        slope = inputs.T @ (said - truth) + (found - start)
        step = np.linalg.solve((inputs * (said * (1 - said))[:, None]).T @ inputs + np.eye(3), slope)
        length = 1.0  # Newton's step overshoots where the nets are far too sure
        while length > 1e-6 and loss(found - length * step) > loss(found):
            length /= 2
        found = found - length * step
        if np.abs(length * step).max() < 1e-7:
            break
    return (max(float(found[0]), 0.0), max(float(found[1]), 0.0), float(found[2]))


def confidence_line(chances: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that turn the log-odds of the likeliest label into how often it is right (Platt 1999), by
    Newton's method with a little weight on (1, 0), which few texts cannot move far. The slope stays positive."""
    chances = np.clip(chances.astype(np.float64), 1e-7, 1 - 1e-6)
    inputs = np.stack([np.log(chances / (1 - chances)), np.ones(len(chances))], axis=1)
    start = np.array([1.0, 0.0])
    line = start.copy()
    for _ in range(50):
        said = 1 / (1 + np.exp(-np.clip(inputs @ line, -30, 30)))
        slope = inputs.T @ (said - right) + (line - start)
        step = np.linalg.solve((inputs * (said * (1 - said))[:, None]).T @ inputs + np.eye(2), slope)
        line -= np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    return (max(float(line[0]), 0.05), float(line[1]))


def threshold_for_both(
    sure: Floats, right: NDArray[np.bool_], outside: Floats, *, accuracy: float, recall: float, remaining: float = 1.0
) -> float:
    """The threshold under which it is likeliest that both wishes come true: ``accuracy`` on texts that have a label,
    an abstention counting as wrong, and ``recall`` on those that belong to no class. An estimate of the first errs by
    little, one of the second, from some hundred texts, by much, and strangers of other kinds than those texts are
    found less often; so it lies further above its wish. Where such an accuracy is out of reach at any threshold, the
    wish for recall decides alone, with one error to spare.
    ``remaining``: the share of the held-out errors that is left to a model which learnt from all texts (see
    `errors_remaining`)."""
    candidates = np.nextafter(np.sort(outside), np.float32(2))
    recalls = np.arange(1, len(candidates) + 1) / len(candidates)
    kept = np.sort(sure[right])
    accuracies = 1 - remaining * (1 - (len(kept) - np.searchsorted(kept, candidates)) / len(sure))
    doubt = float(np.sqrt(recall * (1 - recall) / len(outside)))
    near = recalls >= recall
    if not near.any() or accuracies[near].max() < accuracy - OUT_OF_REACH:
        return float(candidates[min(len(candidates) - 1, int(np.ceil((recall + doubt) * len(candidates))))])
    expected, doubt = recalls - OTHER_KINDS, float(np.hypot(doubt, KINDS_ERR))
    chance = _log_chance((expected - recall) / doubt) + _log_chance((accuracies - accuracy) / ACCURACY_ERRS)
    return float(candidates[int(np.argmax(chance))])


def errors_remaining(folds: int) -> float:
    """What is left of the errors of models that learnt from all folds but one, in a model that learnt from all: errors
    fall with about the root of the number of texts. On banking77 it was 0.84 where this says 0.87, of four folds."""
    return float(np.sqrt((folds - 1) / folds))


def _log_chance(deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of the normal distribution's function, by its approximation with a logistic curve (Page 1977)."""
    line = np.sqrt(2 / np.pi) * 2 * deviations * (1 + 0.044715 * deviations**2)
    return np.asarray(-np.logaddexp(0, -line), dtype=np.float64)


def threshold_for_loss(sure: Floats, right: NDArray[np.bool_], loss: float) -> float:
    """The highest threshold that gives up no more than ``loss`` of the held-out accuracy."""
    rightly = np.sort(sure[right])
    if not len(rightly):
        return 0.0
    return float(rightly[min(len(rightly) - 1, int(loss * len(sure)))])


def threshold_to_suggest(sure: Floats, right: NDArray[np.bool_], apply: float) -> float:
    """From where on a guess below ``apply`` is still right at least half the time."""
    below = sure < apply
    order = np.argsort(-sure[below], kind="stable")
    hits = np.cumsum(right[below][order]) / np.arange(1, below.sum() + 1)
    good = np.flatnonzero(hits >= RIGHT_WHEN_SUGGESTED)
    return float(min(apply, sure[below][order][good[-1]])) if len(good) else apply


def thresholds_of_several(chances: Floats, wanted: Floats) -> list[Thresholds]:
    """For each label the threshold with the best F1 on held-out texts, drawn towards the one that is best for all:
    a label seen fifty times cannot settle its own."""
    common = _best_f1(chances.ravel(), wanted.ravel())
    limits = []
    for column in range(wanted.shape[1]):
        seen = float(wanted[:, column].sum())
        own = _best_f1(chances[:, column], wanted[:, column]) if seen else common
        apply = (seen * own + OWN_THRESHOLD_FROM * common) / (seen + OWN_THRESHOLD_FROM)
        limits.append(Thresholds(apply=apply, suggest=apply / 2))
    return limits


def _best_f1(chances: Floats, wanted: Floats) -> float:
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(wanted[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + wanted.sum())
    return float(chances[order][int(np.argmax(f1))])
