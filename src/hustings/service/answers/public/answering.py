"""How a public page is answered: the same bytes for everyone, with what a cache must know of them.

The page is made from an empty request: no cookie, no account and no header of this reader's is in it. It says how long
it may be kept without asking (not at all), by which stamp it was made, and what a view of it counts as; the server
before us (`kept`) reads that and answers the next one itself.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import translation

from hustings.foundation.ui.models import Campaign
from hustings.foundation.ui.queries import know_campaign

from .catalogue import Stamp

NOTE = "hustings.kept"  # where the server before us finds the note


@dataclass(frozen=True)
class Viewed:
    """What a view of the page counts as."""

    subject: str
    topic: str
    language: str
    state_code: str


@dataclass(frozen=True)
class Note:
    """The page may be given to anyone while the stamp stays and this moment has not come."""

    stamp: Stamp
    until: datetime
    viewed: Viewed | None = None


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    language: str,
    ours: Campaign | None = None,
    note: Note | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page in the language of its address; `ours`: the campaign's row, where it is held."""
    bare = _nobodys(request)
    if ours is not None:
        know_campaign(bare, ours)
    with translation.override(language):
        html = render_to_string(template, {"language": language, **context}, request=bare)
    return with_note(request, html.encode(), "text/html; charset=utf-8", note, status=status)


def with_note(
    request: HttpRequest, body: bytes, content_type: str, note: Note | None = None, *, status: int = 200
) -> HttpResponse:
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response: HttpResponse
    if status == 200 and request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=content_type, status=status)
        if status == 200 and note is not None:
            request.META[NOTE] = note
    if status == 200:
        response["ETag"] = tag
    # Asked for each time, and answered "as it was" in a few bytes: what is withdrawn is gone at once.
    response["Cache-Control"] = "no-cache"
    return response


def _nobodys(request: HttpRequest) -> HttpRequest:
    """The same address asked by nobody."""
    bare = HttpRequest()
    bare.method = "GET"
    bare.path = bare.path_info = request.path
    bare.META = {
        name: request.META[name] for name in ("SERVER_NAME", "SERVER_PORT", "QUERY_STRING") if name in request.META
    }
    bare.user = AnonymousUser()
    bare.resolver_match = request.resolver_match
    return bare
