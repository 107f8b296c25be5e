"""What rooms above fill, in AppConfig.ready().

registry.answering(send)       # the bulk replies: a standing reply goes to those who have written
registry.later(tells)          # and how it goes to those who will
registry.reading(natures_of)   # the reading of letters: what was added, by its nature
registry.alarming(alarm_in)    # the correspondence: a threat, or someone in crisis
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hustings.foundation.access.models import User

from .models import StandingReply

Answering = Callable[..., str]
Later = Callable[[StandingReply, datetime], str]
Natures = Callable[[Sequence[str], Sequence[str]], Sequence[str]]
Alarm = Callable[[str, str], str]


@dataclass
class Registry:
    answering: Answering | None = None
    later: Later | None = None
    reading: Natures | None = None
    alarm: Alarm | None = None


registry = Registry()


def answering(answer: Answering) -> Answering:
    """`answer(*, standing_reply, inquiry_ids, actor, now) -> str` begins to answer these inquiries with the standing
    reply and gives the address of the page on which that is followed. It must do nothing for a person and matter that
    it answers already, and raises `rules.Refused` with the reason when it may not. Usable as a decorator."""
    registry.answering = answer
    return answer


def later(tells: Later) -> Later:
    """`tells(standing_reply, now) -> str` says in a sentence whether those who write later are answered by themselves,
    until when, and if not, why. Usable as a decorator."""
    registry.later = tells
    return tells


def reading(natures: Natures) -> Natures:
    """`natures(texts, languages)` is the nature of each text ("" where it abstains), by the names of
    `engine.lifting.NATURES`. Asked of added words alone, never of whole letters. Usable as a decorator."""
    registry.reading = natures
    return natures


def alarming(alarm: Alarm) -> Alarm:
    """`alarm(text, language)` is "threat", "crisis" or "" for the words that a writer added. Usable as a decorator."""
    registry.alarm = alarm
    return alarm


def answer_with(standing_reply: StandingReply, inquiry_ids: Sequence[int], *, actor: User, now: datetime) -> str:
    """Hand these inquiries to whoever answers many; nothing happens while nobody does."""
    if registry.answering is None or not inquiry_ids:
        return ""
    return registry.answering(standing_reply=standing_reply, inquiry_ids=inquiry_ids, actor=actor, now=now)


def how_later_ones_are_answered(standing_reply: StandingReply, now: datetime) -> str:
    """What whoever answers many says of letters to come; "" while nobody does."""
    return registry.later(standing_reply, now) if registry.later is not None else ""
