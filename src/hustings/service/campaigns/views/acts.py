"""What leads do with a campaign: each a small form, then back to its page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.ui import responses
from hustings.service.answers import queries as answers

from ..actions import changing, combining, standing
from ..forms import CombineForm, NameForm, PositionForm, ReplyForm, SplitForm, SponsorForm, StatusForm
from ..models import Change, Group, Position, Status
from ..queries import groups
from ..rules import Refused, may_change, may_write
from .showing import group_of

MOST_OFFERED = 300
HEADINGS = {
    "combine": lambda: _("Combine with another campaign"),
    "split": lambda: _("Split letters off"),
    "rename": lambda: _("Rename"),
    "position": lambda: _("What the letters ask for"),
    "sponsor": lambda: _("Who is behind it"),
    "status": lambda: _("Is it a campaign?"),
}


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Combine, split, rename, position, sponsor, status: the form, and what it does."""
    if what not in HEADINGS:
        raise Http404
    group = _changeable(request, uid)
    if not may_write(what):
        raise PermissionDenied(_("Your role does not change this of mail campaigns."))
    form = _form(request, group, what)
    if request.method == "POST" and form.is_valid():
        try:
            to, said = _done(request, group, what, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            seen = groups.visible_to(request.user).filter(pk=to.pk).exists()  # not where too few wrote it
            return responses.toast(responses.go((to if seen else group).get_absolute_url(), request=request), said)
    context = {"group": group, "what": what, "heading": HEADINGS[what](), "form": form}
    return responses.page_or_part(request, "campaigns/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Set the standing reply."""
    group = _changeable(request, uid)
    if not may_read("campaign", "position"):  # it goes to letters of that position
        raise PermissionDenied(_("Your role does not see the position of mail campaigns."))
    articles = list(answers.in_use(request.user).order_by("title"))
    form = ReplyForm(request.POST or None, articles=articles)
    if request.method == "POST" and form.is_valid():
        try:
            standing.set_reply(actor=request.user, group=group, now=now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return responses.toast(
                responses.go(group.get_absolute_url(), request=request), _("The standing reply is set")
            )
    context = {"group": group, "what": "reply", "heading": _("Standing reply"), "form": form, "is_reply": True}
    return responses.page_or_part(request, "campaigns/ask.html", context, status=422 if form.errors else 200)


@require_POST
def end_reply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Nobody gets it any more."""
    group = _changeable(request, uid)
    if (one := groups.reply_set(group)) is not None:
        standing.end_reply(actor=request.user, reply=one, now=now())
    return responses.toast(responses.go(group.get_absolute_url(), request=request), _("The standing reply has ended"))


@require_POST
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hand those who have written to the bulk replies."""
    group = _changeable(request, uid)
    one = groups.standing_reply_of(group, now())
    if one is None:
        return responses.problem(request, _("No standing reply holds. Nothing was sent."), status=409)
    try:
        address = standing.answer_now(actor=request.user, reply=one, now=now())
    except Refused as refused:
        return responses.problem(request, str(refused), status=refused.status)
    if not address:
        return responses.problem(request, _("Nothing here sends to many yet. Nothing was sent."), status=409)
    return responses.go(address, request=request)


@require_POST
def decide(request: HttpRequest, uid: UUID, member: UUID, verb: str) -> HttpResponse:
    """Lift a letter out, or put it back."""
    group = _changeable(request, uid)
    letter = get_object_or_404(groups.members_visible_to(request.user, group), uid=member)
    acts: dict[str, tuple[Callable[..., None], str]] = {
        "lift": (changing.lift, _("Lifted out: a person answers it")),
        "back": (changing.put_back, _("Back in the campaign")),
    }
    if verb not in acts:
        raise Http404
    act, said = acts[verb]
    try:
        act(actor=request.user, member=letter, now=now())
    except Refused as refused:
        return responses.problem(request, str(refused), status=refused.status)
    return responses.toast(responses.go(group.get_absolute_url(), request=request), said)


@require_POST
def undo(request: HttpRequest, uid: UUID, change: UUID) -> HttpResponse:
    """Take a change back."""
    group = _changeable(request, uid)
    one = get_object_or_404(Change.objects.filter(groups.whole(group)), uid=change)
    try:
        combining.undo(actor=request.user, change=one, now=now())
    except Refused as refused:
        return responses.problem(request, str(refused), status=refused.status)
    return responses.toast(responses.go(group.get_absolute_url(), request=request), _("Taken back"))


def _changeable(request: HttpRequest, uid: UUID) -> Group:
    group = group_of(request, uid)
    if not may_change(request.user):
        raise PermissionDenied(_("Your role does not change mail campaigns."))
    return group


def _form(request: HttpRequest, group: Group, what: str) -> forms.Form:
    given = request.POST or None
    if what == "combine":
        return CombineForm(given, others=list(groups.combinable(request.user, group)[:MOST_OFFERED]))
    if what == "split":
        return SplitForm(given)
    kind: Any = {"rename": NameForm, "position": PositionForm, "sponsor": SponsorForm, "status": StatusForm}[what]
    first = {"name": group.name, "position": group.position, "sponsor": group.sponsor, "status": group.status}
    form: forms.Form = kind(given, initial=first)
    return form


def _done(request: HttpRequest, group: Group, what: str, given: dict[str, Any]) -> tuple[Group, str]:
    facts: dict[str, Any] = {"actor": request.user, "group": group, "now": now()}
    if what == "combine":
        combining.combine(**facts, into=given["into"])
        return given["into"], _("Combined: its letters are read here now")
    if what == "split":
        return combining.split(**facts, **given), _("Split off: these letters are a campaign of their own")
    if what == "rename":
        changing.rename(**facts, name=given["name"])
    elif what == "position":
        changing.say_position(**facts, position=Position(given["position"]))
    elif what == "sponsor":
        changing.say_sponsor(**facts, sponsor=given["sponsor"])
    else:
        changing.set_status(**facts, status=Status(given["status"]))
    return group, _("Kept")
