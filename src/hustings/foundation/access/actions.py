"""What can be done with users, teams and invitations. Tokens leave here once; only their hashes are kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext as _

from hustings.foundation.core import bus, live
from hustings.foundation.core.guard import action
from hustings.foundation.ui.actions import set_campaign

from . import rules
from .announcements import AccessEnded, UserJoined
from .grants import definitions, forget
from .models import AuditEntry, Invitation, Membership, Role, SignInLink, Team, User

LINK_LIFE = timedelta(hours=12)


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def record_audit(
    *,
    actor: User | None,
    action: str,
    record_type: str = "",
    record_uid: UUID | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write a line into the audit trail, in the caller's transaction. `detail` holds ids and codes, no content."""
    AuditEntry.objects.create(
        at=now,
        actor_id=actor.pk if actor else None,
        action=action,
        record_type=record_type,
        record_uid=record_uid,
        detail=detail or {},
    )


def record_reading(*, user_id: int, notes: frozenset[tuple[str, str, int | None]], now: datetime) -> None:
    """A line for each record of which sensitive fields were read, with their names. `notes` are record type, field
    and the record's id, None for a list that was asked by the field."""
    fields: dict[tuple[str, int | None], list[str]] = {}
    for record, field, record_id in sorted(notes, key=lambda note: (note[0], note[2] or 0, note[1])):
        fields.setdefault((record, record_id), []).append(field)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now,
            actor_id=user_id,
            action="read",
            record_type=record,
            record_id=record_id,
            detail={"fields": names},
        )
        for (record, record_id), names in fields.items()
    )


@action
def make_user(
    *,
    actor: User | None,
    email: str,
    name: str,
    role: str = Role.VOLUNTEER,
    teams: Iterable[Team] = (),
    needs_release: bool = True,
    password: str | None = None,
    now: datetime,
) -> User:
    """A new user with one role. `actor` None is the command line. Raises ValidationError (bad or taken e-mail, weak
    password, unknown role) and PermissionDenied; nothing is made then."""
    if actor is not None and not rules.administers(actor):
        raise PermissionDenied
    user = _new_user(email=email, name=name, role=role, needs_release=needs_release, password=password)
    set_teams(actor=None, user=user, teams=teams, now=now)
    record_audit(
        actor=actor, action="user.made", record_type="user", record_uid=user.uid, detail={"role": role}, now=now
    )
    return user


def _new_user(*, email: str, name: str, role: str, needs_release: bool, password: str | None) -> User:
    email, name = email.strip().lower(), " ".join(name.split())
    validate_email(email)
    if role not in definitions():
        raise ValidationError({"role": _("There is no role %(slugs)s.") % {"slugs": role}})
    if not name:
        raise ValidationError({"name": _("Say what colleagues should call you.")})
    if User.objects.filter(email=email).exists():
        raise ValidationError({"email": _("Someone already signs in with this address.")})
    user = User(email=email, name=name, roles=[role], needs_release=needs_release)
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.save()
    return user


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


@action
def change_user(*, actor: User, user: User, now: datetime, **fields: Any) -> None:
    """Change roles, states, counties, name, needs_release, is_security_lead, is_crisis_trained or access_ends_at, each
    with a line in the audit. Raises PermissionDenied; ValidationError when it would leave no administrator."""
    if not rules.administers(actor):
        raise PermissionDenied
    allowed = {"name", "roles", "states", "counties", "needs_release", "is_security_lead", "is_crisis_trained"}
    allowed.add("access_ends_at")
    if unknown := set(fields) - allowed:
        raise ValueError(f"not a field that is changed here: {sorted(unknown)}")
    if Role.ADMINISTRATOR not in fields.get("roles", user.roles):
        _keep_an_administrator(user)
    if unknown := set(fields.get("roles", ())) - definitions().keys():
        raise ValidationError({"roles": _("There is no role %(slugs)s.") % {"slugs": ", ".join(sorted(unknown))}})
    changed = {key: value for key, value in fields.items() if getattr(user, key) != value}
    for key, value in changed.items():
        setattr(user, key, value)
    if changed:
        user.save(update_fields=list(changed))
        forget(user)
        detail = {key: str(value) for key, value in changed.items() if key != "name"}
        record_audit(
            actor=actor, action="user.changed", record_type="user", record_uid=user.uid, detail=detail, now=now
        )
        live.publish([f"session:{user.pk}", f"user:{user.pk}"])


def _keep_an_administrator(user: User) -> None:
    others = User.objects.select_for_update().filter(roles__contains=[Role.ADMINISTRATOR], is_active=True)
    if user.holds(Role.ADMINISTRATOR) and not others.exclude(pk=user.pk).exists():
        raise ValidationError(_("This is the last administrator. Make another one first."))


@action
def invite(
    *,
    actor: User,
    role: str,
    teams: Iterable[Team],
    expires_at: datetime,
    most_uses: int = 1,
    needs_release: bool = True,
    now: datetime,
) -> tuple[Invitation, str]:
    """A link that makes accounts of this role in these teams. Returns the token, which is never shown again."""
    if not rules.administers(actor):
        raise PermissionDenied
    if expires_at <= now:
        raise ValidationError({"expires_at": _("The link would already have expired.")})
    if role not in definitions():
        raise ValidationError({"role": _("There is no role %(slugs)s.") % {"slugs": role}})
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        token_hash=hash_of(token),
        role=role,
        needs_release=needs_release,
        made_by=actor,
        expires_at=expires_at,
        most_uses=most_uses,
    )
    invitation.teams.set(teams)
    record_audit(
        actor=actor,
        action="invitation.made",
        record_type="invitation",
        record_uid=invitation.uid,
        detail={"role": role, "most_uses": most_uses},
        now=now,
    )
    return invitation, token


