"""Who calls, and how often. A token was looked at by the middleware; a browser's session counts too, from our own pages
alone."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from hustings.foundation.core import limits
from hustings.foundation.core.clock import now

from .refusals import Refused

A_MINUTE = 600  # requests of one token, or of one person's browsers
SAFE = ("GET", "HEAD", "OPTIONS")


def known(request: HttpRequest) -> Any:
    """The user; None (401) for a stranger. Raises Refused."""
    user = request.user
    if not user.is_authenticated:
        return None
    token = getattr(request, "api_token", None)
    if token is None:
        _from_our_pages(request)
    key = f"api:token:{token.pk}" if token else f"api:user:{user.pk}"
    if not limits.allow(key, most=A_MINUTE, per=timedelta(minutes=1), now=now()):
        said = _("At most %(n)s requests a minute. Wait a little, then go on.") % {"n": A_MINUTE}
        raise Refused(429, "too-many", said, wait=60)
    return user


def _from_our_pages(request: HttpRequest) -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "origin")
    if request.method not in SAFE and check_csrf(request) is not None:
        raise Refused(403, "origin", _("Send the CSRF token, or use an API token. Nothing was changed."))
