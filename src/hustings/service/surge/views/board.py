"""The board of the day: its address is its state, and it fetches itself anew."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.access.models import Team
from hustings.foundation.core.clock import now
from hustings.foundation.core.texts import storable
from hustings.foundation.ui import responses
from hustings.service.correspondence.rules import may_see_ledger

from .. import rules
from ..actions.calling import call_in
from ..actions.switching import begin_surge, end_surge
from ..queries.standing import changed_in, freeze_now, order, plan, surge_now
from .kept import board as kept_board
from .kept import forget
from .tiles import squares

MAPS = ("answer", "waiting")
MOST_LINES = 9  # of the backlog by topic, unless it is asked for as a table


def only_board(request: HttpRequest) -> None:
    """Raises PermissionDenied for who does not see the numbers of the whole campaign."""
    if not rules.may_see_board(request.user):
        raise PermissionDenied(_("Those who lead, and voter protection, see this board."))


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What comes, what waits, who is on, and when it is gone."""
    only_board(request)
    by = request.GET.get("by", "")
    by = by if by in MAPS else "answer"
    found = kept_board()
    tables = request.GET.get("tables", "")
    matters = found["matters"] if tables else found["matters"][:MOST_LINES]
    shown = {"by": by, "tables": tables, "matters": matters, "squares": squares(found["numbers"].tiles, by=by)}
    context = {**found, **_switches(request), **shown}
    return responses.page_or_part(request, "surge/board.html", context, part="board")


def _switches(request: HttpRequest) -> dict[str, Any]:
    surge, freeze, giving = surge_now(), freeze_now(), order()
    steps = surge.steps if surge else 0
    return {
        "surge": surge,
        "freeze": freeze,
        "changed": changed_in(freeze).count() if freeze else 0,
        "gives": [(step, place <= steps) for place, step in enumerate(giving.steps, start=1)],
        "never": giving.never,
        "teams": _teams(),
        "may_switch": rules.may_switch(request.user),
        "may_plan": rules.may_plan(request.user),
        "sees_ledger": may_see_ledger(request.user),
    }


def _teams() -> list[Team]:
    """Those of the plan in its order, else all."""
    wanted = plan().teams
    found = Team.objects.in_bulk(wanted) if wanted else Team.objects.order_by("name").in_bulk()
    return [found[pk] for pk in wanted if pk in found] if wanted else list(found.values())


@require_safe
def as_json(request: HttpRequest) -> JsonResponse:
    """The same numbers for programs."""
    only_board(request)
    found = kept_board()
    seen, numbers = found["outlook"], found["numbers"]
    ahead = seen.forecast
    return JsonResponse(
        {
            "at": numbers.at.isoformat(),
            "waiting": seen.waiting,
            "over_target": numbers.late,
            "people_on": seen.people,
            "opened_a_minute": round(seen.coming, 2),
            "closed_a_minute": round(seen.left, 2),
            "answer_minutes": {"median": numbers.waits.median, "p90": numbers.waits.p90, "n": numbers.waits.answered},
            "forecast": {"clears_in": ahead.clears, "earliest": ahead.earliest, "latest": ahead.latest},
            "people_needed": seen.needed,
            "open_incidents": numbers.incidents,
            "by_topic": [_as_line(matter) for matter in numbers.matters],
            "by_state": {code: {"waiting": tile.waiting, "late": tile.late, "minutes": tile.minutes,
                                "incidents": tile.incidents} for code, tile in sorted(numbers.tiles.items())},
            "rising": found["rising"]["cells"],
        }
    )  # fmt: skip


def _as_line(matter: Any) -> dict[str, Any]:
    return {
        "topic": matter.key[0],
        "nature": matter.key[1],
        "waiting": matter.waiting,
        "came_last_hour": matter.came,
        "went_last_hour": matter.went,
        "people_on": matter.people,
        "over_target": matter.late,
        "oldest": matter.oldest.isoformat(),
        "clears_in": matter.clears,
        "gives_way": matter.gives_way,
    }


def _only_who_switch(request: HttpRequest) -> None:
    if not rules.may_switch(request.user):
        raise PermissionDenied(_("Those who lead switch surge mode and call people in. Nothing was changed."))


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Surge mode on, or off, by a person: as the page said that they read, also where another was faster."""
    _only_who_switch(request)
    why = storable(request.POST.get("because", "")).strip() or _("by hand")
    to = request.POST.get("to", "")
    if to == "on":
        begin_surge(actor=request.user, because=why, now=now())
        said = _("Surge mode is on")
    elif to == "off":
        end_surge(actor=request.user, because=why, now=now())
        said = _("Surge mode is off, and what it changed is back")
    else:
        return responses.problem(request, _("Say whether to switch it on or off. Nothing was changed."), status=422)
    forget()
    return responses.toast(responses.refresh(request, url="/election-day/"), said)


@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Call a team in."""
    _only_who_switch(request)
    team = _team(request.POST.get("team", ""))
    if team is None:
        return responses.problem(request, _("Choose a team. Nobody was called."), status=422)
    try:
        made = call_in(actor=request.user, team=team, because=_("by hand"), now=now())
    except rules.Refused as refused:
        return responses.problem(request, str(refused), status=409)
    said = _("%(n)d people of %(team)s were told") % {"n": made.told, "team": team.name}
    return responses.toast(responses.refresh(request, url="/election-day/"), said)


def _team(uid: str) -> Team | None:
    try:
        return Team.objects.filter(uid=UUID(uid)).first()
    except ValueError:
        return None
