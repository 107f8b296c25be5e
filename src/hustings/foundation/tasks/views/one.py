"""One task: given, looked at, changed, taken, done."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.feed.queries import panel_for as feed_for
from hustings.foundation.feed.queries.showing import named
from hustings.foundation.objects.queries.fields import panel_for as fields_for
from hustings.foundation.retention.actions.refusing import notice_of
from hustings.foundation.ui import responses

from .. import queries, rules
from ..actions import changing, giving
from ..forms import TaskForm
from ..models import Task
from ..queries.about import found_by, named_of, reference_of
from ..queries.panel import lines, panel_for

ACTS = {
    "take": (changing.take_task, gettext_lazy("Yours now")),
    "done": (changing.finish_task, gettext_lazy("Done")),
    "drop": (changing.drop_task, gettext_lazy("Dropped: nobody needs it any more")),
    "reopen": (changing.reopen_task, gettext_lazy("To be done again")),
}
UNDONE_BY = {"done": "reopen", "drop": "reopen"}


def found_or_404(request: HttpRequest, uid: UUID) -> Task:
    rows = queries.visible_to(request.user).select_related("assignee", "team", "made_by", "ended_by")
    return get_object_or_404(rows, uid=uid)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show it; POST writes what is asked now."""
    row, moment = found_or_404(request, uid), now()
    may_change = rules.may_change(request.user)
    form = TaskForm(
        request.POST if request.method == "POST" else None,
        user=request.user, today=rules.today(request.user, moment), task=row, about=reference_of(row),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            changing.change_task(actor=request.user, task=row, now=moment, **form.facts())
            return responses.toast(responses.go(row.get_absolute_url(), request=request), _("Kept"))
        except ValidationError as problem:
            form.refuse(problem.message_dict)
    (line,) = lines(request.user, [row], moment, named_of(request.user, [row]))
    context = {
        "task": row,
        "line": line,
        "form": form if may_change else None,
        "title": row.title or _("Task"),
        "reads": rules.readable(),
        "may_change": may_change,
        "is_open": rules.is_open(row),
        "held": notice_of(request.user, rules.RECORD, row.pk),
        "feed": feed_for(request.user, rules.RECORD, row),
        "added": fields_for(request.user, rules.RECORD, row),
    }
    return responses.page_or_part(request, "tasks/task.html", context, part="facts", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Give one; `about` names the record it is about."""
    if not rules.may_give(request.user):
        raise PermissionDenied(_("Your role gives no tasks."))
    about = request.GET.get("about", "")
    found = found_by(request.user, about) if about else None
    form, made = given(request, about if found else "")
    if made is not None:
        return responses.toast(responses.go(made.get_absolute_url(), request=request), _("Given"))
    context = {"form": form, "about": named(found[0].name, found[1]) if found else None}
    return responses.page_or_part(request, "tasks/new.html", context, status=422 if form.errors else 200)


def given(request: HttpRequest, about: str) -> tuple[TaskForm, Task | None]:
    """The form as it was sent, and the task that was made of it; None where nothing was."""
    moment = now()
    form = TaskForm(
        request.POST if request.method == "POST" else None,
        user=request.user, today=rules.today(request.user, moment), about=about,
    )  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return form, None
    try:
        return form, giving.give_task(actor=request.user, about=about, now=moment, **{"title": "", **form.facts()})
    except ValidationError as problem:
        form.refuse(problem.message_dict)
    return form, None


@require_safe
def on_record(request: HttpRequest, record_type: str, record_uid: UUID) -> HttpResponse:
    """The tasks about a record, for a part of its own page that fetches itself anew."""
    about = f"{record_type}/{record_uid}"
    if not rules.may_see(request.user) or (found := found_by(request.user, about)) is None:
        return responses.problem(request, _("There is no such record, or you may not see it."), status=404)
    if not responses.wants_part(request):
        return responses.go(f"{reverse('tasks:new')}?about={about}")
    return _panel(request, found[0].name, found[1])


def _panel(request: HttpRequest, record_type: str, record: Any) -> HttpResponse:
    it = panel_for(request.user, record_type, record, now())
    return responses.part(request, "tasks/panel.html", {"it": it})


@require_POST
def act(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Take it, say that it is done, drop it, open it again."""
    row = found_or_404(request, uid)
    if what not in ACTS:
        return responses.problem(request, _("There is nothing like this. Nothing was changed."), status=404)
    do, said = ACTS[what]
    back = reverse("tasks:tasks")
    undo = reverse("tasks:act", args=[row.uid, UNDONE_BY[what]]) if what in UNDONE_BY else ""
    try:
        do(actor=request.user, task=row, now=now())
    except rules.Refused as refused:
        return responses.problem(request, str(refused), status=refused.status)
    if responses.target_of(request) == "tasks-panel" and (found := found_by(request.user, reference_of(row))):
        response = _panel(request, found[0].name, found[1])
    elif responses.wants_part(request):
        response = responses.nothing()  # what shows it fetches itself anew
    else:
        response = responses.refresh(request, url="" if what == "done" else back)
    return responses.toast(response, str(said), undo_url=undo)
