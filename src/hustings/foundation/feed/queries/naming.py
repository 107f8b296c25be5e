"""Who is called with @ in a text: people, and teams with all who belong to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import Membership, Team, User
from hustings.foundation.access.queries import colleagues, teams_visible_to
from hustings.foundation.core.guard import Level, unveiled

from ..rules import NotTold, Refused
from .seen import Ref, may_see

_AT = re.compile(r"(?<![\w@.])@(?=\w)")
MOST_OFFERED = 500
MOST_NAMED = 500


@dataclass
class Called:
    """Those who are called: by name, and through which team; `blind` are those who may not see the record."""

    people: dict[int, User] = field(default_factory=dict)
    teams: dict[int, Team] = field(default_factory=dict)  # by the id of who is called only through it
    blind: dict[int, User] = field(default_factory=dict)

    @property
    def told(self) -> list[User]:
        return [person for key, person in self.people.items() if key not in self.blind]


def can_call(user: User) -> tuple[list[User], list[Team]]:
    """The colleagues and teams somebody may call: those whose names they may read."""
    grants = grants_of(user)
    if not grants.may("user", "see") or grants.level("user", "name") < Level.READ:
        return [], []
    with unveiled():
        return list(colleagues(user)[:MOST_OFFERED]), list(teams_visible_to(user))


def offered(user: User) -> list[dict[str, str]]:
    """Names for the list that opens after @: teams first, then people; not the writer."""
    people, teams = can_call(user)
    sizes = [Mentionable(team.name, "team", _("everyone of the team")) for team in teams]
    return [one.told for one in [*sizes, *(Mentionable(one.name, "person", "") for one in people if one != user)]]


@dataclass(frozen=True)
class Mentionable:
    name: str
    kind: str
    detail: str

    @property
    def told(self) -> dict[str, str]:
        return {"name": self.name, "kind": self.kind, "detail": self.detail}


def called_in(user: User, text: str, ref: Ref) -> Called:
    """Who is called in the text, and who of them may not see the record. Raises Refused when a first name is several
    people's."""
    found = Called()
    if not _AT.search(text):
        return found
    people, teams = can_call(user)
    by_team = [team for team in teams if _team_pattern(team.name).search(text)]
    rest = text
    for team in by_team:
        rest = _team_pattern(team.name).sub(" ", rest)
    for at in _AT.finditer(rest):
        if who := _named(people, rest[at.end() :].lower()):
            found.people[who.pk] = who
    for team in by_team:
        members = Membership.objects.filter(team=team, user__is_active=True).select_related("user")
        for membership in members.order_by("user__name")[:MOST_NAMED]:
            if membership.user_id not in found.people:
                found.people[membership.user_id] = membership.user
                found.teams[membership.user_id] = team
    found.people.pop(user.pk, None)
    found.blind = {key: person for key, person in found.people.items() if not may_see(person, ref)}
    return found


def refuse_blind(called: Called, confirmed: Sequence[str]) -> None:
    """Raises NotTold while somebody is called who may not see the record and the author has not said that they know."""
    if not {str(person.uid) for person in called.blind.values()} <= set(confirmed):
        raise NotTold(warning(called), list(called.blind.values()))


def warning(called: Called) -> str:
    """What is said before posting; empty when everyone who is called may see the record."""
    if not called.blind:
        return ""
    names = sorted(person.name for person in called.blind.values())
    said = ngettext(
        "%(names)s may not see this record and will not be told.",
        "%(names)s may not see this record and will not be told.",
        len(names),
    )
    return said % {"names": _listed(names)}


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > 8:
        return _("%(names)s and %(n)d more") % {"names": ", ".join(names[:7]), "n": len(names) - 7}
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _named(people: Sequence[User], following: str) -> User | None:
    """By whole name, else by a first name that is only one person's."""

    def begins(name: str) -> bool:
        return following.startswith(name) and not following[len(name) : len(name) + 1].isalnum()

    whole = [user for user in people if begins(user.name.lower())]
    if whole:
        return max(whole, key=lambda user: len(user.name))
    first = [user for user in people if begins(user.first_name.lower())]
    if len(first) > 1:
        names = ", ".join(user.name for user in first)
        raise Refused(_("Who is meant: %(names)s? Write the whole name. Nothing was posted.") % {"names": names})
    return first[0] if first else None


def _team_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@.])@{re.escape(name)}(?!\w)", re.IGNORECASE)
