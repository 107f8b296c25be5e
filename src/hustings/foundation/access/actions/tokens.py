"""API tokens: made, used, revoked. A token leaves here once; only its hash is kept."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.core.guard import action

from .. import rules
from ..grants import grants_of
from ..models import ApiToken, User
from .audit import record_audit
from .hashing import hash_of

MARK = "hus"
LONGEST_LIFE = timedelta(days=366)
SEEN_EVERY = timedelta(minutes=1)


@action
def make_token(
    *, actor: User, name: str, scopes: Iterable[str], expires_at: datetime, now: datetime
) -> tuple[ApiToken, str]:
    """A token of the actor's own. Raises PermissionDenied without the ability `tokens`; ValidationError for no scope,
    one beyond what the actor may do, or an end that is past or more than a year away."""
    if not rules.can(actor, "tokens"):
        raise PermissionDenied
    name, scopes = " ".join(name.split())[:80], sorted(set(scopes))
    if not name:
        raise ValidationError({"name": _("Say what the token is for.")})
    if not scopes:
        raise ValidationError({"scopes": _("Choose what the token may do.")})
    mine = scopes_of(actor)
    if beyond := [scope for scope in scopes if scope not in mine]:
        raise ValidationError({"scopes": _("You may not do that yourself: %(what)s.") % {"what": ", ".join(beyond)}})
    if not now < expires_at <= now + LONGEST_LIFE:
        raise ValidationError({"expires_at": _("A token holds for a year at most.")})
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    token = f"{MARK}_{prefix}_{secret}"
    made = ApiToken.objects.create(
        user=actor, name=name, prefix=prefix, token_hash=hash_of(token), scopes=scopes, expires_at=expires_at
    )
    detail = {"scopes": scopes, "expires_at": expires_at.isoformat()}
    record_audit(actor=actor, action="token.made", record_type="token", record_uid=made.uid, detail=detail, now=now)
    return made, token


def scopes_of(user: User) -> list[str]:
    """Everything this person could let a token do, as "person:see"."""
    return sorted(f"{record}:{verb}" for record, verbs in grants_of(user).verbs.items() for verb in verbs)


def find_token(*, token: str, now: datetime) -> ApiToken | None:
    """The token if it holds now: known, not revoked, not expired, its owner with access. Compared in constant time."""
    mark, _first, rest = token.partition("_")
    prefix, _second, secret = rest.partition("_")
    if mark != MARK or not secret or len(token) > 100:
        return None
    found = ApiToken.objects.select_related("user").filter(prefix=prefix[:12]).first()
    kept = bytes(found.token_hash) if found else bytes(32)
    if not hmac.compare_digest(kept, hash_of(token)) or found is None:
        return None
    owner = found.user
    ended = owner.access_ends_at is not None and owner.access_ends_at <= now
    if found.revoked_at or found.expires_at <= now or not owner.is_active or ended:
        return None
    return found


def see_token(*, token: ApiToken, now: datetime) -> None:
    """Note that it was used, to the minute; the first time stands in the audit."""
    if token.last_used_at is not None and token.last_used_at > now - SEEN_EVERY:
        return
    fresh = ApiToken.objects.filter(pk=token.pk, last_used_at=None).update(last_used_at=now)
    if fresh:
        record_audit(actor=token.user, action="token.first_used", record_type="token", record_uid=token.uid, now=now)
    else:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


@action
def revoke_token(*, actor: User, token: ApiToken, now: datetime) -> None:
    """It opens nothing any more. One's own, or anyone's for an administrator. Raises PermissionDenied."""
    if token.user_id != actor.pk and not rules.administers(actor):
        raise PermissionDenied
    if token.revoked_at is None:
        ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
        record_audit(actor=actor, action="token.revoked", record_type="token", record_uid=token.uid, now=now)
