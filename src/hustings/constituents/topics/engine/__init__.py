"""Reading what a letter is about, in plain Python over arrays: no Django.

    model = train(texts, labels)
    model.save(path); model = Model.load(path)
    for prediction in model.predict(texts): ...

The same machinery reads topic, nature, urgency and stance: a model for each. Importing this package costs numpy and
scipy; the web process imports it only where a letter is read or a model trained.
"""

from .model import OUTSIDE, Model, Prediction, Thresholds
from .report import Report, report
from .settings import Settings
from .store import BadModel
from .training import CannotTrain, train

__all__ = [
    "OUTSIDE",
    "BadModel",
    "CannotTrain",
    "Model",
    "Prediction",
    "Report",
    "Settings",
    "Thresholds",
    "report",
    "train",
]
