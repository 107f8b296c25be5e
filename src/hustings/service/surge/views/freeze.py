"""The freeze: what holds, who may let a change through, and what changed all the same."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules
from ..actions import freezing
from ..forms import FreezeForm, LeaveForm
from ..models import Freeze, FrozenKind
from ..queries.standing import changed_in, freeze_now


@require_http_methods(["GET", "POST"])
def freeze(request: HttpRequest) -> HttpResponse:
    """Shown to all who see the board; POST freezes, ends it, or gives leave."""
    if not rules.may_see_board(request.user):
        raise PermissionDenied(_("Those who lead, and voter protection, see this page."))
    row, act = freeze_now(), request.POST.get("act", "")
    form = FreezeForm(request.POST if act == "begin" else None)
    leave = LeaveForm(request.POST if act == "leave" else None, kinds=row.kinds if row else [])
    problem = ""
    if request.method == "POST":
        try:
            if said := _done(request, act, form, leave):
                return responses.toast(responses.go(reverse("surge:freeze")), said)
        except rules.Refused as refused:
            problem = str(refused)
    shown = row or Freeze.objects.exclude(ended_at=None).order_by("-began_at").first()
    changes = list(changed_in(shown)) if shown else []
    names = dict(User.objects.filter(pk__in={one.by_id for one in changes if one.by_id}).values_list("pk", "name"))
    context = {
        "freeze": row,
        "shown": shown,
        "form": form,
        "leave": leave,
        "problem": problem,
        "kinds": [FrozenKind(kind).label for kind in shown.kinds] if shown else [],
        "keepers": list(row.keepers.order_by("name")) if row else [],
        "changes": [(one, names.get(one.by_id, "")) for one in changes],
        "may_plan": rules.may_plan(request.user),
        "is_keeper": row is not None and row.keepers.filter(pk=request.user.pk).exists(),
    }
    bad = bool(problem or form.errors or leave.errors)
    return responses.page_or_part(request, "surge/freeze.html", context, status=422 if bad else 200)


def _done(request: HttpRequest, act: str, form: FreezeForm, leave: LeaveForm) -> str:
    """What was done, in words; "" when the form says what is missing."""
    if act == "begin" and form.is_valid():
        freezing.begin_freeze(
            actor=request.user, kinds=form.cleaned_data["kinds"], keepers=list(form.cleaned_data["keepers"]), now=now()
        )
        return _("It is frozen")
    if act == "end":
        freezing.end_freeze(actor=request.user, now=now())
        return _("All may change again")
    if act == "leave" and leave.is_valid():
        freezing.give_leave(actor=request.user, now=now(), **leave.cleaned_data)
        return _("They may change it for half an hour")
    return ""
