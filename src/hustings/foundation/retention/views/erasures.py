"""Asking that a person be erased, and deciding it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules
from ..actions import requests as actions
from ..actions.refusing import Held, why_kept
from ..forms import AskForm, RefuseForm
from ..models import Erasure
from ..queries import requests as queries
from ..queries.due import would_erase
from ..registry import registry, subject_of_person


def _needs_ability(request: HttpRequest) -> None:
    if not rules.erases(request.user):
        raise PermissionDenied(_("Your role may not erase people."))


@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """What waits, by its due day, and what was settled."""
    _needs_ability(request)
    today = localdate()
    context = {
        "open": queries.open_lines(request.user, today),
        "settled": queries.settled_lines(request.user, today),
    }
    return responses.page_or_part(request, "retention/erasures.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    """From a person's page: what would go, and the wish."""
    _needs_ability(request)
    person = registry.people.found(request.user, uid) if registry.people else None
    if person is None:
        raise Http404
    if waiting := queries.open_erasure(person.pk):
        return responses.go(reverse("retention:erasure", args=[waiting.uid]), request=request)
    form = AskForm(request.POST or None, initial={"who": "person"})
    subject, refused = subject_of_person(person.pk), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_erasure(actor=request.user, person=person, now=now(), **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        except Held as held:
            refused = str(held)
        else:
            back = responses.go(reverse("retention:erasure", args=[made.uid]), request=request)
            return responses.toast(back, _("Asked. A second person decides."))
    status = 409 if refused else 422 if form.is_bound and form.errors else 200
    kept = refused or why_kept(request.user, subject)
    context = {"person": person, "form": form, "refused": kept, "counts": would_erase(subject)}
    return responses.page_or_part(request, "retention/ask.html", context, status=status)


@require_safe
def erasure(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One wish: what goes, or went."""
    _needs_ability(request)
    return _page(request, get_object_or_404(queries.all_of_them(), uid=uid))


def _page(request: HttpRequest, found: Erasure, *, refused: str = "", status: int = 200) -> HttpResponse:
    is_waiting = found.state == "waiting"
    stone = getattr(found, "tombstone", None)
    went = stone.counts if stone else {}
    if is_waiting and not refused:
        refused = why_kept(request.user, subject_of_person(found.person_id))
    context = {
        "line": queries.line_of(request.user, found, localdate()),
        "is_waiting": is_waiting,
        "is_mine": found.asked_by_id == request.user.pk,
        "counts": would_erase(subject_of_person(found.person_id)) if is_waiting else [],
        "went": [(registry.parts[name].label, n) for name, n in went.items() if name in registry.parts],
        "form": RefuseForm(),
        "refused": refused,
    }
    return responses.page_or_part(request, "retention/erasure.html", context, status=status)


@require_POST
def decide(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Agree, refuse, take back."""
    _needs_ability(request)
    found = get_object_or_404(queries.all_of_them(), uid=uid)
    try:
        if verb == "agree":
            actions.agree_to_erasure(actor=request.user, erasure=found, now=now())
        elif verb == "refuse":
            reason = request.POST.get("reason", "")
            actions.refuse_erasure(actor=request.user, erasure=found, reason=reason, now=now())
        elif verb == "withdraw":
            actions.withdraw_erasure(actor=request.user, erasure=found, now=now())
        else:
            raise Http404
    except Held as held:
        return _page(request, found, refused=str(held), status=409)
    except ValidationError as problem:
        return _page(request, found, refused=" ".join(problem.messages), status=422)
    return responses.go(reverse("retention:erasure", args=[uid]), request=request)
