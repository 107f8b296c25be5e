"""Signing in and out, and joining by a link."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core import limits
from hustings.foundation.core.clock import now

from .. import actions
from ..forms import Join, SignIn
from ..queries import role_names

BACKEND = "django.contrib.auth.backends.ModelBackend"
TRIES, WINDOW = 10, timedelta(minutes=15)


def came_from(request: HttpRequest) -> str:
    """The network address a limit counts by."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _onward(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else settings.LOGIN_REDIRECT_URL


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password. The answer to a wrong one does not tell whether the address is known."""
    if request.user.is_authenticated:
        return redirect(_onward(request))
    form = SignIn(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email, moment = form.cleaned_data["email"].lower(), now()
        counted = [
            limits.allow(f"sign-in:{email}", most=TRIES, per=WINDOW, now=moment),
            limits.allow(f"sign-in-from:{came_from(request)}", most=TRIES * 10, per=WINDOW, now=moment),
        ]
        user = authenticate(request, username=email, password=form.cleaned_data["password"]) if all(counted) else None
        if user is not None:
            login(request, user)
            return redirect(_onward(request))
        status = 429 if not all(counted) else 422
        form.add_error(
            None,
            _("Too many tries. Wait a quarter of an hour, or ask your lead for help.")
            if status == 429
            else _("Email address and password do not belong together. Check both, or ask your lead for help."),
        )
    elif request.method == "POST":
        status = 422
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "access/sign_in.html", context, status=status)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends here and now."""
    logout(request)
    return redirect("access:sign_in")


@login_not_required
@require_http_methods(["GET"])
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One click, in the sample campaign only: elsewhere the address does not exist."""
    user = actions.user_of_link(token=token, now=now()) if settings.DEMO else None
    if user is None:
        raise Http404
    logout(request)
    login(request, user, backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A link from an administrator makes an account, and its owner is signed in at once."""
    moment = now()
    if not limits.allow(f"join-from:{came_from(request)}", most=60, per=timedelta(hours=1), now=moment):
        return render(request, "access/join.html", {"too_many": True}, status=429)
    invitation = actions.find_invitation(token=token, now=moment)
    if invitation is None:
        return render(request, "access/join.html", {"gone": True}, status=410)
    form = Join(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_invitation(token=token, now=moment, **form.cleaned_data)
        except ValidationError as problem:
            _add(form, problem)
        else:
            login(request, user, backend=BACKEND)
            return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "invitation": invitation, "teams": invitation.teams.order_by("name")}
    context["role"] = role_names().get(invitation.role, invitation.role)
    return render(request, "access/join.html", context, status=422 if form.is_bound else 200)


def _add(form: Join, problem: ValidationError) -> None:
    """Weak passwords are said at the password; the rest where the error says, or at the top."""
    if hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    weak = any((error.code or "").startswith("password") for error in problem.error_list)
    form.add_error("password" if weak else None, problem)
