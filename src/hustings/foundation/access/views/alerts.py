"""Unusual reading, on the desk of those who are told."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.ui import responses

from .. import queries, rules
from ..actions import alerts as actions
from ..actions import end_access
from ..actions.watching import people_an_hour
from ..looking import look_of
from ..models import Alert
from ..queries import alerts as reading

MOST = 200


def _needs_watcher(request: HttpRequest) -> None:
    if not reading.is_told(request.user):
        raise PermissionDenied


@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """Open ones first, then what was settled."""
    _needs_watcher(request)
    found = list(reading.visible_to(request.user).order_by("-last_at", "-id")[:MOST])
    names = queries.role_names()
    for alert in found:
        alert.role_names = ", ".join(names.get(slug, slug) for slug in alert.user.roles)  # type: ignore[attr-defined]
        alert.may_end = rules.may_end(request.user, alert.user)  # type: ignore[attr-defined]
    context = {
        "open": [alert for alert in found if alert.state != Alert.State.CLOSED],
        "closed": [alert for alert in found if alert.state == Alert.State.CLOSED],
        "administers": rules.administers(request.user),
        "audits": rules.can(request.user, "audit"),
        "people_an_hour": people_an_hour(),
    }
    return responses.page_or_part(request, "access/alerts.html", context, part="list")


@require_GET
def told(request: HttpRequest) -> HttpResponse:
    """What rose since this desk was last told, as toasts."""
    response = responses.nothing()
    looks = look_of(request.user) is not None
    if looks or not responses.wants_part(request) or not reading.is_told(request.user):
        return response
    found = reading.untold(request.user)
    for alert in found:
        with unveiled():
            name = alert.user.name
        words = {"name": name, "n": alert.numbers.get("people", 0)}
        if alert.kind == Alert.Kind.SHIFT:
            said = _("%(name)s has reached the limit of a shift: %(n)s people. See Unusual reading.") % words
        else:
            said = _("%(name)s reads in an unusual way: %(n)s people in an hour. See Unusual reading.") % words
        response = responses.toast(response, said, tone="problem", seconds=30)
    if found:
        actions.keep_told(user=request.user, alerts=found)
    return response


@require_POST
def settle_alert(request: HttpRequest, uid: str, what: str) -> HttpResponse:
    """Look into it, close it with a note, or end the person's access at once."""
    alert = get_object_or_404(reading.visible_to(request.user), uid=uid)
    try:
        if what == "seen":
            actions.see_alert(actor=request.user, alert=alert, now=now())
        elif what == "end":
            end_access(actor=request.user, user=alert.user, now=now())
            messages.success(request, _("%(name)s can do nothing here any more.") % {"name": alert.user.name})
        else:
            actions.close_alert(actor=request.user, alert=alert, note=request.POST.get("note", ""), now=now())
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("access:alerts")


@require_POST
def watch(request: HttpRequest) -> HttpResponse:
    """The campaign's fixed number."""
    try:
        number = whole_number(request.POST.get("people_an_hour", ""), 0)
        actions.set_watch(actor=request.user, people_an_hour=number, now=now())
        messages.success(request, _("Kept."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("access:alerts")
