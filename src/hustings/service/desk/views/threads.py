"""One inquiry: its page, its parts fetched anew, who is here."""

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.access.rules import is_looking
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions.notes import see_mentions
from ..actions.presence import be_here, leave, see
from ..queries.inquiries import visible_to
from ..queries.mentionable import mentionable
from .showing import head_context, here_context, inquiry_of, list_context, log_context, state_of, thread_context


@require_safe
def inquiry(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The conversation beside its list; a part when the list is there already."""
    row, state, moment = inquiry_of(request, uid), state_of(request), now()
    if row.merged_into_id is not None:
        into = get_object_or_404(visible_to(request.user), pk=row.merged_into_id)
        return responses.go(reverse("desk:inquiry", args=[into.uid]), request=request)
    if not is_looking(request.user):
        see(actor=request.user, inquiry=row)
        see_mentions(actor=request.user, inquiry=row, now=moment)
    context = thread_context(request.user, row, state, moment)
    if responses.wants_part(request):
        return responses.part(request, "desk/parts/opened.html", context)
    context |= list_context(request.user, state, moment, current=row.uid)
    return responses.page_or_part(request, "desk/inquiry.html", {**context, "open": "thread"})


@require_safe
def head(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The header anew."""
    row = inquiry_of(request, uid)
    return responses.part(request, "desk/parts/head.html", head_context(request.user, row, state_of(request), now()))


@require_safe
def log(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What was written and done, anew."""
    return responses.part(request, "desk/parts/log.html", log_context(request.user, inquiry_of(request, uid), now()))


@require_safe
def here(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who else is here, anew."""
    return responses.part(
        request, "desk/parts/here_again.html", here_context(request.user, inquiry_of(request, uid), now())
    )


@require_safe
def mentions(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Whom a note here can call with @."""
    found = mentionable(request.user, inquiry_of(request, uid))
    return JsonResponse({"mentions": [asdict(one) for one in found]})


@require_POST
def ping(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page says that its reader reads, writes or is gone."""
    row, state = inquiry_of(request, uid), request.POST.get("state")
    if state == "gone":
        leave(actor=request.user, inquiry=row)
    else:
        be_here(actor=request.user, inquiry=row, writing=state == "writing", now=now())
    return responses.nothing()
