"""What waits for one's word, one request, and who stands in for whom."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import approvals as actions
from ..actions import processes
from ..forms.approvals import AwayForm, DecideForm
from ..models import ApprovalRequest, Delegation, Process, RequestState
from ..queries import approvals as queries
from ..queries.delegations import delegations_of


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for this person's word, and what they asked for themselves."""
    moment, me = now(), request.user
    rows = queries.waiting_for(me, moment)
    mine = ApprovalRequest.objects.filter(requester_id=me.pk).select_related("process").order_by("-at", "-id")[:20]
    context = {
        "lines": queries.lines(rows, me, moment),
        "mine": queries.lines(list(mine), me, moment),
        "away": delegations_of(me)[:10],
    }
    return responses.page_or_part(request, "automation/waiting.html", context, part="list")


@require_safe
def request_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One request: what it is about, its steps, what was said."""
    return _page(request, _found(request, uid))


def _found(request: HttpRequest, uid: UUID) -> ApprovalRequest:
    rows = queries.visible_to(request.user, now()).prefetch_related("decisions__user", "decisions__voice")
    return get_object_or_404(rows, uid=uid)


def _page(
    request: HttpRequest, row: ApprovalRequest, *, wrong: list[str] | None = None, status: int = 200
) -> HttpResponse:
    me, moment = request.user, now()
    context = {
        "line": queries.lines([row], me, moment)[0],
        "approval": row,
        "steps": queries.steps_of(row),
        "form": DecideForm(request.POST if wrong else None),
        "voice": queries.voice_of(row, me, moment),
        "recalls": row.state == RequestState.WAITING and row.requester_id == me.pk,
        "wrong": [("id_reason", text) for text in wrong or []],
    }
    return responses.page_or_part(request, "automation/request.html", context, status=status)


@require_POST
def decide(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Approve, refuse or recall."""
    row, reason = _found(request, uid), request.POST.get("reason", "")
    if verb not in ("approve", "refuse", "recall"):
        raise Http404
    step = request.POST.get("step", "")
    if step.isdecimal():
        row.step = int(step)  # the step that the page showed: deciding another one is refused
    try:
        if verb == "recall":
            actions.recall(actor=request.user, request=row, reason=reason, now=now())
        else:
            approved = verb == "approve"
            actions.decide(actor=request.user, request=row, approved=approved, reason=reason, now=now())
    except ValidationError as problem:
        return _page(request, _found(request, uid), wrong=problem.messages, status=422)
    said = {"approve": _("Approved"), "refuse": _("Refused"), "recall": _("Taken back")}[verb]
    back = reverse("automation:request", args=[uid]) if verb == "recall" else reverse("automation:waiting")
    return responses.toast(responses.go(back, request=request), said)


@require_POST
def ask(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """Ask for an approval of a record, from its page."""
    process = get_object_or_404(Process, slug=slug, is_on=True)
    record_type = records.get(process.record)
    record = record_type.visible_to(request.user).filter(uid=uid).first() if record_type else None
    if record_type is None or record is None:
        raise PermissionDenied
    back = responses.go(record_type.url(record), request=request)
    try:
        reason = request.POST.get("reason", "")
        actions.request_approval(actor=request.user, process=process, record_id=record.pk, reason=reason, now=now())
    except ValidationError as problem:
        return responses.toast(back, " ".join(problem.messages), tone="problem")
    return responses.toast(back, _("“%(name)s” is asked for") % {"name": process.name})


@require_http_methods(["GET", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """Who decides while one is away."""
    form = AwayForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = processes.delegate(actor=request.user, now=now(), **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            back = responses.go(reverse("automation:away"), request=request)
            return responses.toast(back, _("%(name)s decides for you then") % {"name": made.to.name})
    context = {"form": form, "rows": delegations_of(request.user)}
    return responses.page_or_part(request, "automation/away.html", context, status=422 if form.errors else 200)


@require_POST
def end_away(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Back before the last day, or not willing to stand in."""
    row = get_object_or_404(Delegation, uid=uid)
    processes.end_delegation(actor=request.user, delegation=row, now=now())
    back = responses.go(reverse("automation:away"), request=request)
    return responses.toast(back, _("That has ended"))
