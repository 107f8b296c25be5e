"""Looking as somebody else begins and ends: both are in the audit."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.core.guard import action

from .. import rules
from ..grants import definitions
from ..looking import LONGEST, Look
from ..models import Team, User
from .audit import record_audit


@action
def begin_look(
    *, actor: User, roles: Iterable[str] = (), person: User | None = None, teams: Iterable[Team] = (), now: datetime
) -> Look:
    """Look as someone with these roles in these teams, or as this person, for half an hour at most. Raises
    PermissionDenied, and ValidationError for no role or an unknown one."""
    if not rules.can(actor, "see_as"):
        raise PermissionDenied
    slugs = tuple(sorted(person.roles if person else roles))
    if not slugs or set(slugs) - definitions().keys():
        raise ValidationError(_("Choose a role, or a person, to look as."))
    look = Look(
        roles=slugs,
        until=now + LONGEST,
        person=str(person.uid) if person else "",
        name=person.name if person else "",
        teams=tuple(Team.objects.filter(memberships__user=person).values_list("pk", flat=True))
        if person
        else tuple(team.pk for team in teams),
        states=tuple(person.states) if person else tuple(actor.states),
        counties=tuple(person.counties) if person else tuple(actor.counties),
        is_crisis_trained=bool(person and person.is_crisis_trained),
    )
    detail = {"roles": list(slugs), "teams": list(look.teams)}
    uid = person.uid if person else None
    record_audit(actor=actor, action="look.began", record_type="user", record_uid=uid, detail=detail, now=now)
    return look


def note_look_ended(*, user: User, look: Look, why: str, now: datetime) -> None:
    """Into the audit: `why` is stopped, time or sign-out."""
    detail = {"roles": list(look.roles), "why": why}
    uid = look.person or None
    record_audit(actor=user, action="look.ended", record_type="user", record_uid=uid, detail=detail, now=now)
