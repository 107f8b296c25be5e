"""What is said of a text, and from when on. Plain: whoever reads it needs no numpy."""

from dataclasses import dataclass

OUTSIDE = "oos"  # the label of a text that belongs to no class


@dataclass(frozen=True)
class Thresholds:
    """From ``apply`` a label is given, from ``suggest`` it is shown to a person, below it is left out."""

    apply: float
    suggest: float

    def __post_init__(self) -> None:
        if not 0 <= self.suggest <= self.apply <= 1.01:
            raise ValueError("thresholds lie between 0 and 1, and `suggest` is at most `apply`")


@dataclass(frozen=True)
class Wish:
    """The thresholds that people set for one label; None: as usual."""

    apply: float | None = None
    suggest: float | None = None

    def over(self, apply: float, suggest: float) -> Thresholds:
        """The usual ones, with what is wished in their place. A label is never given before it would be suggested."""
        own = self.apply if self.apply is not None else apply
        return Thresholds(own, min(own, self.suggest if self.suggest is not None else suggest))


@dataclass(frozen=True)
class Prediction:
    """What a model says of one text. ``label`` is the most probable one (``oos`` when that is "none of them") and
    ``confidence`` the calibrated probability that it is right. ``labels`` are those to apply, none when ``abstained``;
    ``suggested`` are for a person to look at."""

    label: str
    confidence: float
    abstained: bool
    labels: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
