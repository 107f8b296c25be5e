"""Looking as somebody else: through the eyes of a role, never with more than one's own, changing nothing.

A look is kept in the session and laid over the user of a request (`lay_over`): from then on whoever asks what this user
may do, or which rows are theirs, hears what the role allows, as far as the user's own roles do too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hustings.foundation.core import records
from hustings.foundation.core.guard import unveiled

from .grants import grants_of, grants_of_roles
from .models import User
from .queries import role_names, team_ids
from .roles import Grants, lesser
from .rules import may_see_crisis

KEY = "look"  # in the session
LONGEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Look:
    """Whose eyes: these roles', with these teams, states and counties; `person` when they are one person's."""

    roles: tuple[str, ...]
    until: datetime
    person: str = ""  # their uid
    name: str = ""
    teams: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    is_crisis_trained: bool = False

    @property
    def title(self) -> str:
        """The person, or the roles' names."""
        if self.name:
            return self.name
        names = role_names()
        return ", ".join(names.get(slug, slug) for slug in self.roles)

    def told(self) -> dict[str, Any]:
        """As a session keeps it."""
        return {
            "roles": list(self.roles),
            "until": self.until.timestamp(),
            "person": self.person,
            "name": self.name,
            "teams": list(self.teams),
            "states": list(self.states),
            "counties": list(self.counties),
            "crisis": self.is_crisis_trained,
        }


def look_from(told: dict[str, Any]) -> Look:
    return Look(
        roles=tuple(told["roles"]),
        until=datetime.fromtimestamp(told["until"], UTC),
        person=told["person"],
        name=told["name"],
        teams=tuple(told["teams"]),
        states=tuple(told["states"]),
        counties=tuple(told["counties"]),
        is_crisis_trained=bool(told["crisis"]),
    )


def lay_over(user: User, look: Look) -> Grants:
    """From now on this instance of the user answers as the look does. What its own grants, teams, states and counties
    do not hold stays closed, whatever the other's do."""
    own = grants_of(user)
    theirs = grants_of_roles(look.roles)
    with unveiled():
        mine = team_ids(user)
        trained = may_see_crisis(user) and look.is_crisis_trained
    user._team_ids = [pk for pk in look.teams if pk in mine]  # type: ignore[attr-defined]
    user.states = _within(look.states, user.states, "state", own, theirs)
    user.counties = _within(look.counties, user.counties, "county", own, theirs)
    # Flags of a person open doors of their own: seals stay shut for a look.
    user.is_security_lead, user.is_crisis_trained = False, trained
    user._grants = lesser(own, theirs)  # type: ignore[attr-defined]
    user._look = look  # type: ignore[attr-defined]
    return user._grants  # type: ignore[attr-defined, no-any-return]


def _within(wanted: Iterable[str], mine: Iterable[str], rows: str, own: Grants, theirs: Grants) -> list[str]:
    """The wanted places; only mine of them, where I do not see all rows of everything that they narrow."""
    narrowed = [one.name for one in records.all_types() if rows in theirs.rows(one.name)]
    if all("all" in own.rows(name) or not own.rows(name) for name in narrowed):
        return list(wanted)
    return [place for place in wanted if place in set(mine)]


def look_of(user: Any) -> Look | None:
    """Through whose eyes this user looks in this request."""
    return getattr(user, "_look", None)
