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


def _grid(request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """What this person could let a token do: for each record type its name, and for each verb the scope and how it is
    called, or two empty words."""
    mine = set(acts.scopes_of(request.user))
    rows = []
    for one in records.all_types():
        scopes = {verb: f"{one.name}:{verb}" for verb in one.verbs}
        cells = [(scopes[verb], f"{one.plural}: {said}") for verb, said in VERBS.items() if scopes.get(verb) in mine]
        if cells:
            by_scope = dict(cells)
            own = [scopes.get(verb, "") for verb in VERBS]
            rows.append((str(one.plural), [(scope, by_scope.get(scope, "")) for scope in own]))
    return rows


def _cells(form: NewToken, cells: list[tuple[str, str]]) -> list[dict[str, object] | None]:
    chosen = form["scopes"].value() or []
    return [{"value": scope, "label": label, "on": scope in chosen} if label else None for scope, label in cells]


@require_http_methods(["GET", "POST"])
@asks_again
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens; an administrator sees everyone's. A new one is shown now and never again."""
    if not rules.can(request.user, "tokens"):
        raise PermissionDenied
    grid = _grid(request)
    choices = [cell for _label, cells in grid for cell in cells if cell[1]]
    form = NewToken(request.POST or None, scopes=choices)
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
        else:
            form = NewToken(scopes=choices)
    context = {
        "form": form,
        "shown": shown,
        "verbs": VERBS.values(),
        "grid": [(label, _cells(form, cells)) for label, cells in grid],
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
