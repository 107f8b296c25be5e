"""Records out of a CSV file: looked through first, then made."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hustings.foundation.access.grants import grants_of
from hustings.foundation.core.clock import now
from hustings.foundation.core.records import FILE
from hustings.foundation.ui.responses import go, toast

from ..actions.importing import FileGone, ImportRefused, import_file, keep_file, look_through
from ..forms import ImportForm
from ..models import ObjectType
from ..queries.shape import shape
from ..rules import fillable
from .finding import kind_context, kind_or_404


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """A file is looked through; what it would make is shown; a second press makes it."""
    kind = kind_or_404(request, slug)
    if not grants_of(request.user).may(kind.record, "add"):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("held"):
        return _make(request, kind, request.POST["held"])
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        plan = look_through(actor=request.user, kind=kind, content=content)
        kept = None if plan.problems else keep_file(actor=request.user, kind=kind, content=content, now=now())
        held = str(kept.uid) if kept else ""
        return _page(request, kind, ImportForm(), plan=plan, held=held, status=422 if plan.problems else 200)
    return _page(request, kind, form, status=422 if form.is_bound else 200)


def _make(request: HttpRequest, kind: ObjectType, held: str) -> HttpResponse:
    form = ImportForm()
    try:
        count = import_file(actor=request.user, kind=kind, uid=_uid(held), now=now())
    except FileGone:
        return _page(request, kind, form, late=True, status=422)
    except ImportRefused as refused:
        return _page(request, kind, form, plan=refused.plan, status=422)
    said = ngettext("%(n)d record made", "%(n)d records made", count) % {"n": count}
    return toast(go(reverse("objects:list", args=[kind.slug])), said)


def _uid(held: str) -> UUID:
    try:
        return UUID(held)
    except ValueError:
        raise FileGone from None


def _page(
    request: HttpRequest,
    kind: ObjectType,
    form: ImportForm,
    *,
    plan: object = None,
    held: str = "",
    late: bool = False,
    status: int = 200,
) -> HttpResponse:
    if late:
        form = ImportForm({})
        form.errors.clear()
        form.add_error(None, FileGone())
    fields = [one for one in fillable(request.user, shape().fields_of(kind.record)) if one.kind != FILE]
    context = {**kind_context(request, kind), "form": form, "plan": plan, "held": held, "fields": fields}
    return render(request, "objects/import.html", context, status=status)
