"""After the password: the second factor. And asking once more before keys are changed."""

import json
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core import limits
from hustings.foundation.core.clock import now
from hustings.foundation.core.networks import network_of

from .. import queries
from ..actions import factors
from ..forms import CodeForm, ConfirmForm
from ..models import User
from .admitting import PROVED, Tries, admit, came_from, enter, onward, pending
from .gates import before_second_factor, frame_of
from .signing import waiting_words

NOT_KNOWN = gettext_lazy("That passkey is not known here, or was not unlocked. Try another way.")


def credential_in(request: HttpRequest) -> dict[str, Any] | None:
    """What the browser answered for a passkey; None when it is none."""
    try:
        told = json.loads(request.POST.get("credential", ""))
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


@login_not_required
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is to ask for: any passkey of this house, or, after the password, one of this person's."""
    network = network_of(came_from(request))
    if not limits.allow(f"passkey-from:{network}", most=120, per=timedelta(minutes=15), now=now()):
        return JsonResponse({"problem": _("Too many tries. Wait a quarter of an hour.")}, status=429)
    user, _told = pending(request)
    return JsonResponse(factors.begin_asking_passkey(user=user))


@login_not_required
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Signed in by a passkey alone: it is something one has and, unlocked by finger, face or PIN, something more."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    moment, credential = now(), credential_in(request)
    user = factors.check_passkey(user=None, credential=credential, now=moment) if credential else None
    if user is not None:
        return enter(request, user, way="passkey", is_second=True, target=onward(request))
    Tries(request, None, "").was_wrong("passkey", moment)
    request.session["sign_in_said"] = str(NOT_KNOWN)
    return redirect("access:sign_in")


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """A code of the app, a recovery code, or a passkey."""
    user, told = pending(request)
    if user is None:
        return redirect("access:sign_in")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = _refused(request, user, form)
        if not status:
            return admit(request, user, way=told["way"], is_second=True, target=onward(request, told["next"]))
    context = {"form": form, "kinds": {one.type for one in queries.factors_of(user)}}
    return render(request, "access/second_step.html", context, status=status)


def _refused(request: HttpRequest, user: User, form: CodeForm) -> int:
    """0 when the factor was shown; else the status of the answer, and why in the form."""
    credential = credential_in(request)
    if not form.is_valid() and credential is None:
        return 422
    moment, tries = now(), Tries(request, user, f"second:{user.pk}")
    if wait := tries.wait(moment):
        form.add_error(None, waiting_words(wait))
        return 429
    if credential is not None:
        is_right = factors.check_passkey(user=user, credential=credential, now=moment) is not None
    else:
        is_right = factors.check_code(user=user, code=form.cleaned_data["code"], now=moment)
    if is_right:
        tries.was_right()
        return 0
    tries.was_wrong("second factor", moment)
    form.add_error(None if credential else "code", NOT_KNOWN if credential else _("That is not the code of now."))
    return 422


@before_second_factor
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Whoever sits here shows again who they are, before keys are changed."""
    me = request.user
    kinds = {one.type for one in queries.factors_of(me)}
    form = ConfirmForm(request.POST or None, has_password=me.has_usable_password(), has_code=bool(kinds))
    status = 200
    if request.method == "POST":
        status = _not_confirmed(request, me, form)
        if not status:
            request.session[PROVED] = now().timestamp()
            return redirect(onward(request))
    context = {
        "form": form,
        "kinds": kinds,
        "frame_of": frame_of(request),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "access/confirm.html", context, status=status)


def _not_confirmed(request: HttpRequest, me: User, form: ConfirmForm) -> int:
    credential = credential_in(request)
    if not form.is_valid() and credential is None:
        return 422
    moment, tries = now(), Tries(request, me, f"confirm:{me.pk}")
    if wait := tries.wait(moment):
        form.add_error(None, waiting_words(wait))
        return 429
    if credential is not None:
        is_right = factors.check_passkey(user=me, credential=credential, now=moment) is not None
    elif form.cleaned_data.get("password"):
        is_right = me.check_password(form.cleaned_data["password"])
    else:
        is_right = factors.check_code(user=me, code=form.cleaned_data.get("code", ""), now=moment)
    if is_right:
        tries.was_right()
        return 0
    tries.was_wrong("confirm", moment)
    form.add_error(None, _("That was not right. Nothing was changed."))
    return 422


@before_second_factor
@require_POST
def own_passkey_options(request: HttpRequest) -> HttpResponse:
    """For confirming: one of one's own passkeys."""
    return JsonResponse(factors.begin_asking_passkey(user=request.user))
