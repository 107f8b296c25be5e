"""What is no letter of a person's, or could not be read: with its reason, to be looked at and taken back in."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.channels.models import Outcome
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import saved

from ..actions import setaside as actions
from ..models import SetAside
from ..queries import asides
from ..rules import may_see_raw, may_see_set_aside
from .reading import framed


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """One kind, or all: the address is the state."""
    if not may_see_set_aside(request.user):
        raise PermissionDenied
    kind = request.GET.get("kind", "")
    kind = kind if kind in asides.KINDS else ""
    counts = asides.counts(request.user)
    page = Paginator(asides.of_kind(request.user, kind), 50).get_page(request.GET.get("page"))
    here = reverse("correspondence:set_aside")
    tabs = [{"label": _("All"), "href": here, "current": not kind, "count": sum(counts.values())}] + [
        {"label": one.label, "href": f"{here}?kind={one.value}", "current": kind == one, "count": counts[one.value]}
        for one in asides.KINDS
    ]
    context = {"page": page, "kind": kind, "tabs": tabs, "restorable": asides.RESTORABLE}
    return responses.page_or_part(request, "correspondence/set_aside.html", context, part="list")


@require_safe
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One of them: why it was set aside, and what it says, as text."""
    aside = _aside(request, uid)
    context = {
        "aside": aside,
        "may_restore": aside.restored_at is None and aside.kind in asides.RESTORABLE,
        "may_replay": aside.restored_at is None and aside.kind == Outcome.QUARANTINED,
        "may_see_raw": may_see_raw(request.user),
        **asides.opened(aside),
    }
    return responses.page_or_part(request, "correspondence/aside.html", context)


@require_safe
def as_sent(request: HttpRequest, uid: UUID) -> HttpResponse:
    page = asides.harmless_html(_aside(request, uid))
    if page is None:
        raise Http404
    return framed(HttpResponse(page))


@require_safe
def raw(request: HttpRequest, uid: UUID) -> HttpResponse:
    aside = _aside(request, uid)
    if not may_see_raw(request.user):
        raise PermissionDenied
    content = asides.raw_bytes(aside)
    if content is None:
        raise Http404(_("The bytes of this letter are no longer kept."))
    record_audit(
        actor=request.user, action="letter.downloaded", record_type="setaside", record_uid=aside.uid, now=now()
    )
    return saved(HttpResponse(content, content_type="application/octet-stream"), f"letter-{aside.uid}.eml")


@require_POST
def restore(request: HttpRequest, uid: UUID) -> HttpResponse:
    """It is a person's letter after all."""
    aside = _aside(request, uid)
    if aside.restored_at is not None or aside.kind not in asides.RESTORABLE:
        return responses.problem(request, _("This was taken back already. Nothing was changed."))
    try:
        actions.restore(actor=request.user, setaside=aside, now=now())
    except actions.NotRestorable as why:
        return responses.problem(request, str(why))
    return responses.toast(_back(request, aside), _("Restored: it is a letter on the desk now"))


@require_POST
def replay(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Read it again, after a fix."""
    aside = _aside(request, uid)
    if aside.restored_at is not None or aside.kind != Outcome.QUARANTINED:
        return responses.problem(request, _("This was taken back already. Nothing was changed."))
    actions.replay(actor=request.user, setaside=aside, now=now())
    return responses.toast(_back(request, aside), _("It is read again in a moment"))


def _aside(request: HttpRequest, uid: UUID) -> SetAside:
    if not may_see_set_aside(request.user):
        raise PermissionDenied
    return get_object_or_404(asides.visible_to(request.user), uid=uid)


def _back(request: HttpRequest, aside: SetAside) -> HttpResponse:
    return responses.go(f"{reverse('correspondence:set_aside')}?kind={aside.kind}", request=request)
