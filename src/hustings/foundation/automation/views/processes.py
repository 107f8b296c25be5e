"""How things are approved."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules as may
from ..actions.processes import save_process
from ..forms.approvals import ProcessEditor, data_of
from ..models import Process
from ..queries.processes import lines


def _needs_administrator(request: HttpRequest) -> None:
    if not may.may_write_processes(request.user):
        raise PermissionDenied(_("Only an administrator says how things are approved."))


@require_safe
def processes(request: HttpRequest) -> HttpResponse:
    """Every one by name, with what waits."""
    _needs_administrator(request)
    return responses.page_or_part(request, "automation/processes.html", {"lines": lines()})


@require_http_methods(["GET", "POST"])
def edit_process(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """Write or change one. `again`, `add` and `drop` show the page anew."""
    _needs_administrator(request)
    process = get_object_or_404(Process, uid=uid) if uid else None
    if request.method != "POST":
        data = data_of(process) if process else MultiValueDict()
        return _editor(request, ProcessEditor(request.user, data, process=process), process)
    asked = request.POST
    if {"again", "add", "drop"} & asked.keys():
        return _editor(request, ProcessEditor(request.user, asked, process=process), process)
    editor = ProcessEditor(request.user, asked, process=process, check=True)
    if not editor.is_valid():
        return _editor(request, editor, process, wrong=editor.errors())
    try:
        saved = save_process(actor=request.user, process=process, now=now(), **editor.facts())
    except ValidationError as problem:
        return _editor(request, editor, process, wrong=[("", text) for text in problem.messages])
    back = responses.go(reverse("automation:processes"), request=request)
    return responses.toast(back, _("“%(name)s” is kept") % {"name": saved.name})


def _editor(
    request: HttpRequest,
    editor: ProcessEditor,
    process: Process | None,
    *,
    wrong: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    context = {"editor": editor, "process": process, "wrong": wrong or []}
    status = 422 if wrong else 200
    return responses.page_or_part(request, "automation/process.html", context, part="editor", status=status)
