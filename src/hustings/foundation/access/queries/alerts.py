"""Reading alerts: who is told of whom."""

from django.db.models import Q, QuerySet

from .. import rules
from ..models import Alert, AlertTold, Membership, User
from . import slugs_that_can, team_ids
from .counting import counted


def visible_to(user: User) -> QuerySet[Alert]:
    """All for who is told of unusual reading everywhere and for administrators; for a lead those of the people they
    lead. Nobody sees one about themselves."""
    alerts = Alert.objects.select_related("user", "seen_by", "closed_by").exclude(user_id=user.pk)
    if rules.can(user, "alerts") or rules.administers(user):
        return alerts
    if not rules.can(user, "lead"):
        return alerts.none()
    led = Membership.objects.filter(team_id__in=team_ids(user)).values("user_id")
    return alerts.filter(user_id__in=led).exclude(user__roles__overlap=slugs_that_can("administer"))


def is_told(user: User) -> bool:
    """Whether there is a page of alerts for this user."""
    return any(rules.can(user, ability) for ability in ("alerts", "administer", "lead"))


def open_count(user: User) -> int:
    """How many nobody has closed."""
    if not is_told(user):
        return 0
    everywhere = rules.can(user, "alerts") or rules.administers(user)
    rights = () if everywhere else (*team_ids(user), *slugs_that_can("administer"))
    return counted(user, ("access.alerts", user.pk, rights), lambda: visible_to(user).exclude(state=Alert.State.CLOSED))


def untold(user: User) -> list[Alert]:
    """Open ones that were not yet said on this user's desk, the oldest first."""
    told = AlertTold.objects.filter(user=user).values("alert_id")
    return list(visible_to(user).filter(state=Alert.State.OPEN).exclude(pk__in=told).order_by("since")[:5])


def watchers_of(watched: User) -> list[int]:
    """Who is told when this person reads in an unusual way."""
    everywhere = Q(roles__overlap=slugs_that_can("alerts")) | Q(roles__overlap=slugs_that_can("administer"))
    teams = Membership.objects.filter(user=watched).values("team_id")
    leads = Q(roles__overlap=slugs_that_can("lead"), memberships__team_id__in=teams)
    able = User.objects.filter(everywhere | leads, is_active=True).exclude(pk=watched.pk).distinct()
    return [one.pk for one in able if rules.can(one, "alerts") or rules.leads_someone(one, watched)]
