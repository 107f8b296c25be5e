"""Whose letters go to people: the list, marking, ending a mark, and the kinds."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import vips as actions
from ..forms_vips import KindForm, PersonVipForm, VipForm
from ..models import Vip
from ..queries.marked import vip_kinds, vip_list
from ..rules import may_mark_vips
from .page import found_or_404


def _refuse_others(request: HttpRequest) -> None:
    if not may_mark_vips(request.user):
        raise PermissionDenied(_("Only leads and administrators mark VIPs."))


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The marks in force, and one more."""
    _refuse_others(request)
    form = VipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark_vip(actor=request.user, now=now(), **form.facts())
        except ValidationError as error:
            form.add_error(None, ValidationError(list(error.messages)))
        else:
            return _back(_("Marked: their letters go to people"))
    kinds = vip_kinds()
    context = {
        "form": form,
        "kind_form": KindForm(),
        "rows": [(row, kinds.get(row.kind, row.kind)) for row in vip_list()],
        "kinds": kinds,
    }
    return responses.page_or_part(request, "people/vips.html", context, status=422 if form.errors else 200)


@require_POST
def keep_kind(request: HttpRequest) -> HttpResponse:
    """Add a kind."""
    _refuse_others(request)
    form = KindForm(request.POST)
    if not form.is_valid():
        return _back(_("Give the kind a name. Nothing was kept."), tone="problem")
    try:
        row = actions.add_kind(actor=request.user, now=now(), **form.cleaned_data)
    except ValidationError as error:
        return _back(" ".join(error.messages), tone="problem")
    return _back(_("“%(name)s” is a kind now") % {"name": row.name})


@require_POST
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The mark holds no more."""
    _refuse_others(request)
    row = get_object_or_404(Vip, uid=uid)
    actions.end_vip(actor=request.user, vip=row, now=now())
    if row.person is not None and request.POST.get("from") == "person":
        whole = row.person.canonical or row.person
        return responses.toast(responses.go(whole.get_absolute_url()), _("Marked no more"))
    return _back(_("Marked no more"))


@require_POST
def mark(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Mark the person whose page it is."""
    person = found_or_404(request, uid)
    _refuse_others(request)
    form = PersonVipForm(request.POST)
    if not form.is_valid():
        said = _("Choose a kind. Nothing was marked.")
        return responses.toast(responses.go(person.get_absolute_url()), said, tone="problem")
    actions.mark_vip(actor=request.user, person=person, now=now(), **form.cleaned_data)
    said = _("Marked: their letters go to people")
    return responses.toast(responses.go(person.get_absolute_url()), said)


def _back(said: str, *, tone: str = "good") -> HttpResponse:
    return responses.toast(responses.go(reverse("people:vips")), said, tone=tone)
