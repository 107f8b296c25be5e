"""From scores to probabilities, and from those to how often a guess is right."""

import numpy as np

from .vocabulary import Floats


def calibrated(scores: Floats, temperature: float, *, several: bool) -> Floats:
    """Probabilities of scores."""
    scores = scores / np.float32(temperature)
    if several:
        return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True), dtype=np.float32)


def confidence_of(chances: Floats, line: tuple[float, float]) -> Floats:
    """How often such a guess is right: the log-odds of the likeliest label moved along ``line``."""
    chances = np.clip(chances, 1e-7, 1 - 1e-6)
    odds = line[0] * np.log(chances / (1 - chances)) + line[1]
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), dtype=np.float32)
