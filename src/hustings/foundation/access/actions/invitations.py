"""Links that make accounts. Tokens leave here once; only their hashes are kept."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.core import bus
from hustings.foundation.core.guard import action

from .. import rules
from ..announcements import UserJoined
from ..grants import definitions
from ..models import Invitation, Team, User
from .audit import record_audit
from .hashing import hash_of
from .teams import set_teams
from .users import new_user


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
    user = new_user(
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
