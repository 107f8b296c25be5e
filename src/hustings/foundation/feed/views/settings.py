"""What a person wants of the feed, and what feeds tell of changes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions.changes import set_tracked
from ..actions.following import change_standing
from ..forms import Wishes
from ..queries.changes import tracked
from ..queries.following import followed, standing_of
from ..rules import chooses_fields


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """The digest, what is followed, and whole types."""
    standing = standing_of(request.user)
    initial = {name: getattr(standing, name) for name in ("digest", "hour", "weekday", "types", "changes")}
    form = Wishes(request.POST or None, initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid():
        change_standing(actor=request.user, now=now(), **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("feed:preferences")
    context = {"form": form, "standing": standing, "followed": followed(request.user)}
    return responses.page_or_part(request, "feed/preferences.html", context, status=422 if form.is_bound else 200)


def _needs_right(request: HttpRequest) -> None:
    if not chooses_fields(request.user):
        raise PermissionDenied


@require_safe
def fields(request: HttpRequest) -> HttpResponse:
    """Each type of record, and how much of its changes its feeds tell."""
    _needs_right(request)
    rows = []
    for kind in sorted(records.all_types(), key=lambda one: str(one.label)):
        all_of = records.fields_of(kind)
        chosen = set(tracked(kind.name))
        names = [str(field.label) for field in all_of if field.name in chosen]
        rows.append({"kind": kind, "names": ", ".join(names), "count": len(names), "of": len(all_of)})
    return responses.page_or_part(request, "feed/fields.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def type_fields(request: HttpRequest, record_type: str) -> HttpResponse:
    """Which fields of one type."""
    _needs_right(request)
    kind = records.get(record_type)
    if kind is None:
        raise Http404
    all_of = records.fields_of(kind)
    if request.method == "POST":
        wanted = set(request.POST.getlist("fields"))
        set_tracked(
            actor=request.user,
            record_type=record_type,
            fields=[field.name for field in all_of if field.name in wanted],
            now=now(),
        )
        messages.success(request, _("Kept. Changes from now on are told so."))
        return redirect("feed:fields")
    chosen = set(tracked(record_type))
    context = {"kind": kind, "fields": [(field, field.name in chosen) for field in all_of]}
    return responses.page_or_part(request, "feed/type_fields.html", context)
