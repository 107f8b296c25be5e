"""One-click sign-in of the sample campaign."""

import secrets
from datetime import datetime, timedelta

from django.urls import reverse

from hustings.foundation.core.guard import action

from ..models import SignInLink, User
from .hashing import hash_of

LINK_LIFE = timedelta(hours=12)


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
