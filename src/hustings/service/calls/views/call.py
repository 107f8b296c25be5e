"""One call: whom with, what to say, what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.constituents.people import queries as people
from hustings.constituents.people.models import Person
from hustings.constituents.people.queries.standing import standing_of
from hustings.constituents.people.rules import phone_words
from hustings.foundation.access.rules import may
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.texts import storable
from hustings.foundation.retention.actions.refusing import notice_of
from hustings.foundation.ui import responses
from hustings.service.answers.models import Correction
from hustings.service.desk.queries.inquiries import unfinished_with
from hustings.service.desk.queries.inquiries import visible_to as inquiries_visible_to

from .. import rules
from ..actions import dialling, noting, taking
from ..forms import BeginForm, NoteForm, UndoForm
from ..models import Call
from ..queries import calls, waiting
from ..queries import words as said


def found_or_404(request: HttpRequest, uid: UUID) -> Call:
    rows = calls.visible_to(request.user).select_related(
        "person", "inquiry", "by", "version", "recipient", "undoing__by"
    )
    return get_object_or_404(rows, uid=uid)


@require_POST
def begin_one(request: HttpRequest) -> HttpResponse:
    """From a person's page or a conversation."""
    form = BeginForm(request.POST)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        raise Http404
    if not rules.may_call(request.user):
        raise PermissionDenied(_("Your role makes no calls."))
    inquiry = None
    if uid := form.cleaned_data["inquiry"]:
        inquiry = get_object_or_404(inquiries_visible_to(request.user).select_related("person"), uid=uid)
    person = inquiry.person if inquiry else _person(request, form.cleaned_data["person"])
    call = taking.begin(actor=request.user, person=person, inquiry=inquiry, now=now())
    return responses.go(call.get_absolute_url(), request=request)


def _person(request: HttpRequest, uid: UUID) -> Person:
    try:
        return people.find(request.user, uid)
    except Person.DoesNotExist:
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Under way: what to say, and the form; noted: what came of it."""
    row = found_or_404(request, uid)
    if not rules.may_note(request.user, row, now()):
        return noted_page(request, row)
    form = NoteForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    if row.recipient is not None or row.inquiry is None or not may(request.user, "inquiry", "change"):
        del form.fields["close"]
    if row.recipient is not None:
        del form.fields["direction"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        text = said.find_text(data.pop("text"))
        try:
            noting.note_call(actor=request.user, call=row, text=text, now=now(), **data)
        except rules.Refused as refused:
            form.add_error(None, str(refused))
        else:
            back = reverse("calls:undo", args=[row.uid])
            return responses.toast(responses.go(after(row), request=request), _("The call is noted."), undo_url=back)
    return responses.page_or_part(
        request, "calls/call.html", _context(request, row, form), status=422 if form.errors else 200
    )


def after(call: Call) -> str:
    """Where one goes on once it is noted, put back or undone."""
    if call.recipient is not None:
        return reverse("calls:waiting")
    if call.inquiry is not None:
        return reverse("desk:inquiry", args=[call.inquiry.uid])
    return call.person.get_absolute_url()


def undoable(request: HttpRequest, row: Call, moment: datetime) -> tuple[bool, bool]:
    """(whether the reader may undo what was noted, whether at one press: else they say why)."""
    if not rules.is_noted(row) or calls.undoing_of(row) is not None:
        return False, False
    with unveiled():
        noted: dict[str, Any] = {"noted_by": row.by_id, "noted_at": row.ended_at, "now": moment}
    return rules.may_undo(request.user, **noted), rules.undoes_own(request.user, **noted)


def noted_page(request: HttpRequest, row: Call, *, problem: str = "", status: int = 200) -> HttpResponse:
    """What came of it, and undoing that, for whoever may; `problem`: why it was not."""
    may_undo, at_once = undoable(request, row, now())
    given = {"because": request.POST.get("because", "")[: rules.LONGEST_NOTE]}
    context = {
        "undoing": calls.undoing_of(row),
        "undo": UndoForm(initial=given, asks_why=not at_once, use_required_attribute=False) if may_undo else None,
        "problem": problem,
        "call": row,
        "words": calls.words_of(row),
        "inquiry": inquiries_visible_to(request.user).filter(pk=row.inquiry_id).first() if row.inquiry_id else None,
        "is_lost": not rules.is_noted(row),
        "held": notice_of(request.user, rules.RECORD, row.pk),
    }
    return responses.page_or_part(request, "calls/noted.html", context, status=status)


def _context(request: HttpRequest, row: Call, form: NoteForm) -> dict[str, Any]:
    standing = standing_of(row.person)
    asked = row.recipient is not None or unfinished_with(request.user, list(standing.member_ids)) is not None
    phone = standing.phones[0].value if standing.phones else ""
    correction = Correction.objects.get(pk=row.recipient.correction_id) if row.recipient else None
    language, words = said.correction_words(request.user, row, correction) if correction else ("", "")
    tried = waiting.tries_of([row.recipient.pk]).get(row.recipient.pk, (0, None)) if row.recipient else (0, None)
    return {
        "call": row,
        "person": row.person,
        "form": form,
        "phone": phone_words(phone),
        "reason": rules.why_not(standing, asked=asked),
        "may_dial": rules.may_dial(request.user),
        "correction": correction,
        "language": language,
        "words": words,
        "tries": tried[0],
        "most_tries": rules.MOST_TRIES,
        "mentions_child": standing.is_child,
        **_offer(request, row),
    }


def _offer(request: HttpRequest, row: Call) -> dict[str, Any]:
    """Approved words to answer from; none where a correction says what to say."""
    given = request.POST if request.method == "POST" else request.GET
    q = " ".join(storable(given.get("q", "")).split())[:200]
    if row.recipient_id is not None:
        return {"q": "", "offered": [], "is_chosen": False}
    try:
        chosen = UUID(given.get("text", ""))
    except ValueError:
        chosen = None
    found = said.offered(request.user, row, words=q, chosen=chosen, now=now())
    return {"q": q, "offered": found, "is_chosen": any(one.is_chosen for one in found)}


@require_safe
def words(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The approved words again: as one searches, and when something was withdrawn."""
    row = found_or_404(request, uid)
    if not rules.may_note(request.user, row, now()):
        raise Http404
    return responses.part(request, "calls/call.html#words", {"call": row, **_offer(request, row)})


class Dialled(HttpResponse):
    """Leads the browser to the telephone of the machine it runs on. The number stands in no page."""

    def __init__(self, number: str) -> None:
        super().__init__(status=302, headers={"Location": f"tel:{number}", "Cache-Control": "no-store"})


@require_safe
def dial_number(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The number of whom one has in hand."""
    row = found_or_404(request, uid)
    try:
        return Dialled(dialling.dial(actor=request.user, call=row, now=now()))
    except rules.Refused as refused:
        return responses.toast(responses.go(row.get_absolute_url()), str(refused), tone="problem")


@require_POST
def drop_one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """There was no call."""
    row = found_or_404(request, uid)
    back = reverse("calls:waiting") if row.recipient_id else after(row)
    try:
        taking.drop(actor=request.user, call=row, now=now())
    except rules.Refused as refused:
        return responses.toast(responses.go(row.get_absolute_url()), str(refused), tone="problem")
    return responses.toast(responses.go(back, request=request), _("Put back. Nothing was kept of it."))
