"""Single sign-on: providers that are set up, and who of the house a provider's answer is."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hustings.foundation.core import secrets
from hustings.foundation.core.guard import action

from .. import rules
from ..models import SingleSignOn, User
from .audit import record_audit

LOCAL = ("localhost", "127.0.0.1", "::1")


@action
def add_provider(
    *, actor: User, name: str, issuer: str, client_id: str, client_secret: str, now: datetime
) -> SingleSignOn:
    """People may sign in with this provider from now on. Raises PermissionDenied and ValidationError."""
    if not rules.administers(actor):
        raise PermissionDenied
    issuer = issuer.strip().removesuffix("/.well-known/openid-configuration").rstrip("/")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ValidationError({"issuer": _("Give the address of the issuer, beginning with https://.")})
    slug = slugify(name)[:40] or "sign-on"
    if slug == "own" or SingleSignOn.objects.filter(slug=slug).exists():
        raise ValidationError({"name": _("Another provider has this name.")})
    made = SingleSignOn.objects.create(
        slug=slug, name=name, issuer=issuer, client_id=client_id, client_secret=secrets.seal(client_secret)
    )
    detail = {"slug": slug}
    record_audit(actor=actor, action="sso.added", record_type="sign-on", record_uid=made.uid, detail=detail, now=now)
    return made


@action
def remove_provider(*, actor: User, provider: SingleSignOn, now: datetime) -> None:
    """Nobody signs in with it any more, and who it knew is forgotten. Raises PermissionDenied."""
    if not rules.administers(actor):
        raise PermissionDenied
    SocialAccount.objects.filter(provider=provider.slug).delete()
    uid, slug = provider.uid, provider.slug
    provider.delete()
    detail = {"slug": slug}
    record_audit(actor=actor, action="sso.removed", record_type="sign-on", record_uid=uid, detail=detail, now=now)


@action
def recognize(*, slug: str, subject: str, addresses: list[tuple[str, Any]], now: datetime) -> User | None:
    """Who a provider speaks of: the one it was linked with, else the one who has an address that it vouches for, who is
    linked from now on. None for everybody else; nobody is made."""
    linked = SocialAccount.objects.filter(provider=slug, uid=subject).select_related("user").first()
    if linked is not None:
        return linked.user if linked.user.is_active else None
    verified = [address.strip().lower() for address, is_verified in addresses if is_verified is True]
    user = User.objects.filter(email__in=verified, is_active=True).first()
    if user is None or SocialAccount.objects.filter(provider=slug, user=user).exists():
        return None  # unknown, or the provider knew this person by another name: an administrator looks into it
    SocialAccount.objects.create(provider=slug, uid=subject, user=user, extra_data={})
    detail = {"provider": slug}
    record_audit(actor=user, action="sso.linked", record_type="user", record_uid=user.uid, detail=detail, now=now)
    return user
