"""Webhooks: where rules may call."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules as may
from ..actions import hooks as actions
from ..forms.approvals import HookForm
from ..models import Hook
from ..queries import hooks as queries


def _needs_administrator(request: HttpRequest) -> None:
    if not may.may_write_hooks(request.user):
        raise PermissionDenied(_("Only an administrator says where rules may call."))


@require_safe
def hooks(request: HttpRequest) -> HttpResponse:
    """The addresses, with how their calls went."""
    _needs_administrator(request)
    return responses.page_or_part(request, "automation/hooks.html", {"lines": queries.lines()})


@require_http_methods(["GET", "POST"])
def edit_hook(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """Add or change an address; the secret of a new one is shown this once."""
    _needs_administrator(request)
    hook = get_object_or_404(Hook, uid=uid) if uid else None
    initial = {"name": hook.name, "url": hook.url} if hook else None
    form = HookForm(request.POST or None, initial=initial)
    context = {"form": form, "hook": hook, "calls": queries.calls_of(hook)[:30] if hook else []}
    if request.method == "POST" and form.is_valid():
        try:
            saved, secret = actions.save_hook(actor=request.user, hook=hook, now=now(), **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            if secret:
                return responses.page_or_part(request, "automation/secret.html", {"hook": saved, "secret": secret})
            back = responses.go(reverse("automation:hooks"), request=request)
            return responses.toast(back, _("“%(name)s” is kept") % {"name": saved.name})
    return responses.page_or_part(
        request, "automation/hook.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_POST
def act_on_hook(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """On, off, a new secret."""
    _needs_administrator(request)
    hook = get_object_or_404(Hook, uid=uid)
    if verb == "secret":
        secret = actions.renew_secret(actor=request.user, hook=hook, now=now())
        return responses.page_or_part(request, "automation/secret.html", {"hook": hook, "secret": secret})
    if verb not in ("on", "off"):
        raise Http404
    actions.switch_hook(actor=request.user, hook=hook, on=verb == "on", now=now())
    said = _("“%(name)s” is called again") if verb == "on" else _("“%(name)s” is called no more; calls wait")
    return responses.toast(responses.go(reverse("automation:hooks"), request=request), said % {"name": hook.name})
