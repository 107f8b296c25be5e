"""Counsel's notes, from the page of the record they are on."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.core.records import Held
from hustings.foundation.ui import responses

from .. import rules
from ..actions import notes as actions
from ..queries.notes import visible_to


@require_POST
def write(request: HttpRequest, record: str, uid: UUID) -> HttpResponse:
    """Leave one on a record that the writer sees."""
    kind = records.get(record) if record in rules.NOTED else None
    if kind is None or not rules.writes_notes(request.user):
        raise Http404
    about = get_object_or_404(kind.visible_to(request.user), uid=uid)
    try:
        actions.write_note(actor=request.user, record=record, about=about, text=request.POST.get("text", ""), now=now())
    except ValidationError as problem:
        return responses.problem(request, " ".join(problem.messages), status=422)
    return responses.refresh(request, url=kind.url(about))


@require_POST
def delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one away."""
    note = get_object_or_404(visible_to(request.user), uid=uid)
    try:
        actions.delete_note(actor=request.user, note=note, now=now())
    except Held as held:
        return responses.problem(request, str(held))
    return responses.refresh(request)
