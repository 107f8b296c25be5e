"""Reading users and teams."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import F, Q, QuerySet

from hustings.foundation.core import secrets

from .. import ready_made
from ..grants import grants_of_each_role, role_lines
from ..models import ApiToken, AuditEntry, Invitation, Session, SingleSignOn, Team, User
from ..rules import administers


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


@dataclass(frozen=True)
class Provider:
    """One that people may sign in with. `uid` is None for the one that the environment names."""

    slug: str
    name: str
    issuer: str
    client_id: str
    secret: str
    uid: UUID | None = None


def sign_on_providers() -> list[Provider]:
    """Single sign-on, by name; the environment's first. One whose secret can no longer be read is left out."""
    told = {name: str(value) for name, value in settings.HUSTINGS_OIDC.items()}
    found = []
    if told["issuer"] and told["client_id"]:
        issuer = told["issuer"].rstrip("/")
        found.append(Provider("own", told["name"], issuer, told["client_id"], told["client_secret"]))
    for row in SingleSignOn.objects.order_by("name"):
        with contextlib.suppress(secrets.KeyLost):
            secret = secrets.unseal(row.client_secret)
            found.append(Provider(row.slug, row.name, row.issuer, row.client_id, secret, row.uid))
    return found


def sessions_of(user: User, now: datetime) -> QuerySet[Session]:
    """Browsers in which this person is signed in, the one seen last first."""
    return Session.objects.filter(user=user, expire_date__gt=now).order_by(F("seen_at").desc(nulls_last=True))


def factors_of(user: User) -> list[Authenticator]:
    """The passkeys and the app of this person, as they were added."""
    own = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return list(own.order_by("created_at"))


def recovery_codes_left(user: User) -> int:
    """How many were not used yet."""
    codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """One's own, the newest first."""
    return ApiToken.objects.filter(user=user).order_by("-created_at")


def tokens_that_hold(user: User, now: datetime) -> QuerySet[ApiToken]:
    """Everyone's, for an administrator; nobody else sees any."""
    if not administers(user):
        return ApiToken.objects.none()
    held = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now)
    return held.select_related("user").order_by("user__name", "-created_at")


def audit_of(record_uid: UUID) -> QuerySet[AuditEntry]:
    """Who touched the record, newest first."""
    return AuditEntry.objects.filter(record_uid=record_uid).order_by("-at", "-id")


def slugs_that_can(ability: str) -> list[str]:
    """The roles that allow it, by themselves."""
    return [slug for slug, grants in grants_of_each_role().items() if grants.can(ability)]


def role_names() -> dict[str, str]:
    """What each role is called, by its slug: those that came with the house, then the campaign's own."""
    lines = sorted(role_lines(), key=lambda line: line[-1])
    written = {slug: name for slug, _pk, _version, name in lines}
    return {slug: str(written.pop(slug, "") or name) for slug, name in ready_made.NAMES.items()} | written


def role_choices() -> list[tuple[str, str]]:
    """For a form."""
    return list(role_names().items())


def roles_of(user: User) -> str:
    """The names of a person's roles, as a reader wants them."""
    names = role_names()
    return ", ".join(names.get(slug, slug) for slug in user.roles)
