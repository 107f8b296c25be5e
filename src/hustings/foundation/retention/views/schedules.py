"""How long things are kept."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules
from ..actions.expiring import set_schedules
from ..forms import SchedulesForm
from ..queries import due


@require_http_methods(["GET", "POST"])
def schedules(request: HttpRequest) -> HttpResponse:
    """Set them, with a preview of what would go before they are kept, and the log of the nights."""
    if not rules.sets_schedules(request.user):
        raise PermissionDenied(_("Only counsel and administrators say how long things are kept."))
    form = SchedulesForm(due.lines(), request.POST or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        if "keep" in request.POST:
            try:
                set_schedules(actor=request.user, days=form.cleaned_data, now=now())
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                back = responses.go(reverse("retention:schedules"), request=request)
                return responses.toast(back, _("Kept. What is due goes in the night."))
        preview = due.would_expire(form.cleaned_data, now())
    context = {"form": form, "preview": preview, "nights": due.nights(), "total": sum(one.n for one in preview or [])}
    status = 422 if form.is_bound and form.errors else 200
    return responses.page_or_part(request, "retention/schedules.html", context, status=status)
