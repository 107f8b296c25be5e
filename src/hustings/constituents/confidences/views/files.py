"""Vetting files: the officers' pages. To everybody else there are none."""

import mimetypes
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.constituents.people import queries as people
from hustings.constituents.people.models import Person
from hustings.foundation.access.grants import grants_of
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import Level
from hustings.foundation.core.records import Held
from hustings.foundation.core.secrets import KeyLost
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import saved

from .. import rules
from ..actions import files as actions
from ..forms import DocumentForm, FileForm, OpenForm
from ..models import VettingDocument, VettingFile
from ..queries.files import content_of, file_of, visible_to

SHOWN = 200
FIELDS = tuple(FileForm.base_fields)


def _needs_officer(request: HttpRequest) -> None:
    if not rules.vets(request.user):
        raise PermissionDenied(_("Only vetting officers see this."))


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """All of them, the last changed first. That the list was read is kept with each reading of its fields."""
    _needs_officer(request)
    rows = list(visible_to(request.user).order_by("-changed_at", "-id")[: SHOWN + 1])
    context = {"files": rows[:SHOWN], "more": len(rows) > SHOWN}
    return responses.page_or_part(request, "confidences/files.html", context)


@require_http_methods(["GET", "POST"])
def new_file(request: HttpRequest) -> HttpResponse:
    """Open one; `?person=` names whom it is about, whose file is shown when there is one."""
    _needs_officer(request)
    person = _person(request)
    if person is not None and (known := file_of(request.user, people.members(person.pk))):
        return responses.go(known.get_absolute_url(), request=request)
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_file(actor=request.user, person=person, now=now(), **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return responses.go(made.get_absolute_url(), request=request)
    if person is not None:
        del form.fields["organisation"]
    status = 422 if form.is_bound and form.errors else 200
    return responses.page_or_part(
        request, "confidences/new_file.html", {"form": form, "person": person}, status=status
    )  # fmt: skip


def _person(request: HttpRequest) -> Person | None:
    if not (asked := request.GET.get("person", "")):
        return None
    try:
        return people.find(request.user, UUID(asked))
    except (ValueError, Person.DoesNotExist):
        raise Http404 from None


def _file(request: HttpRequest, uid: UUID) -> VettingFile:
    return get_object_or_404(visible_to(request.user), uid=uid)


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One of them: read, written, decided. Each reading is a line of the audit."""
    found = _file(request, uid)
    actions.note_reading(actor=request.user, file=found, now=now())
    form = _form(request, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_file(actor=request.user, file=found, values=form.cleaned_data, now=now())
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            back = responses.go(found.get_absolute_url(), request=request)
            return responses.toast(back, _("Kept."))
    return _page(request, found, form, status=422 if form.is_bound and form.errors else 200)


def _form(request: HttpRequest, found: VettingFile, data: Any) -> FileForm:
    """What the officer may change; what they may only read, or not even that, is not on it."""
    form = FileForm(data, initial={name: getattr(found, name) for name in FIELDS})
    for name in set(FIELDS) - rules.editable(request.user):
        del form.fields[name]
    return form


def _page(
    request: HttpRequest, found: VettingFile, form: FileForm, *, upload: DocumentForm | None = None, status: int = 200
) -> HttpResponse:
    readable = grants_of(request.user)
    told = [
        (FileForm.base_fields[name].label, getattr(found, f"get_{name}_display", lambda n=name: getattr(found, n))())
        for name in FIELDS
        if name not in form.fields and readable.level(rules.FILE, name) >= Level.READ
    ]
    documents = found.documents.all() if readable.level(rules.FILE, "documents") >= Level.READ else []
    context = {"file": found, "form": form, "told": told, "upload": upload or DocumentForm(), "documents": documents}
    return responses.page_or_part(request, "confidences/file.html", context, status=status)


@require_POST
def add(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Another document."""
    found = _file(request, uid)
    upload = DocumentForm(request.POST, request.FILES)
    if upload.is_valid():
        given = upload.cleaned_data["document"]
        guessed = mimetypes.guess_type(given.name)[0] or "application/octet-stream"
        try:
            actions.add_document(
                actor=request.user, file=found, name=given.name, kind=guessed, content=given.read(), now=now()
            )
        except ValidationError as problem:
            upload.add_error(None, problem)
        else:
            return responses.go(found.get_absolute_url(), request=request)
    form = _form(request, found, None)
    return _page(request, found, form, upload=upload, status=422)


def _document(request: HttpRequest, uid: UUID) -> VettingDocument:
    rows = VettingDocument.objects.filter(file__in=visible_to(request.user))
    return get_object_or_404(rows.select_related("file"), uid=uid)


@require_safe
def document(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A document, decrypted, to keep. The reading is a line of the audit."""
    found = _document(request, uid)
    actions.note_reading(actor=request.user, file=found.file, document=found.uid, now=now())
    try:
        content = content_of(found)
    except FileNotFoundError:
        raise Http404 from None
    except KeyLost:
        text = _("This document was kept under another key of the campaign, and cannot be read without it.")
        return responses.problem(request, text)
    return saved(HttpResponse(content, content_type=found.type), found.name)


@require_POST
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a document away."""
    found = _document(request, uid)
    try:
        actions.remove_document(actor=request.user, document=found, now=now())
    except Held as held:
        return responses.problem(request, str(held))
    return responses.go(found.file.get_absolute_url(), request=request)
