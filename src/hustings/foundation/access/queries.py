"""Reading users and teams."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from . import ready_made
from .grants import definitions, grants_of_roles
from .models import AuditEntry, Invitation, Role, Team, User
from .rules import administers


def team_ids(user: User) -> list[int]:
    """The teams this person belongs to; for an administrator all of them. Read once a request."""
    known = getattr(user, "_team_ids", None)
    if known is None:
        teams = Team.objects.all() if administers(user) else Team.objects.filter(memberships__user=user)
        known = user._team_ids = list(teams.order_by("id").values_list("id", flat=True))  # type: ignore[attr-defined]
    return known


def visible_to(user: User) -> QuerySet[User]:
    """The users this person may see: an administrator all, others those who share a team with them."""
    if administers(user):
        return User.objects.all()
    return User.objects.filter(Q(memberships__team_id__in=team_ids(user)) | Q(pk=user.pk)).distinct()


def colleagues(user: User) -> QuerySet[User]:
    """Those of the visible who work now: for assigning and mentioning."""
    return visible_to(user).filter(is_active=True).order_by("name", "id")


def members(team: Team) -> QuerySet[User]:
    """Who belongs to the team, by name."""
    return User.objects.filter(memberships__team=team).order_by("name", "id")


def security_leads() -> QuerySet[User]:
    """Who is called when a possible threat comes."""
    return User.objects.filter(is_active=True, is_security_lead=True)


def open_invitations(user: User, now: datetime) -> QuerySet[Invitation]:
    """Links that still make accounts, newest first, for an administrator; nobody else sees any."""
    if not administers(user):
        return Invitation.objects.none()
    links = Invitation.objects.filter(revoked_at=None, expires_at__gt=now)
    return links.select_related("made_by").prefetch_related("teams").order_by("-created_at")


def teams_visible_to(user: User) -> QuerySet[Team]:
    """An administrator sees all teams, others their own."""
    return Team.objects.filter(pk__in=team_ids(user)).order_by("name")


def audit_of(record_uid: UUID) -> QuerySet[AuditEntry]:
    """Who touched the record, newest first."""
    return AuditEntry.objects.filter(record_uid=record_uid).order_by("-at", "-id")


def slugs_that_can(ability: str) -> list[str]:
    """The roles that allow it, by themselves."""
    return [slug for slug in definitions() if grants_of_roles((slug,)).can(ability)]


def role_names() -> dict[str, str]:
    """What each role is called, by its slug: those that came with the house, then the campaign's own."""
    written = dict(Role.objects.order_by("name").values_list("slug", "name"))
    return {slug: str(written.pop(slug, name)) for slug, name in ready_made.NAMES.items()} | written


def role_choices() -> list[tuple[str, str]]:
    """For a form."""
    return list(role_names().items())


def roles_of(user: User) -> str:
    """The names of a person's roles, as a reader wants them."""
    names = role_names()
    return ", ".join(names.get(slug, slug) for slug in user.roles)
