"""What other rooms bring to bulk replies, in AppConfig.ready():

registry.register_source("campaign", _("Mail campaign"), open_letters)   # open_letters(user, key) -> (title, ids)
registry.keep_out(known_people)                                          # known_people(ids) -> those kept out
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hustings.foundation.access.models import User
from hustings.foundation.ui.words import Words

Letters = Callable[[User, str], tuple[str, Sequence[int]] | None]
Keeper = Callable[[Sequence[int]], Iterable[int]]


@dataclass(frozen=True)
class Source:
    """A list of letters that another room has: `letters(user, key)` is its title and the ids of its inquiries, None
    where there is no such list or this user may not see it."""

    slug: str
    label: Words
    letters: Letters


@dataclass
class Registry:
    sources: dict[str, Source] = field(default_factory=dict)
    keepers: list[Keeper] = field(default_factory=list)


registry = Registry()


def register_source(slug: str, label: Words, inquiry_ids: Letters) -> None:
    """A list that can be answered: `/bulk/new/?from=SLUG&key=KEY` begins a reply to it."""
    registry.sources[slug] = Source(slug, label, inquiry_ids)


def keep_out(keeper: Keeper) -> None:
    """`keeper(inquiry_ids)` gives those that a person must answer: press, threats, somebody known. They never join a
    bulk reply, whoever chose them."""
    if keeper not in registry.keepers:
        registry.keepers.append(keeper)


def kept_out(inquiry_ids: Sequence[int]) -> set[int]:
    """Those of the inquiries that a room keeps out."""
    return {one for keeper in registry.keepers for one in keeper(inquiry_ids)}