def find_invitation(*, token: str, now: datetime) -> Invitation | None:
    """The invitation of a token that still holds; None when it is unknown, used up, expired or revoked."""
    found = Invitation.objects.filter(token_hash=hash_of(token), revoked_at=None, expires_at__gt=now).first()
    return found if found and found.uses < found.most_uses else None


@action
def accept_invitation(*, token: str, email: str, name: str, password: str, now: datetime) -> User:
    """Make the account the link promises. Raises ValidationError: the link no longer holds, the address is taken,
    the password is weak; nothing is made then and the link keeps its uses."""
    invitation = Invitation.objects.select_for_update().filter(token_hash=hash_of(token)).first()
    dead = invitation is None or invitation.revoked_at or invitation.expires_at <= now
    if invitation is None or dead or invitation.uses >= invitation.most_uses:
        raise ValidationError(_("This link no longer works. Ask whoever sent it for a new one."))
    user = _new_user(
        email=email, name=name, role=invitation.role, needs_release=invitation.needs_release, password=password
    )
    set_teams(actor=None, user=user, teams=invitation.teams.all(), now=now)
    invitation.uses += 1
    invitation.save(update_fields=["uses"])
    record_audit(
        actor=user,
        action="invitation.accepted",
        record_type="invitation",
        record_uid=invitation.uid,
        detail={"role": invitation.role},
        now=now,
    )
    bus.announce(UserJoined(user_id=user.pk))
    return user


@action
def revoke_invitation(*, actor: User, invitation: Invitation, now: datetime) -> None:
    """The link makes no more accounts; those it made stay."""
    if not rules.administers(actor):
        raise PermissionDenied
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    record_audit(actor=actor, action="invitation.revoked", record_type="invitation", record_uid=invitation.uid, now=now)


@action
def make_sign_in_link(*, user: User, now: datetime) -> str:
    """The path of a one-click sign-in, for the sample campaign only; it holds for twelve hours."""
    token = secrets.token_urlsafe(24)
    SignInLink.objects.filter(expires_at__lt=now).delete()
    SignInLink.objects.create(token_hash=hash_of(token), user=user, expires_at=now + LINK_LIFE)
    return reverse("access:sign_in_by_link", args=[token])


def user_of_link(*, token: str, now: datetime) -> User | None:
    """Who a one-click link signs in; None when it does not hold."""
    link = SignInLink.objects.filter(token_hash=hash_of(token), expires_at__gt=now, user__is_active=True)
    found = link.select_related("user").first()
    return found.user if found else None


@action
def end_access(*, actor: User, user: User, now: datetime) -> None:
    """The person can do nothing from now on: sessions end, open tabs are told, live streams close.

    An administrator may end anyone's access, a lead that of volunteers in their teams. Raises PermissionDenied, and
    ValidationError when it would leave no administrator.
    """
    if not (rules.administers(actor) or (not user.leads and rules.leads_someone(actor, user))):
        raise PermissionDenied
    _keep_an_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    SignInLink.objects.filter(user=user).delete()
    record_audit(actor=actor, action="user.ended", record_type="user", record_uid=user.uid, now=now)
    live.publish([f"session:{user.pk}", f"user:{user.pk}"])
    bus.announce(AccessEnded(user_id=user.pk))


@action
def restore_access(*, actor: User, user: User, now: datetime) -> None:
    """The person may sign in again."""
    if not rules.administers(actor):
        raise PermissionDenied
    user.is_active, user.access_ends_at = True, None
    user.save(update_fields=["is_active", "access_ends_at"])
    record_audit(actor=actor, action="user.restored", record_type="user", record_uid=user.uid, now=now)


@action
def lift_release(*, actor: User, user: User, now: datetime, needs_release: bool = False) -> None:
    """The person's replies leave without a lead's release from now on (or, the other way, wait again)."""
    if not rules.leads_someone(actor, user):
        raise PermissionDenied
    user.needs_release = needs_release
    user.save(update_fields=["needs_release"])
    action = "release.required" if needs_release else "release.lifted"
    record_audit(actor=actor, action=action, record_type="user", record_uid=user.uid, now=now)
    live.publish(f"user:{user.pk}")


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
def describe_campaign(*, actor: User, now: datetime, **facts: Any) -> None:
    """The campaign's name, line, colours and telephone, as every page says them. Raises PermissionDenied and
    ValidationError."""
    if not rules.administers(actor):
        raise PermissionDenied
    set_campaign(actor=actor, now=now, **facts)
    detail = {"fields": sorted(facts)}
    record_audit(actor=actor, action="campaign.described", record_type="campaign", detail=detail, now=now)


@action
def change_preferences(*, user: User, **fields: Any) -> None:
    """What a person sets for themselves: single_keys, time_zone, language, theme, name."""
    allowed = {"single_keys", "time_zone", "language", "theme", "name"}
    if unknown := set(fields) - allowed:
        raise ValueError(f"not a preference: {sorted(unknown)}")
    for key, value in fields.items():
        setattr(user, key, value)
    user.save(update_fields=list(fields))
