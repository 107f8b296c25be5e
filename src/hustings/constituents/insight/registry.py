"""What rooms above tell this one: what a subject is called, and counts they keep themselves.

registry.name_subjects(titles)      # titles(user, subjects) -> {subject: (title, address inside)}
registry.count_letters(letters)     # letters(since, until) -> rows of (week's Monday, topic, state, county, zip, count)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Titles = Callable[[Any, Iterable[str]], dict[str, tuple[str, str]]]
Letters = Callable[[date, date], Iterable[tuple[date, str, str, str, str, int]]]


@dataclass
class Registry:
    titles: list[Titles] = field(default_factory=list)
    letters: list[Letters] = field(default_factory=list)
    topics: list[Callable[[], dict[str, str]]] = field(default_factory=list)
    write_at: str = ""  # the name of the page where an answer is written, which takes `title`


registry = Registry()


def name_subjects(titles: Titles) -> None:
    if titles not in registry.titles:
        registry.titles.append(titles)


def name_topics(names: Callable[[], dict[str, str]]) -> None:
    """names() -> {slug: name} of the topics counts are kept under."""
    if names not in registry.topics:
        registry.topics.append(names)


def count_letters(letters: Letters) -> None:
    if letters not in registry.letters:
        registry.letters.append(letters)


def titles_of(user: Any, subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    wanted = list(subjects)
    return {key: value for titles in registry.titles for key, value in titles(user, wanted).items()}
