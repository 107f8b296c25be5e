"""What is done to one inquiry: each view calls one action and says what happened, with the way back."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import life, merging, notes, taking
from ..actions.about import correct
from ..forms import AboutForm, AssignForm, CloseForm, MergeForm, MoveForm, PriorityForm, SnoozeForm, StageForm, TagForm
from ..models import Event, Inquiry, Stage
from ..queries.inquiries import visible_to
from ..queries.mentions import colleagues_for
from ..queries.states import ListState
from ..rows import name_of
from ..rules import Refused
from .asks import ask, note_form
from .showing import inquiry_of, state_of

Act = Callable[[HttpRequest, Inquiry], HttpResponse]


def act(view: Act) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Decorator: POST, on an inquiry the reader sees; a refusal is said in its own words and changes nothing."""

    @require_POST
    @wraps(view)
    def acting(request: HttpRequest, uid: UUID) -> HttpResponse:
        try:
            return view(request, inquiry_of(request, uid))
        except Refused as refused:
            return _no(request, refused, uid)

    return acting


def _no(request: HttpRequest, refused: Refused, uid: UUID | None = None) -> HttpResponse:
    if responses.wants_part(request):
        return responses.problem(request, str(refused), status=refused.status)
    # Without script the reader goes on where they were, and is told there.
    back = f"{reverse('desk:inquiry', args=[uid])}?{state_of(request).query}" if uid else "/"
    return responses.toast(responses.go(back), str(refused), tone="problem")


def _done(request: HttpRequest, row: Inquiry, said: str, event: Event | None = None) -> HttpResponse:
    """Told in passing; the page's parts fetch themselves anew, or it is loaded again without script."""
    undo = reverse("desk:undo", args=[event.uid]) if event is not None and event.before is not None else ""
    if responses.wants_part(request):
        response = responses.event(responses.nothing(), "desk-changed")
        response = responses.event(response, "hustings:close-dialog")
    else:
        back = reverse("desk:inquiry", args=[row.uid]) + f"?{state_of(request).query}"
        seen = visible_to(request.user).filter(pk=row.pk).exists()
        response = responses.go(back if seen else state_of(request).href)
    return responses.toast(response, said, undo_url=undo)


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """The most urgent of one's queues, and its page."""
    row = taking.take_next(actor=request.user, now=now())
    if row is None:
        said = _("Nothing waits in your queues. You are up to date.")
        return responses.toast(responses.go(ListState(view="unassigned").href, request=request), said)
    return responses.go(reverse("desk:inquiry", args=[row.uid]) + "?view=mine", request=request)


@act
def take(request: HttpRequest, row: Inquiry) -> HttpResponse:
    event = taking.take(actor=request.user, inquiry=row, now=now())
    return _done(request, row, _("It is yours"), event)


@act
def assign(request: HttpRequest, row: Inquiry) -> HttpResponse:
    """Assign, or with a word hand over."""
    form = AssignForm(request.POST, people=colleagues_for(row))
    if not form.is_valid():
        return ask(request, row, "assign", form, status=422)
    user, word = form.cleaned_data["user"], form.cleaned_data["word"]
    if user is not None and word.strip():
        event = taking.hand_over(actor=request.user, inquiry=row, user=user, word=word, now=now())
        return _done(request, row, _("Handed over to %(name)s") % {"name": user.name}, event)
    event = taking.assign(actor=request.user, inquiry=row, user=user, now=now())
    said = _("Assigned to %(name)s") % {"name": user.name} if user else _("Back in the queue")
    return _done(request, row, said, event)


@act
def snooze(request: HttpRequest, row: Inquiry) -> HttpResponse:
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return ask(request, row, "snooze", form, status=422)
    event = life.snooze(actor=request.user, inquiry=row, until=form.cleaned_data["moment"], now=now())
    return _done(request, row, _("Snoozed. It is back sooner if they write."), event)


@act
def wake(request: HttpRequest, row: Inquiry) -> HttpResponse:
    return _done(request, row, _("Back among the open ones"), life.wake(actor=request.user, inquiry=row, now=now()))


@act
def close(request: HttpRequest, row: Inquiry) -> HttpResponse:
    form = CloseForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    none_needed, reason = given.get("none_needed", False), given.get("reason", "")
    event = life.close(actor=request.user, inquiry=row, now=now(), none_needed=none_needed, reason=reason)
    return _done(request, row, _("Done: %(name)s") % {"name": name_of(row)}, event)


