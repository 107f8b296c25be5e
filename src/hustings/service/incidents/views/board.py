"""The board: what is open, by state. Its address is its state."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import state_name
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import table

from .. import queries, rules
from ..models import Incident, Kind
from ..queries import status_of

PAGE = 100
VIEWS = ("open", "closed", "all")


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Open ones first by when they were reported; the states with most on top."""
    if not rules.may_see(request.user):
        raise PermissionDenied(_("Your role does not see incidents."))
    wish, reads = _wish(request), rules.readable()
    rows = _rows(request, wish).select_related("reported_by", "inquiry")
    states = queries.open_by_state(request.user)
    context = {
        "wish": wish,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "states": states,
        "open": sum(line.count for line in states),
        "state_name": state_name(wish["state"]) if wish["state"] else "",
        "kinds": Kind.choices,
        "reads": reads,
        "tabs": _tabs(wish) if "status" in reads else [],
        "topic": f"incidents:{wish['state'] or 'all'}",
        "may_report": rules.may_report(request.user),
        "may_export": rules.may_export(request.user),
    }
    return responses.page_or_part(request, "incidents/board.html", context, part="board")


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same rows as a file; that they were taken is in the trail."""
    if not (rules.may_see(request.user) and rules.may_export(request.user)):
        raise PermissionDenied(_("Your role does not export incidents."))
    wish = _wish(request)
    rows = list(_rows(request, wish).select_related("reported_by"))
    record_audit(
        actor=request.user, action="incident.exported", record_type="incident", detail={**wish, "rows": len(rows)},
        now=now(),
    )  # fmt: skip
    columns = ("id", "kind", "state", "county_fips", "precinct", "place", "at", "reported_at", "source", "what", "done",
               "status", "closed_at", "outcome", "is_sample")  # fmt: skip
    # Read now, while it is known who reads.
    return table("incidents", columns, [_line(row) for row in rows])


def _line(row: Incident) -> tuple[Any, ...]:
    return (
        *(row.uid, row.kind, row.state_code, row.county_fips, row.precinct, row.place, _moment(row.at)),
        *(_moment(row.reported_at), row.source, row.what, row.done, status_of(row)),
        *(_moment(row.closed_at), row.outcome, "yes" if row.is_sample else ""),
    )


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _wish(request: HttpRequest) -> dict[str, str]:
    """What is asked; by a field that its reader may not read only where the address says so, which is then refused."""
    view, kind = request.GET.get("view", ""), request.GET.get("kind", "")
    state = request.GET.get("state", "")[:2].upper()
    return {
        "view": view if view in VIEWS else "open" if may_read(rules.RECORD, "status") else "all",
        "state": state if state.isalpha() and state.isascii() else "",
        "kind": kind if kind in Kind.values else "",
    }


def _rows(request: HttpRequest, wish: dict[str, str]) -> Any:
    rows = queries.visible_to(request.user)
    if wish["view"] != "all":
        rows = rows.filter(closed_at__isnull=wish["view"] == "open")
    if wish["state"]:
        rows = rows.filter(state_code=wish["state"])
    if wish["kind"]:
        rows = rows.filter(kind=wish["kind"])
    return queries.newest_first(rows)


def _tabs(wish: dict[str, str]) -> list[dict[str, Any]]:
    names = {"open": _("Open"), "closed": _("Closed"), "all": _("All")}
    kept = "".join(f"&{name}={wish[name]}" for name in ("state", "kind") if wish[name])
    return [
        {"label": names[view], "href": f"?view={view}{kept}", "current": wish["view"] == view} for view in VIEWS
    ]  # fmt: skip
