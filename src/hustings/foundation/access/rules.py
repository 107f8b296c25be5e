"""Who may do what here: predicates on (user, object)."""

from .models import Membership, Role, User


def administers(user: User) -> bool:
    """May change users, teams, queues and the campaign's settings."""
    return bool(user.is_authenticated and user.is_active and user.role == Role.ADMINISTRATOR)


def leads_team(user: User, team_id: int) -> bool:
    """An administrator leads every team; a lead the teams they belong to."""
    if administers(user):
        return True
    if not (user.is_authenticated and user.is_active and user.role == Role.LEAD):
        return False
    return Membership.objects.filter(user=user, team_id=team_id).exists()


def leads_someone(user: User, other: User) -> bool:
    """Whether `user` leads a team that `other` belongs to. Nobody but an administrator leads an administrator."""
    if administers(user):
        return True
    if user.role != Role.LEAD or not user.is_active or other.role == Role.ADMINISTRATOR:
        return False
    mine = Membership.objects.filter(user=user).values("team_id")
    return Membership.objects.filter(user=other, team_id__in=mine).exists()


def is_security_lead(user: User) -> bool:
    """May see and print what is sealed."""
    return bool(user.is_authenticated and user.is_active and user.is_security_lead)


def may_see_crisis(user: User) -> bool:
    """Trained for people in crisis, or leading."""
    return bool(user.is_authenticated and user.is_active and (user.is_crisis_trained or user.leads))
