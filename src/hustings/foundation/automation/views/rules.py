"""Rules: the list, the editor, the dry run, the log."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.access.actions import record_reading
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import ReadOnly, current
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.ui import responses

from .. import rules as may
from ..actions import writing
from ..forms.editor import Editor, data_of
from ..models import Rule
from ..queries import overview
from ..queries.problems import problems_of
from ..queries.trying import Trial, try_rule

WEEK = timedelta(days=7)
A_PAGE = 30


def _needs_writer(request: HttpRequest) -> None:
    if not may.may_write(request.user):
        raise PermissionDenied(_("Rules are written by those whose role says so. Ask an administrator."))


def _rule(request: HttpRequest, uid: UUID) -> Rule:
    _needs_writer(request)
    return get_object_or_404(overview.visible_to(request.user), uid=uid)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Rules in their order, with what they did in the last week and what waits."""
    _needs_writer(request)
    lines = overview.lines_for(request.user, now() - WEEK)
    context = {
        "lines": lines,
        "waits": any(line.to_do for line in lines),
        "may_free": may.may_lift_limit(request.user),
        "may_hook": may.may_write_hooks(request.user),
    }
    return responses.page_or_part(request, "automation/rules.html", context, part="list")


@require_http_methods(["GET", "POST"])
def edit_rule(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """Write or change a rule. `again`, `add` and `drop` show the page anew; `try` is the dry run of what stands there,
    and keeps nothing."""
    _needs_writer(request)
    rule = _rule(request, uid) if uid else None
    asked = request.POST if request.method == "POST" else None
    if asked is None:
        data = data_of(rule) if rule else MultiValueDict({key: [value] for key, value in request.GET.items()})
        return _editor(request, Editor(request.user, data, rule=rule))
    if {"again", "add", "drop"} & asked.keys():
        return _editor(request, Editor(request.user, asked, rule=rule))
    editor = Editor(request.user, asked, rule=rule, check=True)
    if not editor.is_valid():
        return _editor(request, editor, wrong=editor.errors(), status=422)
    facts = editor.facts()
    if "try" in asked:
        return _try(request, editor, facts)
    try:
        saved = writing.save_rule(actor=request.user, rule=rule, now=now(), **facts)
        if "on" in asked:
            writing.switch_rule(actor=request.user, rule=saved, on=True, now=now())
    except ValidationError as problem:
        return _editor(request, editor, wrong=[("", text) for text in problem.messages], status=422)
    said = _("“%(name)s” is kept and on") if saved.is_on or "on" in asked else _("“%(name)s” is kept, and off")
    back = responses.go(reverse("automation:rules"), request=request)
    return responses.toast(back, said % {"name": saved.name})


def _editor(
    request: HttpRequest,
    editor: Editor,
    *,
    wrong: list[tuple[str, str]] | None = None,
    trial: Trial | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"editor": editor, "rule": editor.rule, "wrong": wrong or [], "trial": trial}
    return responses.page_or_part(request, "automation/rule.html", context, part="editor", status=status)


def _try(request: HttpRequest, editor: Editor, facts: dict[str, Any]) -> HttpResponse:
    wanted = {name: facts[name] for name in ("record", "trigger", "conditions", "actions")}
    if wrong := problems_of(request.user, **wanted):
        return _editor(request, editor, wrong=[("", text) for text in wrong], status=422)
    trial = _tried(request, most_an_hour=facts["most_an_hour"], **wanted)
    return _editor(request, editor, trial=trial)


def _tried(request: HttpRequest, **facts: Any) -> Trial:
    moment = now()
    trial = try_rule(owner=request.user, now=moment, **facts)
    reader = current()
    if trial.notes and not (reader is not None and reader.read_only):
        record_reading(user_id=request.user.pk, notes=trial.notes, now=moment)
    return trial


@require_safe
def trial(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The dry run of a rule that is kept: as the one who looks, for nobody sees more here than they may."""
    rule = _rule(request, uid)
    version = rule.version
    if version is None:
        raise Http404
    facts = {
        "record": rule.record,
        "trigger": version.trigger,
        "conditions": version.conditions,
        "actions": version.actions,
    }
    wrong = problems_of(request.user, **facts)
    number = whole_number(request.GET.get("page", ""), 1, digits=6)
    found = None if wrong else _tried(request, most_an_hour=rule.most_an_hour, page=number, **facts)
    context = {"rule": rule, "line": overview.line_of(rule, now() - WEEK), "trial": found, "wrong": wrong}
    return responses.page_or_part(request, "automation/trial.html", context)


@require_POST
def act_on_rule(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """On, off, up, down, remove; let go on and leave out what waits."""
    rule, me, moment = _rule(request, uid), request.user, now()
    said = _("Kept")
    try:
        if verb in ("on", "off"):
            writing.switch_rule(actor=me, rule=rule, on=verb == "on", now=moment)
            said = (_("“%(name)s” is on") if verb == "on" else _("“%(name)s” is off")) % {"name": rule.name}
        elif verb in ("up", "down"):
            writing.move_rule(actor=me, rule=rule, up=verb == "up", now=moment)
        elif verb == "remove":
            writing.remove_rule(actor=me, rule=rule, now=moment)
            said = _("“%(name)s” is removed. Its log is kept.") % {"name": rule.name}
        elif verb == "free":
            freed = writing.let_go_on(actor=me, rule=rule, now=moment)
            said = ngettext("%(n)d record goes on now", "%(n)d records go on now", freed) % {"n": freed}
        elif verb == "leave":
            left = writing.leave_waiting(actor=me, rule=rule, now=moment)
            said = ngettext("%(n)d record is left out", "%(n)d records are left out", left) % {"n": left}
        else:
            raise Http404
    except ReadOnly:
        raise
    except ValidationError as problem:
        back = responses.go(reverse("automation:rules"), request=request)
        return responses.toast(back, " ".join(problem.messages), tone="problem")
    return responses.toast(responses.go(reverse("automation:rules"), request=request), said)


@require_safe
def log(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """What rules did, newest first: of one, or of all that are seen."""
    _needs_writer(request)
    rule = _rule(request, uid) if uid else None
    everything = request.GET.get("all") == "1"
    runs = overview.runs_of(request.user, rule=rule, everything=everything)
    page = Paginator(runs, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rule": rule,
        "line": overview.line_of(rule, now() - WEEK) if rule else None,
        "page": page,
        "lines": overview.logged(request.user, list(page)),
        "everything": everything,
        "not_everything": not everything,
        "may_free": may.may_lift_limit(request.user),
    }
    return responses.page_or_part(request, "automation/log.html", context)
