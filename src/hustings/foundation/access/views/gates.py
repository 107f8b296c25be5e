"""What stands before a view."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..grants import grants_of
from .admitting import PROVED

View = Callable[..., HttpResponse]
PROOF_SECONDS = 15 * 60


def before_second_factor(view: View) -> View:
    """Open to someone who has yet to set up the second factor that a role of theirs asks for."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def must_have_factor(request: HttpRequest) -> bool:
    """Whether a role of theirs asks for a second factor."""
    return grants_of(request.user).second_factor


def frame_of(request: HttpRequest) -> str:
    """The frame of a page that is also seen before the second factor is there: without the rail then, since nothing of
    it can be reached."""
    waits = must_have_factor(request) and request.user.second_factor_at is None
    return "ui/plain.html" if waits else "ui/page.html"


def proved_lately(request: HttpRequest) -> bool:
    """Whether whoever sits here showed within a quarter of an hour that it is still they."""
    return bool(now().timestamp() - float(request.session.get(PROVED, 0)) < PROOF_SECONDS)


def asks_again(view: View) -> View:
    """Keys to the house are changed only by someone who has just shown who they are; asks, and comes back here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if proved_lately(request):
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else reverse("access:own_sign_in")
        return responses.go(f"{reverse('access:confirm')}?{urlencode({'next': back})}", request=request)

    return guarded
