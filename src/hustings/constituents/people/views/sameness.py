"""Two records side by side: one person, or two."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui.responses import go, problem, toast

from ..actions.merges import merge_people, tell_apart, undo_merge
from ..forms import SameForm
from ..models import Merge, Person
from ..queries import members
from ..queries.page import Whole, whole
from ..rules import language_name, may_merge, phone_words
from .drawing import lead_of
from .page import found_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, uid: UUID, other_uid: UUID) -> HttpResponse:
    """Show the two; take the decision. Leads and administrators only."""
    if not may_merge(request.user):
        raise PermissionDenied
    person, other = found_or_404(request, uid), found_or_404(request, other_uid)
    if person.pk == other.pk:
        return toast(go(person.get_absolute_url()), _("These are one person already"))
    form = SameForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            return _decide(request, person, other, form)
        return problem(request, _("Choose one of the three. Nothing was changed."), status=400)
    sides = [_side(whole(person)), _side(whole(other))]
    labels = [label for label, _value in sides[0]["lines"]]
    lines = [
        (label, mine, theirs, mine == theirs)
        for label, (_l, mine), (_m, theirs) in zip(labels, sides[0]["lines"], sides[1]["lines"], strict=True)
    ]
    context = {"person": person, "other": other, "sides": sides, "lines": lines}
    return HttpResponse(render_to_string("people/compare.html", context, request))


def _decide(request: HttpRequest, person: Person, other: Person, form: SameForm) -> HttpResponse:
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    if decision == "apart":
        tell_apart(actor=request.user, person=person, other=other, now=now())
        return toast(go(person.get_absolute_url()), _("They are two people, and will not be proposed again"))
    below, above = (other, person) if decision == "keep" else (person, other)
    try:
        merge = merge_people(actor=request.user, person=below, into=above, reason=reason, now=now())
    except ValidationError as error:
        return problem(request, " ".join(error.messages))
    undo_url = reverse("people:undo_merge", args=[above.uid, merge.uid])
    return toast(go(above.get_absolute_url()), _("One person now"), undo_url=undo_url)


def _side(found: Whole) -> dict[str, Any]:
    person, standing = found.person, found.standing
    line = ", ".join(filter(None, [person.street, person.city, person.state_code]))
    place = " ".join(filter(None, [line, person.zip]))
    return {
        "person": person,
        "lead": lead_of(found),
        "lines": [
            (_("Name"), person.name),
            (_("Email"), "\n".join(item.value for item in standing.emails)),
            (_("Phone"), "\n".join(phone_words(item.value) for item in standing.phones)),
            (_("Address"), place),
            (_("Language"), language_name(person.language)),
            (_("Household"), person.household.street if person.household else ""),
            (_("How to take care"), "\n".join(found.care_notes)),
            (_("Records"), str(len(found.rows))),
        ],
    }


@require_POST
def undo(request: HttpRequest, uid: UUID, merge_uid: UUID) -> HttpResponse:
    """Take a merge back. Leads and administrators only (the action says so)."""
    person = found_or_404(request, uid)
    merge = get_object_or_404(Merge, uid=merge_uid)
    if not {merge.person_id, merge.into_id} & set(members(person.pk)):
        raise Http404
    undo_merge(actor=request.user, merge=merge, now=now())
    return toast(go(person.get_absolute_url(), request=request), _("They are two again"))
