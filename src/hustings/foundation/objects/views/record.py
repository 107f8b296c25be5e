"""One record: its page, its form, its stage and owner."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.queries import audit_of, colleagues
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.core.records import TEXT, Held
from hustings.foundation.retention.actions.refusing import notice_of
from hustings.foundation.ui.responses import go, nothing, problem, toast

from ..actions import making
from ..forms import RecordForm
from ..models import CustomRecord, ObjectType
from ..queries.fields import shown
from ..queries.related import related_to
from ..queries.shape import shape
from ..records import title_of, url_of
from ..registry import drawn, registry
from ..rules import OWNER, STAGE, fillable
from .finding import download, kind_context, kind_or_404, links_of, record_or_404, seen_fields


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new one, from the fields that the reader may fill in."""
    kind = kind_or_404(request, slug)
    if not grants_of(request.user).may(kind.record, "add"):
        raise PermissionDenied
    fields = fillable(request.user, shape().fields_of(kind.record))
    form = RecordForm(fields, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            record = making.make_record(actor=request.user, kind=kind, values=form.values(), now=now())
        except ValidationError as refused:
            form.tell(refused)
        else:
            return toast(redirect(url_of(record)), _("%(what)s is kept") % {"what": kind.label})
    context = {**kind_context(request, kind), "form": form, "rows": form.rows()}
    html = render_to_string("objects/new.html", context, request)
    return HttpResponse(html, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """The record as its reader sees it; `?edit=1` opens the form."""
    kind, record = record_or_404(request, slug, uid)
    context = kind_context(request, kind)
    form: RecordForm | None = None
    if context["may_change"] and (request.method == "POST" or request.GET.get("edit")):
        fields = fillable(request.user, shape().fields_of(kind.record))
        links = links_of(request.user, fields, record.values)
        form = RecordForm(fields, request.POST or None, request.FILES or None, kept=record.values, links=links)
    elif request.method == "POST":
        raise PermissionDenied
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            _change(request, record, form)
        except ValidationError as refused:
            form.tell(refused)
        else:
            return toast(go(url_of(record), request=request), _("Kept"))
    context |= _page_context(request, kind, record)
    context |= {"form": form, "rows": form.rows() if form else []}
    html = render_to_string("objects/record.html", context, request)
    return HttpResponse(html, status=422 if form and form.is_bound else 200)


def _change(request: HttpRequest, record: CustomRecord, form: RecordForm) -> None:
    seen = request.POST.get("version", "")
    version = whole_number(seen, None)
    making.change_record(actor=request.user, record=record, values=form.values(), version=version, now=now())


def _page_context(request: HttpRequest, kind: ObjectType, record: CustomRecord) -> dict[str, Any]:
    fields = seen_fields(request.user, kind.record)

    def file_url(one: Any) -> str:
        return reverse("objects:file", args=[kind.slug, record.uid, one.slug])

    first = next((one for one in fields if one.kind == TEXT), None)
    return {
        "held": notice_of(request.user, kind.record, record.pk),
        "record": record,
        "title": title_of(record),
        "shown": shown(fields, record.values, user=request.user, file_url=file_url),
        "first": first,
        "stage_label": dict(kind.stages).get(record.stage, ""),
        "stage_at": next((n for n, (slug, _label) in enumerate(kind.stages) if slug == record.stage), 0),
        "stage_labels": [label for _slug, label in kind.stages],
        "colleagues": colleagues(request.user),
        "related": related_to(kind.record, record.pk, request.user),
        "mains": drawn(registry.mains, request.user, record),
        "panels": drawn(registry.panels, request.user, record),
        "history": _history(kind, record),
        "live_topics": f"record:{record.uid}",
    }


def _history(kind: ObjectType, record: CustomRecord) -> list[dict[str, Any]]:
    """When it was changed, and which fields that the reader may read: the audit's own lines without the others."""
    names = {one.slug: one.label for one in shape().fields_of(kind.record)} | {STAGE: _("Stage"), OWNER: _("Owner")}
    lines = []
    for entry in audit_of(record.uid)[:20]:
        if entry.action != "record.changed":
            continue
        told = [names[one] for one in entry.detail.get("fields", ()) if one in names and may_read(kind.record, one)]
        if told:
            lines.append({"icon": "pencil", "text": ", ".join(told), "at": entry.at})
    return lines


@require_POST
def stage(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """To another stage; from the board the lanes are drawn anew by the live topic."""
    kind, record = record_or_404(request, slug, uid)
    return _own(request, kind, record, STAGE, _("Moved to %(stage)s"))


@require_POST
def stage_to(request: HttpRequest, slug: str, uid: UUID, to: str) -> HttpResponse:
    """For the board, which has moved the card already. It is taken back (`version` is what it had then) while nobody
    else has changed the record."""
    kind, record = record_or_404(request, slug, uid)
    was, version = record.stage, request.GET.get("version", "")
    looked_at = whole_number(version, None)
    try:
        changed = making.change_record(
            actor=request.user, record=record, values={STAGE: to}, version=looked_at, now=now()
        )
    except ValidationError as refused:
        return problem(request, " ".join(refused.messages), status=409 if looked_at else 422)
    if not changed:
        return nothing()
    back = reverse("objects:stage_to", args=[kind.slug, record.uid, was]) + f"?version={record.version + 1}"
    said = _("Moved to %(stage)s") % {"stage": dict(kind.stages).get(to, "")}
    return toast(nothing(), said, undo_url="" if looked_at else back)


@require_POST
def owner(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """To somebody, to oneself (`me`), or to nobody."""
    kind, record = record_or_404(request, slug, uid)
    return _own(request, kind, record, OWNER, _("Given"))


def _own(request: HttpRequest, kind: ObjectType, record: CustomRecord, name: str, said: str) -> HttpResponse:
    value: Any = request.POST.get(name, "")
    value = request.user if name == OWNER and value == "me" else value
    try:
        making.change_record(actor=request.user, record=record, values={name: value or None}, now=now())
    except ValidationError as refused:
        return problem(request, " ".join(refused.messages), status=422)
    words = said % {"stage": dict(kind.stages).get(value, "")} if name == STAGE else said
    back = request.POST.get("back", "")
    inside = back == "board" and bool(kind.stages)
    return toast(go(reverse("objects:board", args=[kind.slug]) if inside else url_of(record), request=request), words)


@require_POST
def delete(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """It is gone, with its values."""
    kind, record = record_or_404(request, slug, uid)
    try:
        making.delete_record(actor=request.user, record=record, now=now())
    except Held as held:
        return problem(request, str(held), status=409)
    return toast(redirect("objects:list", kind.slug), _("%(what)s is deleted") % {"what": kind.label})


@require_safe
def file(request: HttpRequest, slug: str, uid: UUID, field: str) -> Any:
    """A file that the reader may read, as a download."""
    _kind, record = record_or_404(request, slug, uid)
    return download(record.values.get(field))
