"""What the writers of a campaign added is read as any letter is."""

from collections.abc import Sequence

from hustings.constituents.topics.actions.reading import read

from . import registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.reading(natures_of)


def natures_of(texts: Sequence[str], languages: Sequence[str]) -> list[str]:
    """The nature of each text, "" where the reading abstains."""
    return [one.nature for one in read(texts, languages=languages)]
