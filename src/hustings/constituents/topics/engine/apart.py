"""Training in a process of its own: minutes of work that must not hold up the mail of the one that asked."""

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from .settings import Settings

Labels = tuple[str, ...]

PATIENCE = 10  # of 19: everything else goes first


def train_apart(texts: Sequence[str], labels: Sequence[str | Labels], settings: Settings) -> bytes:
    """The bytes of the model's file. Raises CannotTrain."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_trained, list(texts), list(labels), settings).result()


def _trained(texts: list[str], labels: list[str | Labels], settings: Settings) -> bytes:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    os.nice(PATIENCE)
    from .training import train  # noqa: PLC0415 - numpy, which only this process needs

    model = train(texts, labels, settings)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        model.save(path)
        return path.read_bytes()
