"""Legal holds: counsel's pages."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules
from ..actions.holds import place_hold, release_hold
from ..forms import HoldForm, ReleaseForm
from ..models import Hold
from ..queries import holds as queries


def _needs_counsel(request: HttpRequest) -> None:
    if not rules.holds(request.user):
        raise PermissionDenied(_("Only counsel sees legal holds."))


@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """Those in force, and those that were released."""
    _needs_counsel(request)
    return responses.page_or_part(request, "retention/holds.html", {"lines": queries.lines()})


@require_http_methods(["GET", "POST"])
def new_hold(request: HttpRequest) -> HttpResponse:
    """Place one; `?person=` names whose page it was asked from."""
    _needs_counsel(request)
    form = HoldForm(request.POST or None, initial={"people": request.GET.get("person", "")})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            placed = place_hold(
                actor=request.user, name=told["name"], reason=told["reason"], over=form.over(), now=now()
            )
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            back = responses.go(reverse("retention:hold", args=[placed.uid]), request=request)
            return responses.toast(back, _("Held from now on."))
    status = 422 if form.is_bound and form.errors else 200
    return responses.page_or_part(request, "retention/new_hold.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One of them; releasing it, with the reason."""
    _needs_counsel(request)
    found = get_object_or_404(Hold.objects.select_related("placed_by", "released_by"), uid=uid)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            release_hold(actor=request.user, hold=found, because=form.cleaned_data["because"], now=now())
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            back = responses.go(reverse("retention:hold", args=[uid]), request=request)
            return responses.toast(back, _("Released."))
    context = {"hold": found, "terms": queries.terms_of(request.user, found), "form": form}
    status = 422 if form.is_bound and form.errors else 200
    return responses.page_or_part(request, "retention/hold.html", context, status=status)
