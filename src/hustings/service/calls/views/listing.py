"""The calls to make."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.constituents.people.queries import visible_to as people_visible_to
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses
from hustings.service.answers.models import CorrectionRecipient

from ..actions.taking import TOPIC, give_up, take, take_next
from ..models import Call
from ..queries import calls
from ..queries import waiting as queries
from ..rules import Refused, may_call
from .call import undoable

PAGE = 50


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Who is to be called, as far as they are this reader's to call. The address says which of the lists."""
    if not may_call(request.user):
        raise PermissionDenied(_("Your role makes no calls."))
    moment = now()
    given = request.GET.get("list", "")
    if given == queries.NOTED:
        return _noted(request, moment)
    which = given if given in queries.LISTS else queries.NOW
    rows = queries.of_list(request.user, which, moment).select_related("correction__article")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "which": which,
        "tabs": _tabs(request, which, page.paginator.count, moment),
        "page": page,
        "lines": queries.lines(request.user, list(page.object_list), moment),
        "free": queries.count(request.user, moment),
        "topic": TOPIC,
    }
    return responses.page_or_part(request, "calls/waiting.html", context, part="list")


def _noted(request: HttpRequest, moment: datetime) -> HttpResponse:
    """What was noted lately, to be looked at and undone."""
    page = Paginator(calls.noted(request.user, moment), PAGE).get_page(request.GET.get("page"))
    seen = people_visible_to(request.user).in_bulk([one.person_id for one in page.object_list])
    context = {
        "which": queries.NOTED,
        "tabs": _tabs(request, queries.NOTED, page.paginator.count, moment),
        "page": page,
        "noted": [(one, seen.get(one.person_id), *undoable(request, one, moment)) for one in page.object_list],
        "topic": TOPIC,
    }
    return responses.page_or_part(request, "calls/waiting.html", context, part="list")


def _tabs(request: HttpRequest, which: str, here: int, moment: datetime) -> list[dict[str, Any]]:
    labels = {
        queries.NOW: _("To call now"),
        queries.LATER: _("To try again later"),
        queries.NO_NUMBER: _("No number known"),
        queries.MINE: _("In your hand"),
    }
    counted = {one: here if one == which else queries.of_list(request.user, one, moment).count() for one in labels}
    labels[queries.NOTED] = _("Noted lately")
    counted[queries.NOTED] = here if which == queries.NOTED else calls.noted(request.user, moment).count()
    return [
        {"href": f"?list={one}", "label": label, "current": one == which, "count": counted[one]}
        for one, label in labels.items()
    ]


@require_POST
def next_one(request: HttpRequest) -> HttpResponse:
    """Take whoever waits longest."""
    return _taken(request, lambda: take_next(actor=request.user, now=now()))


@require_POST
def take_one(request: HttpRequest, recipient: UUID) -> HttpResponse:
    """Take this one: from here, or from the correction's page."""
    row = get_object_or_404(queries.visible_to(request.user), uid=recipient)
    return _taken(request, lambda: take(actor=request.user, recipient=row, now=now()))


def _taken(request: HttpRequest, act: Callable[[], Call | None]) -> HttpResponse:
    here = reverse("calls:waiting")
    try:
        call = act()
    except Refused as refused:
        return responses.toast(responses.go(here, request=request), str(refused), tone="problem")
    if call is None:
        said = _("Nobody is to be called now.")
        return responses.toast(responses.go(here, request=request), said)
    return responses.go(call.get_absolute_url(), request=request)


@require_POST
def give_one_up(request: HttpRequest, recipient: UUID) -> HttpResponse:
    """No number is known, and none was found."""
    row: CorrectionRecipient = get_object_or_404(queries.visible_to(request.user), uid=recipient)
    back = responses.go(f"{reverse('calls:waiting')}?list={queries.NO_NUMBER}", request=request)
    try:
        give_up(actor=request.user, recipient=row, now=now())
    except Refused as refused:
        return responses.toast(back, str(refused), tone="problem")
    undo = reverse("calls:put_back", args=[row.uid])
    return responses.toast(back, _("Given up. The correction’s page says so."), undo_url=undo)
