"""Changing what stands on the page: one form, one action, back to the page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui.responses import go, problem, toast

from ..actions import changes as actions
from ..actions.notes import write_note
from ..forms import CareForm, ConsentForm, DetailsForm, HouseholdForm, NoteForm, PlaceForm, ReachForm, only_editable
from ..models import Identifier, Person
from ..queries import members
from .drawing import draw
from .page import found_or_404

Act = Callable[[Person, dict[str, Any]], Any]


def _change(request: HttpRequest, uid: UUID, form: Form, edit: str, act: Act, said: str) -> HttpResponse:
    person = found_or_404(request, uid)
    if not only_editable(form, request.user).fields:
        raise PermissionDenied(_("Your role may not change this. Nothing was changed."))
    if form.is_valid():
        try:
            act(person, form.cleaned_data)
        except ValidationError as error:
            _tell(form, error)
        else:
            return toast(go(person.get_absolute_url(), request=request), said)
    return draw(request, person, edit=edit, form=form, status=422)


def _tell(form: Form, error: ValidationError) -> None:
    """By field where the action says so and the form has it, else for the form as a whole."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


@require_POST
def details(request: HttpRequest, uid: UUID) -> HttpResponse:
    def act(person: Person, data: dict[str, Any]) -> None:
        actions.change_details(actor=request.user, person=person, values=data, now=now())

    return _change(request, uid, DetailsForm(request.POST), "details", act, _("Details changed"))


@require_POST
def care(request: HttpRequest, uid: UUID) -> HttpResponse:
    def act(person: Person, data: dict[str, Any]) -> None:
        actions.change_details(actor=request.user, person=person, values=data, now=now())

    return _change(request, uid, CareForm(request.POST), "care", act, _("Kept for everyone who writes to them"))


@require_POST
def place(request: HttpRequest, uid: UUID) -> HttpResponse:
    def act(person: Person, data: dict[str, Any]) -> None:
        given = {name: data.get(name, "") for name in ("street", "city", "state_code")}
        actions.change_place(actor=request.user, person=person, **given, zip_code=data.get("zip", ""), now=now())

    return _change(request, uid, PlaceForm(request.POST), "place", act, _("Address changed"))


@require_POST
def reach(request: HttpRequest, uid: UUID) -> HttpResponse:
    def act(person: Person, data: dict[str, Any]) -> None:
        actions.add_identifier(actor=request.user, person=person, **data, now=now())

    return _change(request, uid, ReachForm(request.POST), "reach", act, _("Added"))


@require_POST
def consent(request: HttpRequest, uid: UUID) -> HttpResponse:
    def act(person: Person, data: dict[str, Any]) -> None:
        actions.record_consent(actor=request.user, person=person, **data, now=now())

    return _change(request, uid, ConsentForm(request.POST), "consent", act, _("Written down, with you as its source"))


@require_POST
def note(request: HttpRequest, uid: UUID) -> HttpResponse:
    def act(person: Person, data: dict[str, Any]) -> None:
        write_note(actor=request.user, person=person, text=data["text"], now=now())

    return _change(request, uid, NoteForm(request.POST), "note", act, _("Note left for the team"))


@require_POST
def household(request: HttpRequest, uid: UUID) -> HttpResponse:
    def act(person: Person, data: dict[str, Any]) -> None:
        zip_code = data.pop("zip")
        actions.join_household(actor=request.user, person=person, **data, zip_code=zip_code, now=now())

    return _change(request, uid, HouseholdForm(request.POST), "household", act, _("Household written down"))


@require_POST
def leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    person = found_or_404(request, uid)
    actions.leave_household(actor=request.user, person=person, now=now())
    return toast(go(person.get_absolute_url(), request=request), _("No longer of this household"))


@require_POST
def mark(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`mark` is do_not_contact or child, `on` is 1 or 0. Lifting is a lead's: 403 from the action for others."""
    person = found_or_404(request, uid)
    acts = {"do_not_contact": actions.set_do_not_contact, "child": actions.set_child}
    act = acts.get(request.POST.get("mark", ""))
    if act is None or request.POST.get("on") not in ("0", "1"):
        return problem(request, _("That mark is not known. Nothing was changed."), status=400)
    act(actor=request.user, person=person, on=request.POST["on"] == "1", now=now())
    said = _("Marked") if request.POST["on"] == "1" else _("Lifted")
    return toast(go(person.get_absolute_url(), request=request), said)


@require_POST
def try_again(request: HttpRequest, uid: UUID, identifier_uid: UUID) -> HttpResponse:
    person = found_or_404(request, uid)
    identifier = Identifier.objects.filter(uid=identifier_uid, person_id__in=members(person.pk)).first()
    if identifier is None:
        raise Http404
    actions.clear_bounce(actor=request.user, identifier=identifier, now=now())
    return toast(go(person.get_absolute_url(), request=request), _("The next letter to it will be tried"))
