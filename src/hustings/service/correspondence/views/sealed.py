"""Possible threats under seal. Every look is written down before it shows anything."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import saved
from hustings.service.desk.queries import inquiries

from ..actions import sealing
from ..forms import WhyForm
from ..models import Message, Seal
from ..queries import messages
from ..queries import sealed as queries
from ..rules import may_see_sealed


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    if not may_see_sealed(request.user):
        raise PermissionDenied
    seals = list(queries.visible_to(request.user)[:200])
    context = {"held": [s for s in seals if s.lifted_at is None], "lifted": [s for s in seals if s.lifted_at]}
    return responses.page_or_part(request, "correspondence/sealed_list.html", context, part="list")


@require_safe
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The whole of it, to read and to print."""
    seal = _seal(request, uid)
    how = "print" if "print" in request.GET else "read"
    sealing.touch(actor=request.user, seal=seal, how=how, now=now())
    context = {"seal": seal, "printing": how == "print", "form": WhyForm(), **queries.dossier(seal)}
    return responses.page_or_part(request, "correspondence/sealed.html", context)


@require_safe
def raw(request: HttpRequest, uid: UUID, message: UUID) -> HttpResponse:
    """One letter byte for byte."""
    seal = _seal(request, uid)
    rows = messages.visible_to(request.user).filter(inquiry=seal.inquiry)
    found: Message = get_object_or_404(rows, uid=message)
    sealing.touch(actor=request.user, seal=seal, how="download", now=now())
    content = messages.raw_bytes(found)
    if content is None:
        raise Http404(_("The bytes of this letter are no longer kept."))
    return saved(HttpResponse(content, content_type="application/octet-stream"), f"sealed-{found.uid}.eml")


@require_POST
def seal(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Someone who reads a letter takes it for a threat: out of everyone's sight at once."""
    inquiry = get_object_or_404(inquiries.visible_to(request.user), uid=uid)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return responses.problem(request, _("Say what in the letter is the threat. Nothing was changed."), status=400)
    sealing.seal(actor=request.user, inquiry=inquiry, evidence=form.cleaned_data["why"], now=now())
    response = responses.go(reverse("desk:home"), request=request)
    return responses.toast(response, _("Sealed. The security lead is called; you need do nothing more."))


@require_POST
def lift(request: HttpRequest, uid: UUID) -> HttpResponse:
    """No threat after all."""
    seal, form = _seal(request, uid), WhyForm(request.POST)
    if not form.is_valid():
        return responses.problem(request, _("Say why. The seal holds; nothing was changed."), status=400)
    sealing.lift(actor=request.user, seal=seal, because=form.cleaned_data["why"], now=now())
    response = responses.go(reverse("correspondence:sealed"), request=request)
    return responses.toast(response, _("The seal is lifted: the letter is back in its queue"))


def _seal(request: HttpRequest, uid: UUID) -> Seal:
    if not may_see_sealed(request.user):
        raise PermissionDenied
    return get_object_or_404(queries.visible_to(request.user), uid=uid)
