"""Who may do what here: predicates on (user, object)."""

from django.contrib.auth.models import AnonymousUser

from .grants import grants_of
from .models import Alert, Membership, Role, User


def can(user: User | AnonymousUser, ability: str) -> bool:
    """Whether a role of this person allows what is no record (`ready_made.ABILITIES`)."""
    return grants_of(user).can(ability)


def may(user: User | AnonymousUser, record: str, verb: str) -> bool:
    """Whether a role of this person allows to see, add, change, delete or export records of this type."""
    return grants_of(user).may(record, verb)


def is_looking(user: User | AnonymousUser) -> bool:
    """Whether this request looks through another's eyes, so that nothing is kept of what it does in passing."""
    return getattr(user, "_look", None) is not None


def administers(user: User | AnonymousUser) -> bool:
    """May change users, teams, queues and the campaign's settings."""
    return can(user, "administer")


def leads_team(user: User, team_id: int) -> bool:
    """An administrator leads every team; a lead the teams they belong to."""
    if administers(user):
        return True
    return can(user, "lead") and Membership.objects.filter(user=user, team_id=team_id).exists()


def leads_someone(user: User, other: User) -> bool:
    """Whether `user` leads a team that `other` belongs to. Nobody but an administrator leads an administrator."""
    if administers(user):
        return True
    if not can(user, "lead") or Role.ADMINISTRATOR in other.roles:
        return False
    mine = Membership.objects.filter(user=user).values("team_id")
    return Membership.objects.filter(user=other, team_id__in=mine).exists()


def may_end(user: User, other: User) -> bool:
    """Whether `user` may end this person's access: an administrator anyone's, a lead that of the people of their teams
    who lead nobody; who is told of unusual reading everywhere that of whoever an open alert is about."""
    if administers(user):
        return True
    if other.leads:
        return False
    if leads_someone(user, other):
        return True
    alerts = Alert.objects.filter(user=other).exclude(state=Alert.State.CLOSED)
    return can(user, "alerts") and user.pk != other.pk and alerts.exists()


def is_security_lead(user: User | AnonymousUser) -> bool:
    """May see and print what is sealed."""
    return bool(user.is_authenticated and user.is_active and (user.is_security_lead or can(user, "sealed")))


def may_see_crisis(user: User | AnonymousUser) -> bool:
    """Trained for people in crisis, or leading."""
    return bool(user.is_authenticated and user.is_active and (user.is_crisis_trained or user.leads))
