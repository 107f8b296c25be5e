"""Ridge regression over the same sparse rows: what the net is balanced with where a text may carry several labels.

A net of few hundred texts guesses; the plain linear machine does not have enough freedom to. Held-out texts say how far
each is believed (`calibration.balance`).
"""

import numpy as np
from scipy import sparse

from .vocabulary import Floats

PENALTY = 0.1  # of a text's own squared length
MOST_STEPS = 80
ENOUGH = 1e-4


def fit(rows: sparse.csr_array, wanted: Floats) -> tuple[Floats, Floats]:
    """Weights (a row a feature, a column a label) and what each label begins with, so that ``rows @ weights + start``
    comes near ``wanted``. Solved by conjugate gradients over the texts, all labels at once: exact enough after some
    dozens of steps, and never a dense matrix of texts by texts."""
    start = wanted.mean(0, dtype=np.float32)
    across = sparse.csr_array(rows.T)
    penalty = np.float32(PENALTY * (rows.data.astype(np.float64) ** 2).sum() / max(1, rows.shape[0]))
    left = wanted - start
    found = np.zeros_like(left)
    step = left.copy()
    size = (left * left).sum(0)
    goal = ENOUGH**2 * size
    for _ in range(MOST_STEPS):
        if (size <= goal).all():
            break
        image = rows @ (across @ step) + penalty * step
        length = size / np.maximum((step * image).sum(0), np.float32(1e-12))
        found += length * step
        left -= length * image
        shrunk = (left * left).sum(0)
        step = left + (shrunk / np.maximum(size, np.float32(1e-20))) * step
        size = shrunk
    return np.asarray(across @ found, dtype=np.float32), start
