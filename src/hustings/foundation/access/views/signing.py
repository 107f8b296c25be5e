"""Signing in and out, and joining by a link."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core import limits
from hustings.foundation.core.clock import now

from .. import actions, queries
from ..forms import Join, SignIn
from ..models import User
from ..queries import role_names
from .admitting import Tries, admit, came_from, ended_here, onward
from .gates import before_second_factor


def waiting_words(wait: timedelta) -> str:
    """What is said to someone who has to wait."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return ngettext(
        "Too many tries. Wait %(n)s minute, use a device you have signed in on before, or ask your lead for help.",
        "Too many tries. Wait %(n)s minutes, use a device you have signed in on before, or ask your lead for help.",
        minutes,
    ) % {"n": minutes}


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password, a passkey, or a provider. The answer to a wrong one does not tell whether the address is
    known."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    form = SignIn(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            user, status = _checked(request, form)
            if user is not None:
                return admit(request, user, way="password", target=onward(request))
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "providers": queries.sign_on_providers(),
        "ended": ended_here(request),
        "said": request.session.pop("sign_in_said", "") if "sign_in_said" in request.session else "",
    }
    return render(request, "access/sign_in.html", context, status=status)


def _checked(request: HttpRequest, form: SignIn) -> tuple[User | None, int]:
    """Who this is; None with the status of the answer, and why in the form."""
    email, moment = form.cleaned_data["email"].lower(), now()
    found = User.objects.filter(email=email).first()
    tries = Tries(request, found, email)
    if wait := tries.wait(moment):
        form.add_error(None, waiting_words(wait))
        return None, 429
    user = authenticate(request, username=email, password=form.cleaned_data["password"])
    if isinstance(user, User):
        tries.was_right()
        return user, 200
    tries.was_wrong("password", moment)
    form.add_error(None, _("Email address and password do not belong together. Check both, or ask your lead for help."))
    return None, 422


@login_not_required
@before_second_factor
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends here and now."""
    logout(request)
    return redirect("access:sign_in")


@login_not_required
@before_second_factor
@require_http_methods(["GET"])
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One click, in the sample campaign only: elsewhere the address does not exist."""
    user = actions.user_of_link(token=token, now=now()) if settings.DEMO else None
    if user is None:
        raise Http404
    return admit(request, user, way="link", target=settings.LOGIN_REDIRECT_URL)


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
            return admit(request, user, way="invitation", target=settings.LOGIN_REDIRECT_URL)
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
