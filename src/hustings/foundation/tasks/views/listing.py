"""The list of tasks: its address is its state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import colleagues
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.core.texts import storable
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import table

from .. import queries, rules
from ..models import Status, Task
from ..queries.about import named_of, reference_of
from ..queries.panel import lines

PAGE, MOST_EXPORTED, LONGEST_ASKED = 50, 10_000, 200
TODO, GIVEN, ALL, OVER = "todo", "given", "all", "over"
VIEWS = (TODO, GIVEN, ALL, OVER)
COLUMNS = ("uid", "title", "words", "about", "assignee", "team", "due_on", "status", "made_by", "made_at", "ended_at")


@dataclass(frozen=True)
class Wish:
    """What is asked by an address."""

    view: str
    words: str
    who: str  # the uid of whom it is for

    @property
    def told(self) -> dict[str, str]:
        return {"view": self.view, "q": self.words, "for": self.who}


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits for the reader; `view` given, all or over for the rest; `format` csv or json for a program."""
    if not rules.may_see(request.user):
        raise PermissionDenied(_("Your role has no tasks."))
    wish, moment = _wish(request), now()
    rows = _rows(request.user, wish).select_related("assignee", "team", "made_by")
    if request.GET.get("format") in ("csv", "json"):
        return _file(request, wish, list(rows[:MOST_EXPORTED]))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    reads = rules.readable()
    context: dict[str, Any] = {
        "wish": wish,
        "page": page,
        "lines": lines(request.user, list(page), moment, named_of(request.user, page)),
        "reads": reads,
        "tabs": _tabs(wish, reads),
        "people": _people(request.user) if "assignee" in reads and wish.view != TODO else [],
        "may_give": rules.may_give(request.user),
        "may_export": rules.may_export(request.user),
    }
    return responses.page_or_part(request, "tasks/list.html", context, part="list")


def _wish(request: HttpRequest) -> Wish:
    """By a field that its reader may not read only where the address says so, which is then refused."""
    view, who = request.GET.get("view", ""), request.GET.get("for", "")
    try:
        who = str(UUID(who))
    except ValueError:
        who = ""
    return Wish(view if view in VIEWS else TODO, storable(request.GET.get("q", "")).strip()[:LONGEST_ASKED], who)


def _rows(user: User, wish: Wish) -> QuerySet[Task]:
    knows = may_read(rules.RECORD, "status")
    if wish.view == TODO:
        rows = queries.to_do(user)
    elif wish.view == GIVEN:
        rows = queries.given_by(user)
    else:
        rows = queries.visible_to(user)
    if wish.view == OVER:
        rows = rows.exclude(status=Status.OPEN)
    elif wish.view != TODO and knows:
        rows = rows.filter(status=Status.OPEN)
    if wish.who:
        rows = rows.filter(Q(assignee__uid=wish.who))
    if wish.words:
        rows = queries.searched(rows, wish.words)
    return queries.newest_first(rows) if wish.view == OVER else queries.in_order(rows)


def _tabs(wish: Wish, reads: set[str]) -> list[dict[str, Any]]:
    names = {TODO: _("To do"), GIVEN: _("Given by me"), ALL: _("Everything"), OVER: _("Over")}
    shown = [view for view in VIEWS if view != OVER or "status" in reads]
    return [{"label": names[view], "href": f"?view={view}", "current": wish.view == view} for view in shown]


def _people(user: User) -> list[User]:
    return list(colleagues(user)[:500])


def _file(request: HttpRequest, wish: Wish, rows: list[Task]) -> HttpResponse:
    """The same rows as a file; that they were taken is in the trail."""
    if not rules.may_export(request.user):
        raise PermissionDenied(_("Your role does not take tasks away as a file."))
    kind = request.GET["format"]
    record_audit(actor=request.user, action="task.exported", record_type=rules.RECORD,
                 detail={**wish.told, "format": kind, "rows": len(rows)}, now=now())  # fmt: skip
    told = [_told(row) for row in rows]
    if kind == "json":
        return JsonResponse({"tasks": [dict(zip(COLUMNS, line, strict=True)) for line in told]})
    return table("tasks", COLUMNS, told)


def _told(row: Task) -> tuple[str, ...]:
    return (
        *(str(row.uid), row.title, row.words, reference_of(row), row.assignee.name if row.assignee else ""),
        *(row.team.name if row.team else "", row.due_on.isoformat() if row.due_on else "", row.status or ""),
        *(row.made_by.name if row.made_by else "", _moment(row.made_at), _moment(row.ended_at)),
    )


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""
