"""Added fields of a main record: a form of their own, to which a room's page leads."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hustings.foundation.access.grants import grants_of
from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.core.records import RecordType
from hustings.foundation.ui.responses import go, toast

from ..actions.values import set_values
from ..forms import RecordForm
from ..guarding import veiled
from ..queries.fields import fields_for, stored
from ..queries.shape import shape
from ..rules import fillable
from .finding import download, links_of


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, record: str, uid: UUID) -> HttpResponse:
    """The added fields of one record; those that the reader may edit, as a form."""
    kind, row = _row_or_404(request, record, uid)
    may_change = grants_of(request.user).may(record, "change")
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    fields = fillable(request.user, shape().fields_of(record)) if may_change else []
    kept = veiled(record, row.pk, stored(record, [row.pk]).get(row.pk, {}))
    form = RecordForm(
        fields, request.POST or None, request.FILES or None, kept=kept, links=links_of(request.user, fields, kept)
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_values(actor=request.user, record_type=record, record=row, values=form.values(), now=now())
        except ValidationError as refused:
            form.tell(refused)
        else:
            return toast(go(kind.url(row), request=request), _("Kept"))
    open_to = {one.slug for one in fields}
    context = {
        "type": kind,
        "title": kind.title(row),
        "url": kind.url(row),
        "form": form,
        "rows": form.rows(),
        "only_read": [one for one in fields_for(record, row.pk, request.user) if one.field.slug not in open_to],
    }
    html = render_to_string("objects/main_fields.html", context, request)
    return HttpResponse(html, status=422 if form.is_bound else 200)


@require_safe
def file(request: HttpRequest, record: str, uid: UUID, field: str) -> Any:
    """A file in an added field, as a download."""
    _kind, row = _row_or_404(request, record, uid)
    return download(veiled(record, row.pk, stored(record, [row.pk]).get(row.pk, {})).get(field))


def _row_or_404(request: HttpRequest, record: str, uid: UUID) -> tuple[RecordType, Any]:
    kind = records.get(record)
    if kind is None or kind.is_custom or not grants_of(request.user).may(record, "see"):
        raise Http404
    row = kind.visible_to(request.user).filter(uid=uid).first()
    if row is None:
        raise Http404
    return kind, row
