"""One role, as a plain form: what it may see and do, its name, back to how it came, removed; and a new one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now

from .. import ready_made, rules
from ..actions import roles as actions
from ..forms_roles import NewRole, RoleName, told_from
from ..grants import definitions
from ..queries import role_names
from ..queries.grid import choices, described
from ..queries.roles import holders, other_administrators, restored, version_of
from ..roles import BadRole, Definition, definition_from, told_of
from .roles import administrators_only

LEVELS = ("hidden", "masked", "read", "edit", "never")


@require_http_methods(["GET", "POST"])
@administrators_only
def role(request: HttpRequest, slug: str) -> HttpResponse:
    """Its grants; saved as a whole."""
    found = _found(slug)
    if request.method == "GET":
        return _drawn(request, slug, found)
    told = told_from(request.POST, found)
    try:
        return _save(request, slug, told)
    except (BadRole, ValidationError) as problem:
        confirm = getattr(problem, "code", "") == "alone"
        words = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
        try:
            wished = definition_from(slug, told)
        except BadRole:
            wished = found
        return _drawn(request, slug, wished, problem=words, confirm=confirm, status=422)


def _found(slug: str) -> Definition:
    found = definitions().get(slug)
    if found is None:
        raise Http404
    return found


def _save(request: HttpRequest, slug: str, told: Any) -> HttpResponse:
    holds = actions.change_role(
        actor=request.user,
        slug=slug,
        told=told,
        version=int(request.POST.get("version") or 0),
        alone=is_confirmed(request.POST, request.user.email),
        now=now(),
    )
    said = _("Saved. It holds from now on.") if holds else _("This waits until another administrator agrees.")
    messages.success(request, said)
    return redirect("access:role" if holds else "access:roles", *([slug] if holds else []))


def is_confirmed(given: QueryDict, email: str) -> bool:
    """The only administrator typed their own address."""
    typed = given.get("confirm", "").strip().casefold()
    return bool(typed) and typed == email.casefold()


def _drawn(
    request: HttpRequest,
    slug: str,
    shown: Definition,
    *,
    problem: str = "",
    confirm: bool = False,
    naming: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    name, about = described(slug)
    context = {
        "slug": slug,
        "name": name,
        "about": about,
        "role": shown,
        "choices": choices(shown),
        "levels": [(word, LEVEL_LABELS[word]) for word in LEVELS],
        "abilities": [(key, label, key in shown.abilities) for key, label in ready_made.ABILITIES.items()],
        "version": version_of(slug),
        "people": holders()[slug],
        "is_own": slug not in ready_made.DEFINITIONS,
        "is_changed": slug in ready_made.DEFINITIONS and told_of(shown) != told_of(ready_made.DEFINITIONS[slug]),
        "naming": naming or RoleName(initial={"name": name, "about": about}),
        "problem": problem,
        "confirm": confirm,
        "others": other_administrators(request.user),
        "may_look": rules.can(request.user, "see_as"),
    }
    return render(request, "access/role.html", context, status=status)


LEVEL_LABELS = {
    "hidden": gettext_lazy("hidden"),
    "masked": gettext_lazy("masked"),
    "read": gettext_lazy("read"),
    "edit": gettext_lazy("edit"),
    "never": gettext_lazy("never"),
}


@require_http_methods(["GET", "POST"])
@administrators_only
def new_role(request: HttpRequest) -> HttpResponse:
    """One of the campaign's own, as a copy of another."""
    form = NewRole(request.POST or None, initial={"copy_of": request.GET.get("copy_of", "volunteer")})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_role(actor=request.user, now=now(), **form.cleaned_data)
        except (ValidationError, BadRole) as problem:
            form.add_error(None, _as_error(problem))
        else:
            messages.success(request, _("The role %(name)s is there. Nobody holds it yet.") % {"name": made.name})
            return redirect("access:role", made.slug)
    return render(request, "access/new_role.html", {"form": form}, status=422 if form.is_bound else 200)


def _as_error(problem: Exception) -> ValidationError:
    return problem if isinstance(problem, ValidationError) else ValidationError(str(problem))


@require_POST
@administrators_only
def rename_role(request: HttpRequest, slug: str) -> HttpResponse:
    """Another name and description."""
    found, form = _found(slug), RoleName(request.POST)
    if form.is_valid():
        try:
            actions.rename_role(actor=request.user, slug=slug, now=now(), **form.cleaned_data)
        except (ValidationError, BadRole) as problem:
            form.add_error(None, _as_error(problem))
        else:
            messages.success(request, _("Kept."))
            return redirect("access:role", slug)
    return _drawn(request, slug, found, naming=form, status=422)


@require_POST
@administrators_only
def remove_role(request: HttpRequest, slug: str) -> HttpResponse:
    """A role that nobody holds goes."""
    _found(slug)
    name = role_names().get(slug, slug)
    try:
        actions.remove_role(actor=request.user, slug=slug, now=now())
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("access:role", slug)
    messages.success(request, _("The role %(name)s is gone.") % {"name": name})
    return redirect("access:roles")


@require_POST
@administrators_only
def restore_role(request: HttpRequest, slug: str) -> HttpResponse:
    """Back to how it came with the house."""
    found = _found(slug)
    try:
        return _save(request, slug, restored(slug))
    except (BadRole, ValidationError) as problem:
        confirm = getattr(problem, "code", "") == "alone"
        words = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
        return _drawn(request, slug, found, problem=words, confirm=confirm, status=422)
