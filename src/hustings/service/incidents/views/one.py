"""One incident: what is known, what was done, its feed; reported by hand or from a letter."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.core.texts import storable
from hustings.foundation.feed.queries import panel_for as feed_for
from hustings.foundation.geography.queries import state_name
from hustings.foundation.objects.queries.fields import panel_for as fields_for
from hustings.foundation.retention.actions.refusing import notice_of
from hustings.foundation.tasks.queries.panel import panel_for as tasks_for
from hustings.foundation.ui import responses
from hustings.service.desk.queries.inquiries import visible_to as inquiries_visible_to

from .. import queries, rules
from ..actions import keeping, reporting
from ..forms import IncidentForm
from ..models import Incident
from ..queries import title


def _found(request: HttpRequest, uid: UUID) -> Incident:
    rows = queries.visible_to(request.user).select_related("reported_by", "closed_by", "inquiry")
    return get_object_or_404(rows, uid=uid)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show it; POST writes what is known now."""
    incident = _found(request, uid)
    form = IncidentForm(request.POST or None, incident=incident)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.change_incident(actor=request.user, incident=incident, now=now(), **form.cleaned_data)
            return responses.toast(responses.go(incident.get_absolute_url()), _("Kept"))
        except rules.Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "incident": incident,
        "form": form,
        "may_change": rules.may_change(request.user),
        "may_close": rules.may_close(request.user),
        "held": notice_of(request.user, rules.RECORD, incident.pk),
        "title": title(incident),
        "reads": rules.readable(),
        "facts": _facts(incident),
        "inquiry": _inquiry(request, incident),
        "feed": feed_for(request.user, "incident", incident),
        "tasks": tasks_for(request.user, "incident", incident, now()),
        "added": fields_for(request.user, "incident", incident),
    }
    return responses.page_or_part(request, "incidents/one.html", context, status=422 if form.errors else 200)


def _facts(incident: Incident) -> list[tuple[str, object]]:
    """What is known, as its reader sees it."""
    said = [
        (_("State"), state_name(incident.state_code) if incident.state_code else ""),
        (_("Precinct"), incident.precinct),
        (_("Polling place"), incident.place),
        (_("When it happened"), incident.at and date_format(timezone.localtime(incident.at), "DATETIME_FORMAT")),
        (_("What happened"), incident.what),
        (_("What was done"), incident.done),
    ]
    return [(label, value) for label, value in said if value]


def _inquiry(request: HttpRequest, incident: Incident) -> object:
    """Its letter, for those who see that."""
    return inquiries_visible_to(request.user).filter(pk=incident.inquiry_id).first() if incident.inquiry_id else None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Reported by hand."""
    if not rules.may_report(request.user):
        raise PermissionDenied(_("Your role does not report incidents."))
    form = IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            incident = reporting.report(actor=request.user, now=now(), **form.cleaned_data)
            return responses.toast(responses.go(incident.get_absolute_url()), _("Reported to voter protection"))
        except rules.Refused as refused:
            form.add_error(None, str(refused))
    return responses.page_or_part(
        request, "incidents/new.html", {"form": form}, status=422 if form.errors else 200
    )  # fmt: skip


@require_POST
def from_letter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """In a click: reported with what the letter says. One that was reported already is shown, where they may see it."""
    inquiry = get_object_or_404(inquiries_visible_to(request.user), uid=uid)
    try:
        words = inquiry.snippet or inquiry.subject
        ids: Sequence[int] = [reporting.report(actor=request.user, inquiry=inquiry, what=words, now=now()).pk]
        said = _("Reported to voter protection")
    except reporting.Reported as already:
        ids, said = already.ids, str(already)
    shown = queries.newest_first(queries.visible_to(request.user).filter(pk__in=ids)).first()
    address = shown.get_absolute_url() if shown else reverse("desk:inquiry", args=[inquiry.uid])
    return responses.toast(responses.go(address, request=request), said)


@require_POST
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """It is over: voter protection says how it ended."""
    incident = _found(request, uid)
    outcome = storable(request.POST.get("outcome", ""))[: reporting.LONGEST]
    keeping.close_incident(actor=request.user, incident=incident, outcome=outcome, now=now())
    return responses.toast(responses.go(reverse("incidents:board"), request=request), _("Closed"))


@require_POST
def reopen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """It is not over."""
    incident = _found(request, uid)
    keeping.reopen_incident(actor=request.user, incident=incident, now=now())
    return responses.toast(responses.go(incident.get_absolute_url(), request=request), _("Open again"))
