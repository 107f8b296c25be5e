"""What held-out training texts settle: the temperature of the probabilities, and from where on a label is given.

Nothing here sees a test text. Each figure comes from texts that the net which scored them was not trained on.
"""

import numpy as np
from numpy.typing import NDArray

from .model import Thresholds, calibrated
from .vocabulary import Floats

Truth = NDArray[np.int64]
RIGHT_WHEN_SUGGESTED = 0.5


def temperature_of(scores: Floats, wanted: Floats, *, several: bool) -> float:
    """The temperature under which the held-out labels are likeliest, searched between 0.2 and 5."""

    def loss(temperature: float) -> float:
        chances = np.clip(calibrated(scores, temperature, several=several), 1e-7, 1 - 1e-7).astype(np.float64)
        if several:
            return float(-(wanted * np.log(chances) + (1 - wanted) * np.log(1 - chances)).mean())
        return float(-np.log((chances * wanted).sum(1)).mean())

    candidates = np.geomspace(0.2, 5, 65)
    return float(candidates[int(np.argmin([loss(float(each)) for each in candidates]))])


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


def threshold_for_recall(outside: Floats, recall: float) -> float:
    """The lowest threshold that catches ``recall`` of the held-out texts that belong to no class: the lowest costs
    the fewest texts that do."""
    caught = np.sort(outside)
    place = min(len(caught) - 1, max(0, int(np.ceil(recall * len(caught))) - 1))
    return float(np.nextafter(caught[place], np.float32(2)))


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
    a label seen ten times cannot settle its own."""
    common = _best_f1(chances.ravel(), wanted.ravel())
    limits = []
    for column in range(wanted.shape[1]):
        seen = float(wanted[:, column].sum())
        own = _best_f1(chances[:, column], wanted[:, column]) if seen else common
        apply = (seen * own + 50 * common) / (seen + 50)
        limits.append(Thresholds(apply=apply, suggest=apply / 2))
    return limits


def _best_f1(chances: Floats, wanted: Floats) -> float:
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(wanted[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + wanted.sum())
    return float(chances[order][int(np.argmax(f1))])
