"""One act over many: the chosen rows, or all of the list."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions.bulk import MOST, start_run, stop_run, undo_run
from ..forms import BulkForm
from ..models import BulkRun
from ..queries.bulk import run_at_work, run_of
from ..queries.inquiries import visible_to
from ..queries.lists import all_ids
from ..queries.states import ListState, state_from
from ..rules import Refused

VERBS = {"none": "close"}


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Do it to all that were chosen."""
    form = BulkForm(_with_moment(request.POST))
    state = state_from(QueryDict(request.POST.get("list", "")))
    if not form.is_valid():
        return _no(request, _("Choose what to do with them. Nothing was changed."), 422, state.href)
    try:
        ids = _chosen(request, form, state)
        verb = form.cleaned_data["verb"]
        run = start_run(actor=request.user, verb=VERBS.get(verb, verb), values=form.values(), ids=ids, now=now())
    except ValueError as error:
        return _no(request, str(error), 422, state.href)
    except Refused as refused:
        return _no(request, str(refused), refused.status, state.href)
    if responses.wants_part(request):
        response = responses.event(responses.event(responses.nothing(), "desk-changed"), "hustings:close-dialog")
    else:
        response = responses.go(state.href)
    undo = reverse("desk:undo_run", args=[run.uid]) if run.ended_at and run.done else ""
    return responses.toast(response, said_of(run), undo_url=undo)


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far the run at work is; empty when there is none."""
    return responses.part(request, "desk/parts/run.html", {"run": run_at_work(request.user)})


@require_POST
def stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End it where it is."""
    stop_run(actor=request.user, run=_run(request, uid), now=now())
    response = (
        responses.event(responses.nothing(), "desk-changed") if responses.wants_part(request) else responses.go("/")
    )
    return responses.toast(response, _("It stops after the ones it is at. What was done stays."))


@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take back all of it that nobody changed since."""
    run = _run(request, uid)
    try:
        restored = undo_run(actor=request.user, run=run, now=now())
    except Refused as refused:
        return _no(request, str(refused), refused.status, "/")
    said = ngettext("Undone for %(n)d inquiry", "Undone for %(n)d inquiries", restored) % {"n": restored}
    if kept := run.done - restored:
        said += ". " + ngettext("%(n)d was changed since and stays", "%(n)d were changed since and stay", kept) % {
            "n": kept
        }
    response = (
        responses.event(responses.nothing(), "desk-changed") if responses.wants_part(request) else responses.go("/")
    )
    return responses.toast(response, said)


def said_of(run: BulkRun) -> str:
    """What happened, with how many were skipped."""
    if run.ended_at is None:
        return ngettext("Working on %(n)d inquiry", "Working on %(n)d inquiries", run.total) % {"n": run.total}
    said = {
        "assign": ngettext("%(n)d assigned", "%(n)d assigned", run.done),
        "tag": ngettext("%(n)d tagged", "%(n)d tagged", run.done),
        "close": ngettext("%(n)d done", "%(n)d done", run.done),
        "snooze": ngettext("%(n)d snoozed", "%(n)d snoozed", run.done),
        "move": ngettext("%(n)d moved", "%(n)d moved", run.done),
        "reopen": ngettext("%(n)d open again", "%(n)d open again", run.done),
    }[run.verb] % {"n": run.done}
    if run.skipped:
        skipped = ngettext(
            "%(n)d skipped: not yours to change, or nothing to change",
            "%(n)d skipped: not yours to change, or nothing to change",
            run.skipped,
        )
        said += ", " + skipped % {"n": run.skipped}
    return said


def _with_moment(data: QueryDict) -> QueryDict:
    """A button says one thing only: "snooze:2028-10-20T09:00+00:00" is the act and its moment."""
    verb, colon, moment = data.get("verb", "").partition(":")
    if not colon:
        return data
    given = data.copy()
    given["verb"], given["until"] = verb, moment
    return given


def _chosen(request: HttpRequest, form: BulkForm, state: ListState) -> list[int]:
    if form.cleaned_data["all"]:
        return all_ids(request.user, state, now(), most=MOST + 1)
    uids = []
    for text in request.POST.getlist("ids")[:1000]:
        try:
            uids.append(UUID(text))
        except ValueError:
            continue
    return list(visible_to(request.user).filter(uid__in=uids).values_list("id", flat=True))


def _run(request: HttpRequest, uid: UUID) -> BulkRun:
    try:
        return run_of(request.user, uid)
    except BulkRun.DoesNotExist:
        raise Http404 from None


def _no(request: HttpRequest, words: str, status: int, back: str) -> HttpResponse:
    if responses.wants_part(request):
        return responses.problem(request, words, status=status)
    return responses.toast(responses.go(back), words, tone="problem")
