"""Whom a note on an inquiry can call with @: the people who may see it, and the team that answers it, all at once."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hustings.foundation.access.models import Membership, User
from hustings.foundation.core.guard import unveiled

from ..models import Inquiry
from .mentions import colleagues_for

MOST_OFFERED = 500


@dataclass(frozen=True)
class Mentionable:
    """A name that can be written after @: `kind` is person or team, `detail` says who that is."""

    name: str
    kind: str
    detail: str


def mentionable(user: User, inquiry: Inquiry) -> list[Mentionable]:
    """The team first, then people by name; not the writer. Three queries."""
    people = [one for one in colleagues_for(inquiry) if one.pk != user.pk]
    team = inquiry.queue.team if inquiry.queue else None
    called = [one for one in team_members(inquiry, people) if one.pk != user.pk]
    teams = [Mentionable(team.name, "team", _("all %(n)d") % {"n": len(called)})] if called and team else []
    return teams + [Mentionable(one.name, "person", one.email) for one in people[:MOST_OFFERED]]


def team_members(inquiry: Inquiry, people: list[User] | None = None) -> list[User]:
    """Those of the queue's team who may see the inquiry. `people`: `colleagues_for` of it, when the caller has them."""
    known = people if people is not None else colleagues_for(inquiry)
    with unveiled():
        ids = set(Membership.objects.filter(team_id=inquiry.queue.team_id).values_list("user_id", flat=True))
    return [one for one in known if one.pk in ids]


def without_team(text: str, inquiry: Inquiry) -> tuple[str, bool]:
    """The text without @ and the name of the team that answers the inquiry, and whether it was there."""
    rest, found = team_pattern(inquiry.queue.team.name).subn(" ", text)
    return rest, found > 0


def team_pattern(name: str) -> re.Pattern[str]:
    """@ and the team's name, as a word of its own, in any case."""
    return re.compile(rf"(?<![\w@.])@{re.escape(name)}(?!\w)", re.IGNORECASE)
