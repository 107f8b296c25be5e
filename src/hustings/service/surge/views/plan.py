"""The plan of a surge, and the order of what gives way."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules
from ..actions import planning
from ..forms import PlanForm, StepFormSet, steps_initial
from ..models import CallIn
from ..queries import standing


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Both forms on one page; each is kept by its own button."""
    if not rules.may_plan(request.user):
        raise PermissionDenied(_("An administrator makes the plan."))
    which = request.POST.get("which", "")
    form = PlanForm(request.POST if which == "plan" else None, plan=standing.plan())
    steps = StepFormSet(request.POST if which == "order" else None, initial=steps_initial(), prefix="step")
    problem = ""
    if request.method == "POST":
        try:
            if which == "plan" and form.is_valid():
                planning.save_plan(actor=request.user, now=now(), **form.facts())
                return _kept()
            if which == "order" and steps.is_valid():
                given = [
                    one.step() for one in steps if any(one.cleaned_data.get(n) for n in ("name", "natures", "topics"))
                ]
                planning.save_order(actor=request.user, steps=given, now=now())
                return _kept()
        except rules.Refused as refused:
            problem = str(refused)
    context = {
        "form": form,
        "steps": steps,
        "problem": problem,
        "calls": CallIn.objects.select_related("team", "by").order_by("-at")[:10],
    }
    bad = bool(problem or form.errors or (which == "order" and not steps.is_valid()))
    return responses.page_or_part(request, "surge/plan.html", context, status=422 if bad else 200)


def _kept() -> HttpResponse:
    return responses.toast(responses.go(reverse("surge:plan")), _("Kept"))
