"""Access holds at each request: who was ended is signed out, and pages speak the reader's language and time."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hustings.foundation.core import limits
from hustings.foundation.core.clock import now, zone_of
from hustings.foundation.core.networks import network_of
from hustings.foundation.ui import responses

from . import problems
from .actions import record_reading
from .actions.sessions import see_session
from .actions.tokens import find_token, see_token
from .actions.visits import ShiftOver
from .eyes import SAFE_METHODS, ongoing_look, reading_through, refuse_writing
from .grants import NOBODY, Reading, grants_of, within
from .looking import lay_over


class FieldSecurity:
    """Each answer is read by whoever asks (`core.guard`), streams to their last byte; what of it was sensitive is in
    the audit before the answer leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reading = _reader_of(request)
        request.reading = reading  # type: ignore[attr-defined]
        with reading_through(reading):
            # Through another's eyes nothing is sent.
            response = refuse_writing(request) if _sends(request, reading) else self.get_response(request)
        return _kept(reading, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """One person too many in a shift is no question of a role: it says what happened and who can help."""
        if not isinstance(exception, ShiftOver) or request.path.startswith(API):
            return None
        if responses.wants_part(request):
            return responses.problem(request, str(exception), status=403)
        return render(request, "access/shift_over.html", {"said": str(exception)}, status=403)


def _sends(request: HttpRequest, reading: Reading) -> bool:
    """Whether a look would send something: all it may is to stop, and to sign out."""
    if not reading.read_only or request.method in SAFE_METHODS:
        return False
    return request.path not in (reverse("access:stop_look"), reverse("access:sign_out"))


def _reader_of(request: HttpRequest) -> Reading:
    """Who reads: the one who asks, or the one through whose eyes they look."""
    user = request.user
    if not user.is_authenticated:
        return Reading(NOBODY)
    if look := ongoing_look(request):
        return Reading(lay_over(user, look), user_id=user.pk, read_only=True, looking_as=look.roles)
    return Reading(grants_of(user), user_id=user.pk)


def _kept(reading: Reading, response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, StreamingHttpResponse) and not response.is_async:
        response.streaming_content = _read_by(reading, cast(Iterator[bytes], response.streaming_content))
    else:
        _keep_notes(reading)
    return response


def _read_by(reading: Reading, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of a stream, each made while its reader reads."""
    pieces = iter(pieces)
    try:
        while True:
            with reading_through(reading):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        _keep_notes(reading)


def _keep_notes(reading: Reading) -> None:
    if reading.notes and reading.user_id is not None:
        record_reading(
            user_id=reading.user_id, notes=frozenset(reading.notes), looking_as=reading.looking_as, now=now()
        )
        reading.notes.clear()


API = "/api/"
SECOND = "second_factor"  # in a session: its owner showed a second factor
SEEN_SECONDS = 300
_seen: OrderedDict[str, float] = OrderedDict()  # sessions of this process, and when they were last noted


class ApiAccess:
    """Programs sign in with a token on addresses of the API, and every refusal there is a problem document (RFC 9457).
    What sent a token is never taken for a browser, so no session counts beside it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        refusal = self._sign_in(request)
        response = refusal or self.get_response(request)
        return cast(HttpResponse, problems.told_as_problem(request, response))

    def _sign_in(self, request: HttpRequest) -> HttpResponse | None:
        request.api_token = None  # type: ignore[attr-defined]
        given = request.headers.get("Authorization", "")
        if not given:
            return None
        kind, _space, word = given.partition(" ")
        moment = now()
        token = find_token(token=word.strip(), now=moment) if kind.lower() == "bearer" else None
        if token is None:
            network = network_of(request.META.get("REMOTE_ADDR", ""))
            if not limits.allow(f"api-refused:{network}", most=100, per=timedelta(minutes=5), now=moment):
                return problems.problem(request, 429, "too-many", retry_after=300)
            return problems.problem(request, 401, "token")
        see_token(token=token, now=moment)
        user = token.user
        user._grants = within(grants_of(user), token.scopes)  # type: ignore[attr-defined]
        request.user = user
        request.api_token = token  # type: ignore[attr-defined]
        return None


class SecondFactor:
    """Whoever must have a second factor sees nothing but the page to set one up; whoever has one showed it in this very
    session, or signs in again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or getattr(view, "before_second_factor", False):
            return None
        if user.second_factor_at is not None:
            if getattr(request, "api_token", None) or request.session.get(SECOND):
                return None
            logout(request)
            return self._to(request, "access:sign_in", 401)
        return self._to(request, "access:set_up", 403) if grants_of(user).second_factor else None

    def _to(self, request: HttpRequest, page: str, status: int) -> HttpResponse:
        if request.path.startswith(API):
            return problems.problem(request, status, "second-factor")
        if request.path.startswith("/live/"):
            return HttpResponse(_("Set up a second factor first."), status=status, content_type="text/plain")
        return responses.go(reverse(page), request=request)


class AccessHolds:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if not user.is_active or (user.access_ends_at and user.access_ends_at <= now()):
            logout(request)
            return self.get_response(request)
        self._note(request)
        with timezone.override(zone_of(user.time_zone)), translation.override(user.language or "en"):
            return self.get_response(request)

    def _note(self, request: HttpRequest) -> None:
        """Keep, every few minutes, that this browser is here."""
        key, moment = request.session.session_key, time.monotonic()
        if key is None or moment - _seen.get(key, -SEEN_SECONDS) < SEEN_SECONDS:
            return
        _seen[key] = moment
        while len(_seen) > 10_000:
            _seen.popitem(last=False)
        agent = request.headers.get("User-Agent", "")
        see_session(session_key=key, address=request.META.get("REMOTE_ADDR", ""), agent=agent, now=now())
