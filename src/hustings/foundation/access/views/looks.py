"""Looking as somebody else: choosing whose eyes, beginning, stopping."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hustings.foundation.core.clock import now

from .. import queries, rules
from ..actions.looking import begin_look, note_look_ended
from ..looking import KEY, look_from
from ..models import User
from ..queries import role_names
from ..queries.roles import holders


@require_GET
def look(request: HttpRequest) -> HttpResponse:
    """Which role, in which teams; or which person."""
    if not rules.can(request.user, "see_as"):
        raise PermissionDenied
    assert isinstance(request.user, User)  # the middleware let nobody else through
    held = holders()
    context = {
        "roles": [(slug, name, held[slug]) for slug, name in role_names().items()],
        "teams": queries.teams_visible_to(request.user),
        "people": queries.colleagues(request.user).exclude(pk=request.user.pk)[:500],
        "chosen": request.GET.get("role", "volunteer"),
    }
    return render(request, "access/look.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """From the next page on, and for half an hour at most."""
    person = None
    if uid := request.POST.get("person", ""):
        person = get_object_or_404(queries.colleagues(request.user), uid=uid)
    teams = queries.teams_visible_to(request.user).filter(uid__in=request.POST.getlist("team"))
    try:
        made = begin_look(actor=request.user, roles=request.POST.getlist("role"), person=person, teams=teams, now=now())
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("access:look")
    request.session[KEY] = made.told()
    return redirect("/")


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Back to one's own eyes."""
    if told := request.session.pop(KEY, None):
        note_look_ended(user=request.user, look=look_from(told), why="stopped", now=now())
        messages.success(request, _("You see with your own eyes again."))
    return redirect("access:look")
