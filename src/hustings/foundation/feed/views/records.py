"""The feed of one record."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import following
from ..actions.posts import write_post
from ..forms import upto_of, words_of
from ..queries import panel_for
from ..queries.drafts import Draft, draft_on
from ..queries.following import state_of
from ..queries.naming import called_in, offered, warning
from ..queries.showing import named
from ..queries.stream import record_feed
from ..rules import Refused
from .composing import before_of, find_record, have_read


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, record_type: str, record_uid: UUID) -> HttpResponse:
    """What was posted and changed, newest first; and posting."""
    ref, found = find_record(request, record_type, record_uid)
    draft, status = draft_on(record_type, found.uid), 200
    if request.method == "POST":
        given = words_of(request)
        try:
            write_post(actor=request.user, record_type=record_type, record=found, now=now(), **given)
        except Refused as refusal:
            draft, status = draft.refuse(given["text"], refusal), 422
        if responses.target_of(request) == "feed-panel":
            return _panel(request, record_type, found, draft, status=status)
        if status == 200 and not responses.wants_part(request):
            return redirect("feed:record", record_type, record_uid)
    before = before_of(request)
    page = record_feed(request.user, ref, found, before=before)
    if before is None:
        have_read(request.user, ref, page.newest)
    context = {
        "of": named(record_type, found),
        "page": page,
        "draft": draft,
        "state": state_of(request.user, ref),
        "topic": f"feed:{record_type}:{found.uid}",
        "before": before,
    }
    part = "posts" if request.method != "POST" else "feed"
    return responses.page_or_part(request, "feed/record.html", context, part=part, status=status)


@require_safe
def panel(request: HttpRequest, record_type: str, record_uid: UUID) -> HttpResponse:
    """The newest, for a part of the record's own page that fetches itself anew."""
    _ref, found = find_record(request, record_type, record_uid)
    if not responses.wants_part(request):
        return redirect("feed:record", record_type, record_uid)
    return _panel(request, record_type, found, draft_on(record_type, found.uid))


def _panel(request: HttpRequest, record_type: str, found: Any, draft: Draft, *, status: int = 200) -> HttpResponse:
    it = panel_for(request.user, record_type, found)
    return responses.part(request, "feed/panel.html", {"it": it and it | {"draft": draft}}, status=status)


@require_safe
def names(request: HttpRequest, record_type: str, record_uid: UUID) -> JsonResponse:
    """Who can be called with @."""
    find_record(request, record_type, record_uid)
    return JsonResponse({"mentions": offered(request.user)})


@require_POST
def check(request: HttpRequest, record_type: str, record_uid: UUID) -> HttpResponse:
    """Before posting: who is called and may not see the record."""
    ref, _found = find_record(request, record_type, record_uid)
    try:
        said = warning(called_in(request.user, request.POST.get("text", "")[:20_000], ref))
    except Refused:
        said = ""  # two of one name: said when it is posted, while the name may still be half written
    return responses.part(request, "feed/parts/warning.html", {"warning": said})


@require_POST
def follow(request: HttpRequest, record_type: str, record_uid: UUID) -> HttpResponse:
    """Follow, mute, or neither."""
    _ref, found = find_record(request, record_type, record_uid)
    state = request.POST.get("state", "")
    if state not in (following.FOLLOW, following.MUTE, following.NEITHER):
        return responses.problem(request, _("There is nothing like this. Nothing was changed."), status=400)
    following.set_follow(actor=request.user, record_type=record_type, record=found, state=state)
    if responses.wants_part(request):
        context = {"of": named(record_type, found), "state": state}
        return responses.part(request, "feed/parts/follow.html", context)
    if request.POST.get("back") == "preferences":
        return redirect(f"{reverse('feed:preferences')}#followed")
    return redirect("feed:record", record_type, record_uid)


@require_POST
def read(request: HttpRequest, record_type: str, record_uid: UUID) -> HttpResponse:
    """What a panel showed was looked at."""
    ref, _found = find_record(request, record_type, record_uid)
    have_read(request.user, ref, upto_of(request))
    return responses.nothing() if responses.wants_part(request) else redirect("feed:record", record_type, record_uid)
