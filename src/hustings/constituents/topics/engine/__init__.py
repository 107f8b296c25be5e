"""Reading what a letter is about, in plain Python over arrays: no Django.

    model = train(texts, labels)
    model.save(path); model = Model.load(path)
    for prediction in model.predict(texts): ...

The same machinery reads topic and nature: a model for each; `reading` puts it together with words and phrases. What
needs numpy and scipy is loaded when it is first asked for: the web process, which trains nothing, does without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .prediction import OUTSIDE, Prediction, Thresholds
from .report import Report, report
from .settings import CannotTrain, Settings

if TYPE_CHECKING:
    from .model import Model
    from .store import BadModel
    from .training import train

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
_LATER = {"BadModel": "store", "Model": "model", "train": "training"}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f".{_LATER[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
