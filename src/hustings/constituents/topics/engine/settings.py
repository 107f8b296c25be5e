"""What a training run may be told; everything else follows from the texts."""

from dataclasses import dataclass


class CannotTrain(ValueError):
    """The texts do not allow a model; says why."""


@dataclass(frozen=True)
class Settings:
    """The defaults are those the figures in the manual were measured with.

    ``seed`` decides every choice of chance: the same texts and settings give the same model, byte for byte.
    ``recall_wanted`` and ``accuracy_wanted`` are what is wished of texts that belong to no class and of those that do,
    where training holds some of the first: the threshold lies where both are likeliest (see `calibration`).
    ``loss_allowed`` is the accuracy a threshold may cost where it holds none. ``fewest_texts``: a word or pair seen in
    fewer training texts is not kept by itself (its pieces are).
    """

    seed: int = 1
    hidden: int = 160
    members: int = 5
    members_held_out: int = 2
    folds: int = 4
    epochs: int = 8
    fewest_steps: int = 600
    batch: int = 128
    learning_rate: float = 0.005
    drop_inputs: float = 0.5
    drop_hidden: float = 0.4
    mixed: float = 0.4
    most_words: int = 40_000
    most_pairs: int = 20_000
    most_pieces: int = 20_000
    fewest_texts: int = 1
    accuracy_wanted: float = 0.92
    recall_wanted: float = 0.5
    loss_allowed: float = 0.002
