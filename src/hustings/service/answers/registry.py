"""What rooms above tell the article page: which version went to whom. They register in `AppConfig.ready()`.

registry.usage(letters_that_cite)          # letters_that_cite(user, article) -> Iterable[Use], newest first
registry.answered(people_answered)         # people_answered(article, state_code) -> Iterable[Answered]: all of them
registry.answer_reader(answer_as_draft)    # answer_as_draft(user, uid) -> FromAnswer | None
registry.registry.call_at = "calls:take"   # where somebody is called who is to be told of a correction
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hustings.constituents.people.queries import canonical_ids
from hustings.foundation.access.models import User

from .models import Article


@dataclass(frozen=True)
class Use:
    """One letter or call that carried a version: to whom, when, by whom; `url` leads to it for those who may see it."""

    version_number: int
    to: str
    at: datetime
    by: str = ""
    url: str = ""


Usage = Callable[[User, Article], Iterable[Use]]


@dataclass(frozen=True)
class Answered:
    """One answer that carried the words, on any channel: to whom, which version, when, and where it lies (`ref`).
    `by` is mail, call or chat; `about` the conversation it was in, where it was in one."""

    person_id: int
    version_number: int
    at: datetime
    by: str
    ref: UUID
    about: UUID | None = None


@dataclass(frozen=True)
class FromAnswer:
    """What somebody answered, ready to become an article: personal data taken out or marked (`marks` of them)."""

    question: str
    answer: str
    language: str
    state_code: str
    marks: int


AnsweredSource = Callable[[Article, str], Iterable[Answered]]
AnswerReader = Callable[[User, UUID], FromAnswer | None]


@dataclass
class Registry:
    usages: list[Usage] = field(default_factory=list)
    answered: list[AnsweredSource] = field(default_factory=list)
    answers: list[AnswerReader] = field(default_factory=list)
    call_at: str = ""


registry = Registry()


def usage(source: Usage) -> None:
    """Register a source of uses; it shows only what the user may see."""
    if source not in registry.usages:
        registry.usages.append(source)


def uses_of(user: User, article: Article, *, most: int = 12) -> list[Use]:
    """The newest uses over all sources."""
    found = [use for source in registry.usages for use in source(user, article)]
    return sorted(found, key=lambda use: use.at, reverse=True)[:most]


def answered(source: AnsweredSource) -> None:
    """Register a source of everyone answered from an article, or (with a state) from its words there."""
    if source not in registry.answered:
        registry.answered.append(source)


def everyone_answered(article: Article, state_code: str = "") -> list[Answered]:
    """Each person once, over all channels, with the newest answer they got; newest first. The house's own list: what
    of it is shown is read as its reader may."""
    found = [one for source in registry.answered for one in source(article, state_code)]
    whole = canonical_ids({one.person_id for one in found})
    newest: dict[int, Answered] = {}
    for one in sorted(found, key=lambda one: (one.at, one.ref)):
        person = whole[one.person_id]
        newest[person] = Answered(person, one.version_number, one.at, one.by, one.ref, one.about)
    return sorted(newest.values(), key=lambda one: (one.at, one.ref), reverse=True)


def answer_reader(reader: AnswerReader) -> None:
    """Register what turns an answer of a room above into words for an article."""
    if reader not in registry.answers:
        registry.answers.append(reader)


def from_answer(user: User, uid: UUID) -> FromAnswer | None:
    """The answer with this uid, from whichever room has it; None for one that the user may not see."""
    return next((found for reader in registry.answers if (found := reader(user, uid)) is not None), None)
