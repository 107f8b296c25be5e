"""Single sign-on: there and back, and the page where providers are set up."""

from typing import Any

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now

from .. import queries, rules
from ..actions import single_sign_on as acts
from ..forms import NewProvider
from ..models import SingleSignOn
from ..single_sign_on import Exchange
from .admitting import Tries, admit, onward
from .gates import asks_again


def _talk(request: HttpRequest, slug: str, view: Any) -> HttpResponse:
    """Let allauth's flow speak with the provider; whatever goes wrong ends on our own page."""
    request.sign_on_failed = lambda: _back(request, _unavailable())  # type: ignore[attr-defined]
    try:
        answer: HttpResponse = view.adapter_view(Exchange(request, slug))(request)
        return answer
    except SocialApp.DoesNotExist as problem:
        raise Http404 from problem
    except (requests.RequestException, OAuth2Error, ValueError, KeyError, ImproperlyConfigured):
        return _back(request, _unavailable())


def _unavailable() -> str:
    return _("The provider did not let you in, or cannot be reached. Try again, or use your password.")


def _back(request: HttpRequest, said: str) -> HttpResponse:
    request.session["sign_in_said"] = said
    return redirect("access:sign_in")


@login_not_required
@require_http_methods(["GET"])
def sign_on(request: HttpRequest, slug: str) -> HttpResponse:
    """To the provider, with a state that only this browser has, and PKCE."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    return _talk(request, slug, OAuth2LoginView)


@login_not_required
@require_http_methods(["GET"])
def sign_on_answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Back from the provider: the one it speaks of comes in, if they work here."""
    if request.user.is_authenticated:
        return redirect("desk:home")

    def decide(login: Any) -> HttpResponse:
        addresses = [(one.email, one.verified) for one in login.email_addresses]
        moment = now()
        user = acts.recognize(slug=slug, subject=login.account.uid, addresses=addresses, now=moment)
        if user is None:
            Tries(request, None, "").was_wrong("single sign-on", moment)
            return _back(
                request,
                _("Nobody who works here has the address that the provider vouches for. Ask for an invitation."),
            )
        return admit(request, user, way=f"single sign-on: {slug}", target=onward(request, login.state.get("next")))

    request.sign_on_said = decide  # type: ignore[attr-defined]
    return _talk(request, slug, OAuth2CallbackView)


@require_http_methods(["GET", "POST"])
@asks_again
def providers(request: HttpRequest) -> HttpResponse:
    """Which providers people may sign in with."""
    if not rules.administers(request.user):
        raise PermissionDenied
    form = NewProvider(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.add_provider(actor=request.user, now=now(), **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("People may sign in with %(name)s now.") % {"name": made.name})
            return redirect("access:providers")
    known = [
        (one, request.build_absolute_uri(reverse("access:sign_on_answer", args=[one.slug])))
        for one in queries.sign_on_providers()
    ]
    context = {"form": form, "providers": known}
    return render(request, "access/providers.html", context, status=422 if form.is_bound else 200)


@require_POST
@asks_again
def remove_provider(request: HttpRequest, uid: str) -> HttpResponse:
    """Nobody signs in with it any more."""
    if not rules.administers(request.user):
        raise PermissionDenied
    provider = get_object_or_404(SingleSignOn, uid=uid)
    acts.remove_provider(actor=request.user, provider=provider, now=now())
    messages.success(request, _("Nobody signs in with %(name)s any more.") % {"name": provider.name})
    return redirect("access:providers")
