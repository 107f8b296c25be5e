"""Waiting for approval: new volunteers' replies beside the letters they answer."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from hustings.foundation.access.actions import lift_release
from hustings.foundation.access.rules import leads_someone
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import release as actions
from ..actions.replies import undo_send
from ..forms import BACK_REASONS, ReleaseForm, SendBackForm, first_error, uid_of
from ..models import Reply, ReplyState
from ..queries import releasing, replies
from ..queries.messages import visible_to as messages_visible_to
from ..rules import SendRefused

SALT = "correspondence.released-together"
MOST_AT_ONCE = 100  # as many as the list shows
ORDERS = {
    "urgent": gettext_lazy("Most urgent"),
    "person": gettext_lazy("By person"),
    "approved": gettext_lazy("As approved"),
}


@require_GET
def waiting(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """The list, and one of them side by side; a volunteer sees their own that wait."""
    if not request.user.leads:
        own: dict[str, Any] = {
            "own": list(replies.own_unreleased(request.user)),
            "back": list(replies.sent_back_to(request.user)),
        }
        return responses.page_or_part(request, "correspondence/own_waiting.html", own, part="list")
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "urgent"
    lines = releasing.waiting_list(request.user, order=order, now=now())
    chosen = _chosen(request, uid, lines)
    context: dict[str, Any] = {
        "lines": lines,
        "order": order,
        "orders": [{"key": key, "label": label, "on": key == order} for key, label in ORDERS.items()],
        "reasons": [(str(n), key, label) for n, (key, label) in enumerate(BACK_REASONS.items(), 1)],
        "position": next((n for n, line in enumerate(lines, 1) if chosen and line.reply.pk == chosen.pk), 0),
        "open": uid is not None,
        "approved": [line.reply for line in lines if line.as_approved],
        **(_side_by_side(request, chosen) if chosen else {}),
    }
    return responses.page_or_part(request, "correspondence/release.html", context)


def _chosen(request: HttpRequest, uid: UUID | None, lines: list[releasing.Waiting]) -> Reply | None:
    if uid is None:
        return lines[0].reply if lines else None
    return get_object_or_404(replies.led_by(request.user), uid=uid)


def _side_by_side(request: HttpRequest, reply: Reply) -> dict[str, Any]:
    return {
        **releasing.side_by_side(request.user, reply, now=now()),
        "may_lift": leads_someone(request.user, reply.author) and reply.author.needs_release,
    }


@require_POST
def decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Release it as it is, or with the lead's words."""
    reply, form = _reply(request, uid), ReleaseForm(request.POST)
    if not form.is_valid():
        return responses.problem(request, first_error(form), status=400)
    given = form.cleaned_data
    seen = {
        "last_message_seen": _id_of(messages_visible_to(request.user), given["seen_letter"]),
        "last_reply_seen": _id_of(replies.visible_to(request.user), given["seen_reply"]),
    }
    try:
        if given["text"].strip():
            actions.mend_and_release(actor=request.user, reply=reply, text=given["text"], now=now(), **seen)
        else:
            actions.release(actor=request.user, reply=reply, now=now(), **seen)
    except SendRefused as refusal:
        return _again(request, reply, str(refusal))
    undo = reverse("correspondence:undo", args=[reply.uid])
    said = _("Released: %(name)s’s reply leaves") % {"name": reply.author.first_name}
    return responses.toast(_next(request), said, undo_url=undo)


@require_POST
def release_all(request: HttpRequest) -> HttpResponse:
    """Those that the confirmation counted, each on its own; what stays is named with its reason."""
    if not request.user.leads:
        raise PermissionDenied
    wanted = [uid for text in request.POST.getlist("reply")[:MOST_AT_ONCE] if (uid := uid_of(text))]
    chosen = list(replies.led_by(request.user).filter(uid__in=wanted).order_by(*replies.release_order()))
    if not chosen:
        return responses.problem(request, _("None of them waits for you any more. Nothing was released."))
    done = actions.release_as_approved(actor=request.user, chosen=chosen, now=now())
    undo = f"{reverse('correspondence:undo_all')}?of={_signed(done.leaving)}" if done.leaving else ""
    count = len(done.leaving)
    said = ngettext("%(n)d reply was released: it leaves", "%(n)d replies were released: they leave", count)
    if not done.kept:
        return responses.toast(_next(request), said % {"n": count}, undo_url=undo)
    context = {"done": done, "undo": undo, "count": count}
    return responses.page_or_part(request, "correspondence/released.html", context)


@require_POST
def undo_all(request: HttpRequest) -> HttpResponse:
    """Take back what was released together, as far as it has not begun to leave."""
    try:
        ids = signing.loads(request.GET.get("of", ""), salt=SALT)
    except signing.BadSignature:
        return responses.problem(request, _("That cannot be taken back. Nothing was changed."), status=400)
    back = late = 0
    for reply in replies.visible_to(request.user).filter(pk__in=ids).order_by("id"):
        try:
            undo_send(actor=request.user, reply=reply, now=now())
            back += 1
        except SendRefused:
            late += 1
    said = ngettext("%(n)d waits for release again", "%(n)d wait for release again", back) % {"n": back}
    if late:
        said += ". " + ngettext("%(n)d had left already", "%(n)d had left already", late) % {"n": late}
    response = responses.go(reverse("correspondence:release"), request=request)
    return responses.toast(response, said, tone="problem" if late else "good")


def _signed(found: list[Reply]) -> str:
    return signing.dumps([reply.pk for reply in found], salt=SALT, compress=True)


@require_POST
def send_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    reply, form = _reply(request, uid), SendBackForm(request.POST)
    if not form.is_valid():
        return responses.problem(request, first_error(form), status=400)
    try:
        actions.send_back(actor=request.user, reply=reply, because=form.because, now=now())
    except SendRefused as refusal:
        return _again(request, reply, str(refusal))
    return responses.toast(_next(request), _("Sent back to %(name)s") % {"name": reply.author.first_name})


@require_POST
def lift(request: HttpRequest, uid: UUID) -> HttpResponse:
    """This volunteer's replies leave by themselves from now on; those that wait still wait."""
    reply = _reply(request, uid)
    lift_release(actor=request.user, user=reply.author, now=now())
    said = _("%(name)s’s replies leave by themselves from now on") % {"name": reply.author.first_name}
    return responses.toast(responses.go(reverse("correspondence:release_one", args=[reply.uid]), request=request), said)


def _reply(request: HttpRequest, uid: UUID) -> Reply:
    if not request.user.leads:
        raise PermissionDenied
    return get_object_or_404(replies.led_by(request.user), uid=uid)


def _id_of(rows, uid: UUID | None) -> int:  # type: ignore[no-untyped-def]
    return rows.filter(uid=uid).values_list("pk", flat=True).first() or 0 if uid else 0


def _next(request: HttpRequest) -> HttpResponse:
    """On to the next one."""
    following = replies.waiting_for_release(request.user).first()
    url = (
        reverse("correspondence:release_one", args=[following.uid]) if following else reverse("correspondence:release")
    )
    return responses.go(url, request=request)


def _again(request: HttpRequest, reply: Reply, words: str) -> HttpResponse:
    """The same one, made anew, with what is to be looked at."""
    still = reply.state == ReplyState.WAITING_RELEASE
    url = reverse("correspondence:release_one", args=[reply.uid]) if still else reverse("correspondence:release")
    return responses.toast(responses.go(url, request=request), words, tone="problem")
