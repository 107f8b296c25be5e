"""The sample campaign: "Adair for America", its letters, its people, and how it is loaded.

Every process of Hustings imports this package, since it is an app; the letters' places come out of a large table. So
nothing of it is imported before it is asked for.
"""

from collections.abc import Callable
from typing import Any

__all__ = ["SAMPLE_SIGN_INS", "load_sample_campaign"]


def __getattr__(name: str) -> Any:
    """`SAMPLE_SIGN_INS`: (label, e-mail) of those whom `hustings demo` signs in by one click."""
    if name == "SAMPLE_SIGN_INS":
        from .generator.roster import SAMPLE_SIGN_INS  # noqa: PLC0415  (see above)

        return SAMPLE_SIGN_INS
    raise AttributeError(name)


def load_sample_campaign(*, progress: Callable[..., Any] | None = None) -> None:
    """Load the sample campaign through the same doors as real mail; nothing when it is loaded already. One that was
    cut short goes on where it stopped."""
    from .loading import load  # noqa: PLC0415  (see above)

    load(progress=progress)
