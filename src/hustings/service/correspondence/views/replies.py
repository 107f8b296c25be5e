"""What happens to a reply after it was written: undone, settled, used again; and those nobody is sure of."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import replies, settling
from ..models import Reply
from ..queries import messages
from ..queries import replies as queries
from ..registry import is_followed_elsewhere
from ..rules import SendRefused


@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    reply = _reply(request, uid)
    said = _said_when_undone(reply)
    try:
        replies.undo_send(actor=request.user, reply=reply, now=now())
    except SendRefused as refusal:
        return responses.problem(request, str(refusal))
    response = responses.toast(responses.nothing(), said)
    return responses.event(response, "hustings:undone", {"reply": str(reply.uid)})


def _said_when_undone(reply: Reply) -> str:
    if is_followed_elsewhere(reply):
        return _("Taken back: it goes back to its queue")
    return _("Taken back: it waits for release again") if reply.released_by_id else _("Taken back: it is a draft again")


@require_POST
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A lead's word on an uncertain reply."""
    reply = _reply(request, uid)
    arrived = request.POST.get("arrived") == "yes"
    if not arrived and request.POST.get("arrived") != "no":
        return responses.problem(request, _("Say whether it arrived. Nothing was changed."), status=400)
    try:
        settling.settle_uncertain(actor=request.user, reply=reply, arrived=arrived, now=now())
    except SendRefused as refusal:
        return responses.problem(request, str(refusal))
    said = _("Settled: it arrived") if arrived else _("It is sent again")
    return responses.toast(responses.nothing(status=200), said)


@require_POST
def reuse(request: HttpRequest, uid: UUID) -> HttpResponse:
    reply = _reply(request, uid)
    try:
        replies.reuse_words(actor=request.user, reply=reply, now=now())
    except SendRefused as refusal:
        return responses.problem(request, str(refusal))
    return responses.toast(responses.nothing(), _("The words are in your draft"))


@require_GET
def uncertain(request: HttpRequest) -> HttpResponse:
    """Replies that may or may not have arrived: for the leads who find out."""
    page = Paginator(queries.uncertain(request.user), 50).get_page(request.GET.get("page"))
    context = {"page": page, "live_topics": "desk"}
    return responses.page_or_part(request, "correspondence/uncertain.html", context, part="list")


@require_GET
def shown(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The frame that shows a letter as it was sent."""
    message = get_object_or_404(messages.visible_to(request.user), uid=uid)
    return responses.part(request, "correspondence/parts/shown.html", {"message": message})


def _reply(request: HttpRequest, uid: UUID) -> Reply:
    return get_object_or_404(queries.visible_to(request.user), uid=uid)
