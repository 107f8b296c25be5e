"""Notices: the page, and what is shown in passing."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import current
from hustings.foundation.ui import responses

from ..actions.notices import see_notices, take_untold
from ..queries import notices as queries

A_PAGE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What this person was told, newest first."""
    page = Paginator(queries.notices_of(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": queries.shown(request.user, list(page)),
        "unseen": queries.unseen_count(request.user),
    }
    return responses.page_or_part(request, "automation/notices.html", context, part="list")


@require_POST
def open_notice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Seen, and to where it leads."""
    notice = get_object_or_404(queries.notices_of(request.user), uid=uid)
    see_notices(actor=request.user, notice=notice, now=now())
    url = queries.shown(request.user, [notice])[0].url
    return responses.go(url or reverse("automation:notices"), request=request)


@require_POST
def see_all(request: HttpRequest) -> HttpResponse:
    """All are seen."""
    see_notices(actor=request.user, now=now())
    return responses.go(reverse("automation:notices"), request=request)


@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """What is new, as toasts: each once, on whichever page asks first."""
    response = responses.nothing()
    reader = current()
    if not responses.wants_part(request) or (reader is not None and reader.read_only):
        return response
    for notice in take_untold(actor=request.user, now=now()):
        responses.toast(response, notice.text, seconds=12)
    return response
