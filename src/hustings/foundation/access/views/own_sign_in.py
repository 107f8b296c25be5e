"""How I sign in: passkeys, an app, recovery codes, my password, and where I am signed in."""

import base64
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now

from .. import queries, rules
from ..actions import factors, passwords, sessions
from ..forms import CodeForm, NewPassword
from ..middleware import SECOND
from ..models import User
from .gates import asks_again, before_second_factor, frame_of, must_have_factor
from .second_step import credential_in

APP_SECRET = "app_secret"  # noqa: S105  (the name of a session's entry)


@require_http_methods(["GET"])
def own_sign_in(request: HttpRequest) -> HttpResponse:
    """All of it on one page."""
    me = request.user
    own = queries.factors_of(me)
    context = {
        "passkeys": [one for one in own if one.type == factors.PASSKEY],
        "app": next((one for one in own if one.type == factors.APP), None),
        "codes_left": queries.recovery_codes_left(me),
        "sessions": queries.sessions_of(me, now()),
        "this": request.session.session_key,
    }
    return render(request, "access/own_sign_in.html", context)


@before_second_factor
@require_http_methods(["GET"])
def set_up(request: HttpRequest) -> HttpResponse:
    """All that is seen by someone whose role asks for a second factor that they do not have yet."""
    if request.user.second_factor_at is not None:
        return redirect("desk:home")
    return render(request, "access/set_up.html", {"roles": queries.roles_of(request.user)})


@before_second_factor
@require_http_methods(["GET", "POST"])
@asks_again
def add_app(request: HttpRequest) -> HttpResponse:
    """A square to scan, and the first code as the proof that it was."""
    me = request.user
    secret = request.session.get(APP_SECRET)
    if request.method == "GET" or not secret:
        secret = request.session[APP_SECRET] = factors.new_secret()
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = _("The six digits it shows now.")
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.add_app(user=me, secret=secret, code=form.cleaned_data["code"].replace(" ", ""), now=now())
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            del request.session[APP_SECRET]
            return _added(request, codes, _("The app is added."))
    svg = get_adapter().build_totp_svg(get_adapter().build_totp_url(me, secret))
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    context = {
        "frame_of": frame_of(request),
        "form": form,
        "square": base64.b64encode(svg.encode()).decode(),
        "secret": " ".join(groups),
    }
    return render(request, "access/add_app.html", context, status=422 if form.is_bound else 200)


@before_second_factor
@require_POST
@asks_again
def new_passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is asked to make."""
    return JsonResponse(factors.begin_passkey(user=request.user))


@before_second_factor
@require_http_methods(["GET", "POST"])
@asks_again
def add_passkey(request: HttpRequest) -> HttpResponse:
    """A key in this device, in a telephone or on a ring of keys."""
    problem = ""
    if request.method == "POST":
        try:
            codes = factors.add_passkey(
                user=request.user,
                name=request.POST.get("name", ""),
                credential=credential_in(request) or {},
                now=now(),
            )
        except ValidationError as refused:
            problem = " ".join(refused.messages)
        else:
            return _added(request, codes, _("The passkey is added."))
    context = {"frame_of": frame_of(request), "problem": problem}
    return render(request, "access/add_passkey.html", context, status=422 if problem else 200)


def _added(request: HttpRequest, codes: list[str], said: str) -> HttpResponse:
    """On with the page of new recovery codes, or back to all of it."""
    request.session[SECOND] = True
    messages.success(request, said)
    if codes:
        return _show_codes(request, codes)
    return redirect("access:own_sign_in")


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    words = [f"{code[:4]} {code[4:]}" for code in codes]
    text = _("Recovery codes, each works once:") + "\n" + "\n".join(words) + "\n"
    context = {"codes": words, "file": base64.b64encode(text.encode()).decode(), "must": must_have_factor(request)}
    response = render(request, "access/codes.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@asks_again
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New ones, shown once; the old ones work no more."""
    try:
        return _show_codes(request, factors.renew_codes(user=request.user, now=now()))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("access:own_sign_in")


@require_POST
@asks_again
def remove_factor(request: HttpRequest, number: int) -> HttpResponse:
    """One passkey or the app less."""
    factor = get_object_or_404(
        Authenticator.objects.filter(user_id=request.user.pk).exclude(type=factors.CODES), pk=number
    )
    try:
        factors.remove_factor(user=request.user, factor=factor, now=now())
        messages.success(request, _("It opens nothing any more."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("access:own_sign_in")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@asks_again
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; every other browser of mine is signed out."""
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        me: Any = request.user
        try:
            passwords.change_password(
                user=me, password=form.cleaned_data["password"], keep=request.session.session_key, now=now()
            )
        except ValidationError as problem:
            form.add_error("password", problem)
        else:
            update_session_auth_hash(request, me)
            messages.success(request, _("The new password holds. Every other browser is signed out."))
            return redirect("access:own_sign_in")
    return render(request, "access/change_password.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def end_session(request: HttpRequest, uid: str) -> HttpResponse:
    """One browser of mine is signed out."""
    session = get_object_or_404(queries.sessions_of(request.user, now()), uid=uid)
    if session.pk == request.session.session_key:
        return redirect("access:own_sign_in")
    sessions.end_session(actor=request.user, session=session, now=now())
    messages.success(request, _("That browser is signed out."))
    return redirect("access:own_sign_in")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """All browsers of mine but this one are signed out."""
    sessions.end_other_sessions(actor=request.user, keep=request.session.session_key, now=now())
    messages.success(request, _("Every other browser is signed out."))
    return redirect("access:own_sign_in")


@require_POST
@asks_again
def remove_all_factors(request: HttpRequest, uid: str) -> HttpResponse:
    """An administrator helps someone who lost their telephone."""
    person: User = get_object_or_404(queries.visible_to(request.user), uid=uid)
    if not rules.administers(request.user):
        raise PermissionDenied
    factors.remove_all_factors(actor=request.user, user=person, now=now())
    messages.success(request, _("%(name)s signs in with the password alone now.") % {"name": person.name})
    return redirect("access:user", uid=person.uid)
