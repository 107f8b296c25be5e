"""What rooms above fill, in AppConfig.ready().

registry.answering(send)       # the bulk replies: a standing reply goes to those who have written and those who will
registry.reading(natures_of)   # the reading of letters: what was added, by its nature
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hustings.foundation.access.models import User

from .models import StandingReply

Answering = Callable[..., str]
Natures = Callable[[Sequence[str], Sequence[str]], Sequence[str]]


@dataclass
class Registry:
    answering: Answering | None = None
    reading: Natures | None = None


registry = Registry()


def answering(answer: Answering) -> Answering:
    """`answer(*, standing_reply, inquiry_ids, actor, now) -> str` begins to answer these inquiries with the standing
    reply and gives the address of the page on which that is followed ("" when there is none). It is called when a
    reply is set, with `actor`, and with actor None in the intake's transaction for those who write later; it must do
    nothing for a person and matter that it answers already. Usable as a decorator."""
    registry.answering = answer
    return answer


def reading(natures: Natures) -> Natures:
    """`natures(texts, languages)` is the nature of each text ("" where it abstains), by the names of
    `engine.lifting.NATURES`. Asked of added words alone, never of whole letters. Usable as a decorator."""
    registry.reading = natures
    return natures


def answer_with(standing_reply: StandingReply, inquiry_ids: Sequence[int], *, actor: User | None, now: datetime) -> str:
    """Hand these inquiries to whoever answers many; nothing happens while nobody does."""
    if registry.answering is None or not inquiry_ids:
        return ""
    return registry.answering(standing_reply=standing_reply, inquiry_ids=inquiry_ids, actor=actor, now=now)
