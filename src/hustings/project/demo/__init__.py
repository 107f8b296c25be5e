"""The sample campaign: "Adair for America", its letters, its people, and how it is loaded."""

from collections.abc import Callable
from typing import Any

from .generator.roster import SAMPLE_SIGN_INS

__all__ = ["SAMPLE_SIGN_INS", "load_sample_campaign"]


def load_sample_campaign(*, progress: Callable[..., Any] | None = None) -> None:
    """Load the sample campaign through the same doors as real mail; nothing when it is loaded already. One that was
    cut short goes on where it stopped."""
    from .loading import load  # noqa: PLC0415  (the letters can be generated without Django)

    load(progress=progress)
