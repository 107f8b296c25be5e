"""API tokens: made, shown once, revoked."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core import records
from hustings.foundation.core.clock import now

from .. import queries, rules
from ..actions import tokens as acts
from ..forms import NewToken
from ..models import ApiToken
from .gates import asks_again

VERBS = {
    "see": gettext_lazy("see"),
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "export": gettext_lazy("export"),
}


def _choices(request: HttpRequest) -> list[tuple[str, str]]:
    """What this person could let a token do, record type by record type."""
    mine = set(acts.scopes_of(request.user))
    return [
        (f"{one.name}:{verb}", f"{one.plural}: {VERBS[verb]}")
        for one in records.all_types()
        for verb in VERBS
        if f"{one.name}:{verb}" in mine
    ]


@require_http_methods(["GET", "POST"])
@asks_again
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens; an administrator sees everyone's. A new one is shown now and never again."""
    if not rules.can(request.user, "tokens"):
        raise PermissionDenied
    form = NewToken(request.POST or None, scopes=_choices(request))
    moment, shown = now(), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        expires_at = moment + timedelta(days=int(given["days"]))
        try:
            _made, shown = acts.make_token(
                actor=request.user, name=given["name"], scopes=given["scopes"], expires_at=expires_at, now=moment
            )
        except ValidationError as problem:
            form.add_error(None, problem)
    context = {
        "form": form,
        "shown": shown,
        "tokens": queries.tokens_of(request.user),
        "others": queries.tokens_that_hold(request.user, moment).exclude(pk__in=queries.tokens_of(request.user)),
        "now": moment,
    }
    response = render(request, "access/tokens.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_token(request: HttpRequest, uid: str) -> HttpResponse:
    """It opens nothing any more."""
    known = ApiToken.objects.all() if rules.administers(request.user) else queries.tokens_of(request.user)
    token = get_object_or_404(known, uid=uid)
    acts.revoke_token(actor=request.user, token=token, now=now())
    messages.success(request, _("The token %(name)s opens nothing any more.") % {"name": token.name})
    return redirect("access:tokens")
