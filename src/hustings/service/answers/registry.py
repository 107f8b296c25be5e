"""What rooms above tell the article page: which version went to whom. They register in `AppConfig.ready()`.

registry.usage(letters_that_cite)          # letters_that_cite(user, article) -> Iterable[Use], newest first
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from hustings.foundation.access.models import User

from .models import Article


@dataclass(frozen=True)
class Use:
    """One letter that carried a version: to whom, when, by whom; `url` leads to it for those who may see it."""

    version_number: int
    to: str
    at: datetime
    by: str = ""
    url: str = ""


Usage = Callable[[User, Article], Iterable[Use]]


@dataclass
class Registry:
    usages: list[Usage] = field(default_factory=list)


registry = Registry()


def usage(source: Usage) -> None:
    """Register a source of uses; it shows only what the user may see."""
    if source not in registry.usages:
        registry.usages.append(source)


def uses_of(user: User, article: Article, *, most: int = 12) -> list[Use]:
    """The newest uses over all sources."""
    found = [use for source in registry.usages for use in source(user, article)]
    return sorted(found, key=lambda use: use.at, reverse=True)[:most]
