"""What is done with a bulk reply: each one act, then the page as it is now."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.ui import responses

from ..actions import approving, drafting, halting
from ..forms import DeclineForm, PaceForm
from ..models import BulkReply, Copy
from ..rules import Refused
from .reading import found_or_404


def _act(request: HttpRequest, uid: UUID, do: Callable[[BulkReply], Any], said: str, *, to: str = "") -> HttpResponse:
    bulk = found_or_404(request, uid)
    try:
        do(bulk)
    except Refused as refused:
        if responses.wants_part(request):
            return responses.problem(request, str(refused), status=refused.status)
        return responses.toast(responses.go(bulk.get_absolute_url()), str(refused), tone="problem")
    return responses.toast(responses.go(to or bulk.get_absolute_url(), request=request), said)


@require_POST
def check_again(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(
        request,
        uid,
        lambda bulk: drafting.check_again(actor=request.user, bulk=bulk, now=now()),
        _("Every letter is looked at once more"),
    )


@require_POST
def put_away(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(
        request,
        uid,
        lambda bulk: drafting.put_away(actor=request.user, bulk=bulk, now=now()),
        _("Put away; nothing had left"),
        to=reverse("bulk:list"),
    )


@require_POST
def ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(
        request,
        uid,
        lambda bulk: approving.ask_approval(actor=request.user, bulk=bulk, now=now()),
        _("It waits for another person’s approval"),
    )


@require_POST
def approve(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Exactly the revision that stood on the page."""
    bulk = found_or_404(request, uid)
    text = request.POST.get("revision", "")
    try:
        row = approving.approve(
            actor=request.user, bulk=bulk, revision=whole_number(text, 0), now=now()
        )  # fmt: skip
    except Refused as refused:
        return responses.toast(responses.go(bulk.get_absolute_url(), request=request), str(refused), tone="problem")
    said = ngettext("On its way to %(n)d person", "On its way to %(n)d people", row.people) % {"n": row.people}
    return responses.toast(responses.go(bulk.get_absolute_url(), request=request), said)


@require_POST
def decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = DeclineForm(request.POST)
    because = form.cleaned_data["because"] if form.is_valid() else ""
    return _act(
        request,
        uid,
        lambda bulk: approving.decline(actor=request.user, bulk=bulk, because=because, now=now()),
        _("Back with its writer, and why"),
    )


@require_POST
def pause(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(
        request,
        uid,
        lambda bulk: halting.pause(actor=request.user, bulk=bulk, now=now()),
        _("Paused: nothing more goes out until somebody goes on"),
    )


@require_POST
def resume(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(request, uid, lambda bulk: halting.resume(actor=request.user, bulk=bulk, now=now()), _("It goes on"))


@require_POST
def pace(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = PaceForm(request.POST)
    each = form.cleaned_data["pace"] if form.is_valid() else 0
    return _act(
        request,
        uid,
        lambda bulk: halting.set_pace(actor=request.user, bulk=bulk, pace=each, now=now()),
        _("%(n)d a minute from now on") % {"n": each},
    )


@require_POST
def stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(
        request,
        uid,
        lambda bulk: halting.stop(actor=request.user, bulk=bulk, now=now()),
        _("Stopped. What had not left goes back to its queue."),
    )


@require_POST
def take_back(request: HttpRequest, uid: UUID, copy: UUID) -> HttpResponse:
    """One letter, while it has not begun to leave."""

    def act(bulk: BulkReply) -> None:
        row = get_object_or_404(Copy.objects.select_related("bulk"), uid=copy, bulk=bulk)
        halting.take_back(actor=request.user, copy=row, now=now())

    return _act(request, uid, act, _("Taken back: it goes back to its queue"))
