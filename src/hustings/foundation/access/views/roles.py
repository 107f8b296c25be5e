"""Roles and fields: the grid, saving its changes, and a second administrator's agreement."""

import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.core.records import RecordType

from .. import rules
from ..actions import roles as actions
from ..actions.roles import Cell
from ..models import RoleChange, User
from ..queries import role_names
from ..queries.grid import grid, preview
from ..queries.roles import field_named, known_role, other_administrators, waiting_changes
from ..roles import BadRole, with_level

View = Callable[..., HttpResponse]


def administrators_only(view: View) -> View:
    """Everybody else is refused, whatever they ask."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.administers(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def type_asked(request: HttpRequest) -> RecordType:
    """The record type of the address; the first one when it names none."""
    name = request.GET.get("record") or request.POST.get("record") or "person"
    found = records.get(name) or (records.all_types()[0] if "record" not in request.GET else None)
    if found is None:
        raise Http404
    return found


@require_GET
@administrators_only
def roles(request: HttpRequest) -> HttpResponse:
    """Who may see which field."""
    return _drawn(request)


def _drawn(
    request: HttpRequest, *, cells: Sequence[Cell] = (), problem: str = "", confirm: bool = False, status: int = 200
) -> HttpResponse:
    one, me = type_asked(request), request.user
    assert isinstance(me, User)
    here = reverse("access:roles")
    tabs = [
        {"label": str(each.label), "href": f"{here}?record={each.name}", "current": each.name == one.name}
        for each in records.all_types()
    ]
    drawn = grid(one)
    others = other_administrators(me)
    context = {
        "type": one,
        "tabs": tabs,
        "grid": drawn,
        "others": others,
        "other_names": ", ".join(other.name for other in others[:3]),
        "pending": json.dumps([_told(cell) for cell in cells]),
        "problem": problem,
        "confirm": confirm,
        "waiting": [_proposal(change, me) for change in waiting_changes()],
        "may_look": rules.can(me, "see_as"),
    }
    return render(request, "access/roles.html", context, status=status)


def _told(cell: Cell) -> dict[str, str]:
    return {"role": cell.role, "record": cell.record, "field": cell.field, "was": cell.was, "to": cell.to}


def _proposal(change: RoleChange, me: User) -> dict[str, Any]:
    """As the page says it: who asks, for which role, each field from and to."""
    lines = []
    for cell in change.cells:
        one = records.get(cell["record"])
        label = next((str(f.label) for f in records.fields_of(one) if f.name == cell["field"]), "") if one else ""
        name = f"{one.label}: {label or cell['field']}" if one else cell["field"]
        lines.append({"name": name, "was": cell["was"], "to": cell["to"]})
    return {
        "change": change,
        "role": role_names().get(change.role_slug, change.role_slug),
        "lines": lines,
        "is_mine": change.asked_by_id == me.pk,
    }


@require_POST
@administrators_only
def change_cells(request: HttpRequest) -> HttpResponse:
    """Save what was set in the grid; what widens something sensitive is asked of another administrator."""
    cells = [Cell(*parts) for given in request.POST.getlist("cell") if len(parts := given.split("|")) == 5]
    typed = request.POST.get("confirm", "").strip().casefold()
    alone = bool(typed) and typed == request.user.email.casefold()
    try:
        outcome = actions.change_cells(actor=request.user, cells=cells, alone=alone, now=now())
    except (BadRole, ValidationError) as problem:
        confirm = getattr(problem, "code", "") == "alone"
        return _drawn(request, cells=cells, problem=_words(problem), confirm=confirm, status=422)
    if outcome.saved:
        n = len(outcome.saved)
        messages.success(request, ngettext("%(n)s change holds now.", "%(n)s changes hold now.", n) % {"n": n})
    if outcome.asked:
        n = len(outcome.asked)
        said = ngettext(
            "%(n)s change waits until another administrator agrees.",
            "%(n)s changes wait until another administrator agrees.",
            n,
        )
        messages.success(request, said % {"n": n})
    return redirect(f"{reverse('access:roles')}?record={type_asked(request).name}")


def _words(problem: Exception) -> str:
    return " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)


@require_POST
@administrators_only
def settle_change(request: HttpRequest, uid: str, what: str) -> HttpResponse:
    """Agree, refuse, or take back what one asked."""
    change = get_object_or_404(RoleChange, uid=uid)
    try:
        if what == "agree":
            actions.agree(actor=request.user, change=change, now=now())
            messages.success(request, _("Agreed. It holds from now on."))
        elif what == "refuse":
            actions.refuse(actor=request.user, change=change, reason=request.POST.get("reason", ""), now=now())
            messages.success(request, _("Refused. Nothing was changed."))
        else:
            actions.withdraw(actor=request.user, change=change, now=now())
            messages.success(request, _("Taken back. Nothing was changed."))
    except (BadRole, ValidationError) as problem:
        messages.error(request, _words(problem))
    return redirect("access:roles")


@require_GET
@administrators_only
def preview_role(request: HttpRequest) -> HttpResponse:
    """A sample record as the role sees it, now and after the changes that are not saved."""
    one, slug = type_asked(request), request.GET.get("role", "")
    try:
        old = new = known_role(slug)
        for given in request.GET.getlist("cell"):
            role, record, field, _was, to = given.split("|")
            if role == slug and record == one.name:
                new = with_level(new, *field_named(record, field), to)
    except (BadRole, ValueError) as problem:
        raise Http404 from problem
    shown, hidden = preview(request.user, one, old, new)
    return render(request, "access/preview.html", {"shown": shown, "hidden": hidden, "slug": slug})
