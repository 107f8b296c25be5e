"""What rooms above plug into correspondence, in AppConfig.ready().

registry.acknowledgement(words)      # words(language) -> what is said instead of the usual acknowledgement, or ""
registry.in_front(answers)           # answers(language) -> [(title, address)] shown before the web form
registry.followed_elsewhere(lambda: Copy.objects.filter(reply__isnull=False).values("reply_id"))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

Words = Callable[[str], str]
Answers = Callable[[str], Sequence[tuple[str, str]]]
Replies = Callable[[], "QuerySet[Any, Any]"]


@dataclass
class Registry:
    followed: list[Replies] = field(default_factory=list)
    acknowledgements: list[Words] = field(default_factory=list)
    in_front: list[Answers] = field(default_factory=list)


registry = Registry()


def followed_elsewhere(replies: Replies) -> None:
    """Replies (a query of their ids as `reply_id`, none of them null) that the room looks after by itself: withdrawn
    words are stopped and taken back there, and what is undone becomes nobody's draft nor waits for release."""
    if replies not in registry.followed:
        registry.followed.append(replies)


def is_followed_elsewhere(reply: Model) -> bool:
    """Whether a room above looks after this reply."""
    return any(followed().filter(reply_id=reply.pk).exists() for followed in registry.followed)


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
