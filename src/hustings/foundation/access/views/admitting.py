"""The one way in: however somebody showed who they are, it ends here."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from hustings.foundation.core.clock import now
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.networks import network_of

from ..actions.audit import record_audit
from ..actions.sessions import begin_session
from ..actions.tries import begin_try, clear_tries, names_of
from ..middleware import SECOND
from ..models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING, PROVED = "sign_in_pending", "proved_at"
PENDING_SECONDS = 600
COOKIE, COOKIE_AGE, SALT, MOST_KNOWN = "known", timedelta(days=180), "access.known-device", 8


def came_from(request: HttpRequest) -> str:
    """The network address a limit counts by."""
    return str(request.META.get("REMOTE_ADDR", ""))


def onward(request: HttpRequest, target: str | None = None) -> str:
    """Where to go after signing in: never to another site."""
    target = target or request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else settings.LOGIN_REDIRECT_URL


def admit(request: HttpRequest, user: User, *, way: str, is_second: bool = False, target: str) -> HttpResponse:
    """Sign in, or, for someone with a second factor who has not shown it yet, ask for it."""
    if user.second_factor_at is None or is_second:
        return enter(request, user, way=way, is_second=is_second, target=target)
    request.session.flush()
    request.session[PENDING] = {"user": user.pk, "way": way, "next": target, "at": now().timestamp()}
    return redirect("access:second_step")


def pending(request: HttpRequest) -> tuple[User | None, dict[str, Any]]:
    """Who showed a password and not yet a second factor, for ten minutes."""
    told = request.session.get(PENDING) or {}
    if not told or now().timestamp() - told["at"] > PENDING_SECONDS:
        return None, {}
    return User.objects.filter(pk=told["user"], is_active=True).first(), told


def enter(request: HttpRequest, user: User, *, way: str, is_second: bool, target: str) -> HttpResponse:
    """A new session under a new key, noted; this device is known from now on."""
    moment = now()
    if user.access_ends_at and user.access_ends_at <= moment:
        return redirect("access:sign_in")
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session[SECOND], request.session[PROVED] = is_second, moment.timestamp()
    request.session.save()
    begin_session(
        user=user,
        session_key=request.session.session_key or "",
        way=way,
        address=came_from(request),
        agent=request.headers.get("User-Agent", ""),
        now=moment,
    )
    response = redirect(target)
    remember_device(request, response, user)
    return response


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """A signed cookie: this browser belongs to someone who got in with it."""
    told = _known(request)
    users = [user.pk, *(one for one in told["users"] if one != user.pk)][:MOST_KNOWN]
    value = signing.dumps({"device": told["device"] or new_uid().hex, "users": users}, salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/",
    )


def _known(request: HttpRequest) -> dict[str, Any]:
    try:
        return dict(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE))
    except signing.BadSignature:
        return {"device": None, "users": []}


def ended_here(request: HttpRequest) -> list[int]:
    """Who got in with this browser once and may not any more: what it kept for them goes."""
    ids = _known(request)["users"]
    gone = Q(is_active=False) | Q(access_ends_at__lte=now())
    return list(User.objects.filter(gone, pk__in=ids).values_list("pk", flat=True)) if ids else []


class Tries:
    """One try of a password or a code, counted before it is looked at."""

    def __init__(self, request: HttpRequest, user: User | None, account: str) -> None:
        known = _known(request)
        self._network = network_of(came_from(request))
        device = known["device"] if user is not None and user.pk in known["users"] else None
        self._names = names_of(account=account, network=self._network, device=device)
        self._user = user

    def wait(self, moment: datetime) -> timedelta | None:
        """None: look at it. Else how long to wait first."""
        return begin_try(names=self._names, user=self._user, network=self._network, now=moment)

    def was_right(self) -> None:
        clear_tries(names=self._names)

    def was_wrong(self, way: str, moment: datetime) -> None:
        uid = self._user.uid if self._user else None
        record_audit(
            actor=None,
            action="sign-in.failed",
            record_type="user",
            record_uid=uid,
            detail={"way": way, "network": self._network},
            now=moment,
        )