@act
def reopen(request: HttpRequest, row: Inquiry) -> HttpResponse:
    return _done(request, row, _("Open again"), life.reopen(actor=request.user, inquiry=row, now=now()))


@act
def stage(request: HttpRequest, row: Inquiry) -> HttpResponse:
    form = StageForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Say whether it needs an answer. Nothing was changed."))
    wanted = Stage(form.cleaned_data["stage"])
    event = life.set_stage(actor=request.user, inquiry=row, stage=wanted, now=now())
    return _done(request, row, _("Needs an answer") if wanted == Stage.ANSWER else _("Read, none needed"), event)


@act
def priority(request: HttpRequest, row: Inquiry) -> HttpResponse:
    form = PriorityForm(request.POST)
    if not form.is_valid():
        raise Refused(_("There is no such priority. Nothing was changed."))
    wanted = form.cleaned_data["priority"]
    event = life.set_priority(actor=request.user, inquiry=row, priority=wanted, now=now())
    return _done(request, row, _("Priority: %(name)s") % {"name": wanted.label}, event)


@act
def move(request: HttpRequest, row: Inquiry) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return ask(request, row, "move", form, status=422)
    queue = form.cleaned_data["queue"]
    event = life.move_queue(actor=request.user, inquiry=row, queue=queue, now=now())
    return _done(request, row, _("Moved to %(queue)s") % {"queue": queue.name}, event)


@act
def tag(request: HttpRequest, row: Inquiry) -> HttpResponse:
    """The tags become what the form says."""
    form = TagForm(request.POST)
    if not form.is_valid():
        return ask(request, row, "tag", form, status=422)
    wanted = form.cleaned_data["tags"]
    known = {word.lower() for word in wanted}
    gone = [word for word in row.tags if word.lower() not in known]
    event = life.tag(actor=request.user, inquiry=row, add=wanted, remove=gone, now=now())
    return _done(request, row, _("Tags changed"), event)


@act
def about(request: HttpRequest, row: Inquiry) -> HttpResponse:
    """What it is about becomes what the form says; the next model learns from it."""
    form = AboutForm(request.POST, inquiry=row)
    if not form.is_valid():
        return ask(request, row, "about", form, status=422)
    event = correct(actor=request.user, inquiry=row, now=now(), teaches=True, **form.values())
    return _done(request, row, _("Kept. It is a lesson for the next model, too."), event)


@act
def note(request: HttpRequest, row: Inquiry) -> HttpResponse:
    form = note_form(row, request.POST)
    if not form.is_valid():
        return ask(request, row, "note", form, status=422)
    try:
        notes.write_note(actor=request.user, inquiry=row, text=form.cleaned_data["text"], now=now())
    except Refused as refused:
        form.add_error("text", str(refused))
        return ask(request, row, "note", form, status=422)
    return _done(request, row, _("Note posted to the team"))


@act
def merge(request: HttpRequest, row: Inquiry) -> HttpResponse:
    """This one is read under the other from now on."""
    form = MergeForm(request.POST)
    into = visible_to(request.user).filter(uid=form.cleaned_data["into"]).first() if form.is_valid() else None
    if into is None:
        if form.is_valid():
            form.add_error("into", _("You see no inquiry of that address."))
        return ask(request, row, "merge", form, status=422)
    merging.merge(actor=request.user, inquiry=row, into=into, now=now())
    event = Event.objects.filter(inquiry=row, kind="merged_away").order_by("-id").first()
    there = reverse("desk:inquiry", args=[into.uid]) + f"?{state_of(request).query}"
    undo = reverse("desk:undo", args=[event.uid]) if event else ""
    return responses.toast(responses.go(there, request=request), _("Merged into this one"), undo_url=undo)


@act
def split(request: HttpRequest, row: Inquiry) -> HttpResponse:
    """The chosen letters become an inquiry of their own."""
    new = merging.split_off(actor=request.user, inquiry=row, keys=request.POST.getlist("item"), now=now())
    there = reverse("desk:inquiry", args=[new.uid]) + f"?{state_of(request).query}"
    return responses.toast(
        responses.go(there, request=request), _("Split off: this is the new inquiry, and it is yours")
    )


@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take back one act."""
    event = get_object_or_404(Event.objects.select_related("inquiry", "inquiry__queue"), uid=uid)
    if event.actor_id != request.user.pk:
        inquiry_of(request, event.inquiry.uid)  # who does not see it, learns nothing of it
    try:
        row = life.undo(actor=request.user, event=event, now=now())
    except Refused as refused:
        return _no(request, refused)
    return _done(request, row, _("Undone"))
