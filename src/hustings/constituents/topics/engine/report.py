"""How well a model reads texts whose labels are known."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .prediction import OUTSIDE, Prediction, Thresholds

if TYPE_CHECKING:
    from .model import Model

Labels = tuple[str, ...]


@dataclass(frozen=True)
class Class:
    """One label: of those given, how many rightly (precision); of those due, how many given (recall)."""

    label: str
    texts: int
    precision: float | None
    recall: float | None
    f1: float
    apply: float | None
    suggest: float | None


@dataclass(frozen=True)
class Report:
    """``accuracy`` is over texts that have a label, an abstention counting as wrong; for several labels a text it
    asks for exactly the same ones. ``coverage``: the share of those texts that were given a label, and
    ``accuracy_when_sure`` the accuracy among them. ``oos_recall``: the share of texts without a label that were
    abstained on. What cannot be said (no such text) is None."""

    n: int
    accuracy: float | None
    macro_f1: float | None
    micro_f1: float | None
    coverage: float | None
    accuracy_when_sure: float | None
    oos_recall: float | None
    classes: list[Class]
    confusion: list[tuple[str, str, int]]  # (label due, label given or "", texts), commonest first
    unknown_labels: dict[str, int]

    def figures(self) -> dict[str, Any]:
        """The single figures, rounded."""
        names = ("accuracy", "macro_f1", "micro_f1", "coverage", "accuracy_when_sure", "oos_recall")
        return {name: _rounded(getattr(self, name)) for name in names} | {"n": self.n}


def report(model: "Model", predictions: Sequence[Prediction], truth: Sequence[Labels]) -> Report:
    """Compare ``predictions`` with the labels due (empty: belongs to no class). A label that the model does not know
    can only be missed; it is counted in ``unknown_labels``."""
    return tally([tuple(prediction.labels) for prediction in predictions], truth, model.labels, model.thresholds)


def tally(
    given: Sequence[Labels],
    truth: Sequence[Labels],
    labels: Sequence[str],
    thresholds: Mapping[str, Thresholds] | None = None,
) -> Report:
    """The same for labels given by anything, which can give ``labels``."""
    limits = thresholds or {}
    pairs = list(zip(given, truth, strict=True))
    inside = [(got, due) for got, due in pairs if due]
    outside = [got for got, due in pairs if not due]
    right = [set(got) == set(due) for got, due in inside]
    sure = [hit for hit, (got, _) in zip(right, inside, strict=True) if got]
    classes = _classes(labels, limits, pairs)
    hits = sum(len(set(got) & set(due)) for got, due in pairs)
    size = sum(len(got) + len(due) for got, due in pairs)
    due_classes = [each for each in classes if each.texts]
    unknown = Counter(label for _, due in inside for label in due if label not in set(labels))
    return Report(
        n=len(pairs),
        accuracy=_share(sum(right), len(right)),
        macro_f1=_share(sum(each.f1 for each in due_classes), len(due_classes)),
        micro_f1=_share(2 * hits, size),
        coverage=_share(len(sure), len(inside)),
        accuracy_when_sure=_share(sum(sure), len(sure)),
        oos_recall=_share(sum(not got for got in outside), len(outside)),
        classes=classes,
        confusion=_confusion(pairs),
        unknown_labels=dict(sorted(unknown.items())),
    )


def _classes(
    labels: Sequence[str], thresholds: Mapping[str, Thresholds], pairs: Sequence[tuple[Labels, Labels]]
) -> list[Class]:
    due, got = Counter[str](), Counter[str]()
    both = Counter[str]()
    for given, truth in pairs:
        due.update(truth)
        got.update(given)
        both.update(set(given) & set(truth))
    classes = []
    for label in sorted({*labels, *due}):
        limits = thresholds.get(label)
        classes.append(
            Class(
                label=label,
                texts=due[label],
                precision=_share(both[label], got[label]),
                recall=_share(both[label], due[label]),
                f1=_share(2 * both[label], due[label] + got[label]) or 0.0,
                apply=limits.apply if limits else None,
                suggest=limits.suggest if limits else None,
            )
        )
    return classes


def _confusion(pairs: Iterable[tuple[Labels, Labels]], most: int = 50) -> list[tuple[str, str, int]]:
    """What was given instead of what was due; nothing given is an empty text, nothing due is ``oos``."""
    counts = Counter[tuple[str, str]]()
    for got, due in pairs:
        missed, extra = sorted(set(due) - set(got)), sorted(set(got) - set(due))
        if not due:
            missed = [OUTSIDE] if got else []
        for label in missed:
            counts.update((label, other) for other in extra or [""])
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(due, got, times) for (due, got), times in ranked[:most]]


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
