"""Teams and who belongs to them."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from .. import rules
from ..models import Membership, Team, User
from .audit import record_audit


@action
def make_team(*, actor: User | None, name: str, colour: int = 1, now: datetime) -> Team:
    """A new team. Raises ValidationError for a name that is taken or empty."""
    if actor is not None and not rules.administers(actor):
        raise PermissionDenied
    name = " ".join(name.split())
    if not name or Team.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("Give the team a name of its own.")})
    team = Team.objects.create(name=name, colour=colour)
    record_audit(actor=actor, action="team.made", record_type="team", record_uid=team.uid, now=now)
    return team


@action
def set_teams(*, actor: User | None, user: User, teams: Iterable[Team], now: datetime) -> None:
    """Make these the person's teams. Their open pages fetch anew at once."""
    if actor is not None and not rules.administers(actor):
        raise PermissionDenied
    wanted = {team.pk for team in teams}
    Membership.objects.filter(user=user).exclude(team_id__in=wanted).delete()
    have = set(Membership.objects.filter(user=user).values_list("team_id", flat=True))
    Membership.objects.bulk_create([Membership(user=user, team_id=pk) for pk in sorted(wanted - have)])
    if hasattr(user, "_team_ids"):
        del user._team_ids
    if actor is not None:
        detail = {"teams": sorted(wanted)}
        record_audit(actor=actor, action="user.teams", record_type="user", record_uid=user.uid, detail=detail, now=now)
    live.publish([f"session:{user.pk}", f"user:{user.pk}"])
