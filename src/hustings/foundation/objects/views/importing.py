"""Records out of a CSV file: looked through first, then made."""

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hustings.foundation.access.grants import grants_of
from hustings.foundation.core import storage
from hustings.foundation.core.clock import now
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.records import FILE
from hustings.foundation.ui.responses import go, toast

from ..actions.importing import ImportRefused, import_records, look_through
from ..forms import ImportForm
from ..models import ObjectType
from ..queries.shape import shape
from ..rules import fillable
from .finding import kind_context, kind_or_404

SALT = "objects.import"
HOLDS = 3600
MARK = 37  # bytes before the file itself, so that its key is its own and it can be taken away again


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
        held = "" if plan.problems else _hold(request, kind, content)
        return _page(request, kind, ImportForm(), plan=plan, held=held, status=422 if plan.problems else 200)
    return _page(request, kind, form, status=422 if form.is_bound else 200)


def _hold(request: HttpRequest, kind: ObjectType, content: bytes) -> str:
    key = storage.put(f"{new_uid()}\n".encode() + content)
    return signing.dumps([key, kind.pk, request.user.pk], salt=SALT)


def _make(request: HttpRequest, kind: ObjectType, held: str) -> HttpResponse:
    form = ImportForm()
    try:
        key, of_kind, of_user = signing.loads(held, salt=SALT, max_age=HOLDS)
        content = storage.read(key)[MARK:] if (of_kind, of_user) == (kind.pk, request.user.pk) else b""
    except (signing.BadSignature, FileNotFoundError):
        content = b""
    if not content:
        return _page(request, kind, form, late=True, status=422)
    try:
        count = import_records(actor=request.user, kind=kind, content=content, now=now())
    except ImportRefused as refused:
        return _page(request, kind, form, plan=refused.plan, status=422)
    storage.remove(key)
    said = ngettext("%(n)d record made", "%(n)d records made", count) % {"n": count}
    return toast(go(reverse("objects:list", args=[kind.slug])), said)


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
        form.add_error(None, _("The file was held for an hour. Nothing was made: choose it again."))
    fields = [one for one in fillable(request.user, shape().fields_of(kind.record)) if one.kind != FILE]
    context = {**kind_context(request, kind), "form": form, "plan": plan, "held": held, "fields": fields}
    return render(request, "objects/import.html", context, status=status)
