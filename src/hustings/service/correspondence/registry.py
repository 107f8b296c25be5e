"""What rooms above plug into correspondence, in AppConfig.ready().

registry.acknowledgement(words)      # words(language) -> what is said instead of the usual acknowledgement, or ""
registry.in_front(answers)           # answers(language) -> [(title, address)] shown before the web form
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Words = Callable[[str], str]
Answers = Callable[[str], Sequence[tuple[str, str]]]


@dataclass
class Registry:
    acknowledgements: list[Words] = field(default_factory=list)
    in_front: list[Answers] = field(default_factory=list)


registry = Registry()


def acknowledgement(words: Words) -> None:
    """The first that says something for a language is taken; it may hold the merge fields of approved language."""
    if words not in registry.acknowledgements:
        registry.acknowledgements.append(words)


def in_front(answers: Answers) -> None:
    """Answers to read before one writes."""
    if answers not in registry.in_front:
        registry.in_front.append(answers)


def acknowledgement_in(language: str) -> str:
    """What is to be said instead of the usual; "" for the usual."""
    return next((said for words in registry.acknowledgements if (said := words(language))), "")


def answers_in(language: str) -> list[tuple[str, str]]:
    """All that stand before the form."""
    return [answer for answers in registry.in_front for answer in answers(language)]
