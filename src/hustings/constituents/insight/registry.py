"""What rooms above tell this one: what a subject is called, and what topics are.

registry.name_subjects(titles)      # titles(user, subjects) -> {subject: (title, address inside)}
registry.name_topics(names)         # names() -> {slug: name}
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Titles = Callable[[Any, Iterable[str]], dict[str, tuple[str, str]]]


@dataclass
class Registry:
    titles: list[Titles] = field(default_factory=list)
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


def titles_of(user: Any, subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    wanted = list(subjects)
    return {key: value for titles in registry.titles for key, value in titles(user, wanted).items()}
