"""Your own records: objects and fields, for whoever may build them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.core.records import CHOICE, CHOICES
from hustings.foundation.ui.responses import toast

from ..actions import shaping
from ..forms import ChangeFieldForm, ChangeObjectForm, NewFieldForm, ObjectForm, told_to, without
from ..kinds import INDEXABLE, NAMES
from ..models import FieldType, ObjectType
from ..queries.building import field_rows, object_rows
from ..rules import main_types, may_build


def _needs_builder(request: HttpRequest) -> None:
    if not may_build(request.user):
        raise PermissionDenied


@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """The objects, and the main record types that fields can be added to."""
    _needs_builder(request)
    kinds = object_rows()
    context = {
        "kinds": [one for one in kinds if not one.withdrawn_at],
        "gone": [one for one in kinds if one.withdrawn_at],
        "mains": [(one, len(records.fields_of(one)) - len(one.fields)) for one in main_types()],
    }
    return render(request, "objects/setup.html", context)


@require_http_methods(["GET", "POST"])
def new_object(request: HttpRequest) -> HttpResponse:
    """A new record type; its fields come next."""
    _needs_builder(request)
    form = ObjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kind = shaping.make_object(actor=request.user, now=now(), **form.cleaned_data)
        except ValidationError as refused:
            told_to(form, refused)
        else:
            return toast(redirect("objects:setup_fields", kind.record), _("Made. Now say what each one holds."))
    return render(request, "objects/new_object.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def setup_object(request: HttpRequest, slug: str) -> HttpResponse:
    """What an object is called, its stages, whose it is, its public form."""
    _needs_builder(request)
    kind = get_object_or_404(ObjectType, slug=slug)
    initial: dict[str, Any] = {name: getattr(kind, name) for name in ChangeObjectForm.base_fields}
    initial["stages"] = [label for _slug, label in kind.stages]
    form = ChangeObjectForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            shaping.change_object(actor=request.user, kind=kind, now=now(), **form.cleaned_data)
        except ValidationError as refused:
            told_to(form, refused)
        else:
            return toast(redirect("objects:setup_object", slug), _("Kept"))
    public = request.build_absolute_uri(reverse("objects:form", args=[slug])) if kind.is_public else ""
    context = {"form": form, "kind": kind, "public": public, "tabs": _tabs(kind, "object")}
    return render(request, "objects/setup_object.html", context, status=422 if form.is_bound else 200)


def _tabs(kind: ObjectType, here: str) -> list[dict[str, Any]]:
    fields, whole = (
        reverse("objects:setup_fields", args=[kind.record]),
        reverse("objects:setup_object", args=[kind.slug]),
    )
    return [
        {"label": _("Fields"), "href": fields, "current": here == "fields"},
        {"label": _("Stages and form"), "href": whole, "current": here == "object"},
    ]


@require_POST
def withdraw_object(request: HttpRequest, slug: str) -> HttpResponse:
    """Away from everyone, or back; nothing is lost."""
    _needs_builder(request)
    kind = get_object_or_404(ObjectType, slug=slug)
    back = request.POST.get("back") == "1"
    shaping.withdraw_object(actor=request.user, kind=kind, back=back, now=now())
    said = _("%(what)s are back") if back else _("%(what)s are withdrawn. Nothing is lost.")
    return toast(redirect("objects:setup"), said % {"what": kind.plural})


@require_safe
def setup_fields(request: HttpRequest, record: str) -> HttpResponse:
    """The fields of an object, or those added to a main record type, in order."""
    kind, context = _record_or_404(request, record)
    fields = field_rows(record)
    context |= {
        "fields": [(one, NAMES[one.kind]) for one in fields if not one.withdrawn_at],
        "gone": [(one, NAMES[one.kind]) for one in fields if one.withdrawn_at],
        "tabs": _tabs(kind, "fields") if kind else [],
    }
    return render(request, "objects/setup_fields.html", context)


def _record_or_404(request: HttpRequest, record: str) -> tuple[ObjectType | None, dict[str, Any]]:
    _needs_builder(request)
    kind = next((one for one in object_rows() if one.record == record), None)
    known = next((one for one in main_types() if one.name == record), None)
    if kind is None and known is None:
        raise Http404
    return kind, {"kind": kind, "record": record, "label": kind.plural if kind else known.plural}


@require_http_methods(["GET", "POST"])
def new_field(request: HttpRequest, record: str) -> HttpResponse:
    """A new field, at the end."""
    kind, context = _record_or_404(request, record)
    form = without(NewFieldForm(request.POST or None), () if kind else ("on_form",))
    if request.method == "POST" and form.is_valid():
        try:
            made = shaping.add_field(actor=request.user, record=record, now=now(), **form.cleaned_data)
        except ValidationError as refused:
            told_to(form, refused)
        else:
            go = "objects:new_field" if request.POST.get("then") == "more" else "objects:setup_fields"
            return toast(redirect(go, record), _("“%(label)s” is there") % {"label": made.label})
    return render(request, "objects/new_field.html", {**context, "form": form}, status=422 if form.is_bound else 200)


def _field_or_404(request: HttpRequest, uid: UUID) -> FieldType:
    _needs_builder(request)
    return get_object_or_404(FieldType.objects.select_related("object"), uid=uid)


@require_http_methods(["GET", "POST"])
def setup_field(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a field is called and what holds for it; what it holds stays as it was made."""
    one = _field_or_404(request, uid)
    initial: dict[str, Any] = {name: getattr(one, name) for name in ChangeFieldForm.base_fields}
    initial["choices"] = [label for _slug, label in one.choices]
    left_out = {
        "choices": one.kind not in (CHOICE, CHOICES),
        "on_form": one.object is None or one.kind in shaping.PUBLIC_NOT,
        "is_indexed": one.kind not in INDEXABLE,
    }
    form = without(
        ChangeFieldForm(request.POST or None, initial=initial), [name for name, out in left_out.items() if out]
    )
    if request.method == "POST" and form.is_valid():
        try:
            shaping.change_field(actor=request.user, field=one, now=now(), **form.cleaned_data)
        except ValidationError as refused:
            told_to(form, refused)
        else:
            return toast(redirect("objects:setup_fields", one.record), _("Kept"))
    context = {"form": form, "field": one, "holds": NAMES[one.kind]}
    return render(request, "objects/setup_field.html", context, status=422 if form.is_bound else 200)


@require_POST
def move_field(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One place up or down."""
    one = _field_or_404(request, uid)
    shaping.move_field(actor=request.user, field=one, up=request.POST.get("way") == "up", now=now())
    return redirect("objects:setup_fields", one.record)


@require_POST
def withdraw_field(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Away from every page, or back; its values stay."""
    one = _field_or_404(request, uid)
    back = request.POST.get("back") == "1"
    shaping.withdraw_field(actor=request.user, field=one, back=back, now=now())
    said = _("“%(label)s” is back") if back else _("“%(label)s” is withdrawn. Nothing is lost.")
    return toast(redirect("objects:setup_fields", one.record), said % {"label": one.label})
