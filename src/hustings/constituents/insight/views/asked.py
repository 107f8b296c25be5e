"""What people ask, by place and topic: its address is its state."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.geography.queries import states
from hustings.foundation.ui.downloads import table

from ..queries.asked import LEVELS, WEEKS, Asked, asked, monday
from ..queries.places import markets
from ..registry import registry
from ..rules import LEAST

MOST_LINES = 300


def only_leads(request: HttpRequest) -> None:
    """Numbers of the whole campaign are for who leads. Raises PermissionDenied."""
    if not request.user.leads:
        raise PermissionDenied


@require_safe
def what_people_ask(request: HttpRequest) -> HttpResponse:
    """Views, searches and letters together."""
    only_leads(request)
    wish = _wish(request)
    found = _asked(wish)
    most = max((count for _week, count in found.weeks), default=0) or 1
    context = {
        "wish": wish,
        "lines": found.lines[:MOST_LINES],
        "topics": found.topics,
        "weeks": [(week, count, round(100 * count / most)) for week, count in found.weeks],
        "withheld": found.withheld,
        "refused": found.refused,
        "least": LEAST,
        "levels": [
            ("state", _("States")),
            ("county", _("Counties")),
            ("market", _("Media markets")),
            ("zip", _("ZIPs")),
        ],
        "has_markets": bool(markets()),
        "states": states(),
        "spans": WEEKS,
        "topic_names": [(slug, name) for names in registry.topics for slug, name in names().items()],
    }
    return render(request, "insight/asked.html", context)


@require_safe
def asked_csv(request: HttpRequest) -> HttpResponse:
    """The same lines as a file, for buying advertisements by market."""
    only_leads(request)
    wish = _wish(request)
    columns = (wish["level"], "name", "views", "searches", "letters", "total", "last_week", "usual_week", "spike")
    rows = (
        (
            *(line.key, line.name, line.views, line.searches, line.letters, line.total, line.last),
            *(round(line.before, 1), "yes" if line.is_spike else ""),
        )
        for line in _asked(wish).lines
    )
    return table(f"asked-by-{wish['level']}", columns, rows)


def _asked(wish: dict[str, Any]) -> Asked:
    return asked(
        level=wish["level"],
        state_code=wish["state"],
        topic=wish["topic"],
        weeks=wish["weeks"],
        today=timezone.now().date(),
    )


def _wish(request: HttpRequest) -> dict[str, Any]:
    level, weeks = request.GET.get("level", ""), request.GET.get("weeks", "")
    state = request.GET.get("state", "")
    topic = request.GET.get("topic", "")
    topics = {slug for names in registry.topics for slug in names()}
    return {
        "level": level if level in LEVELS else "state",
        "weeks": next((span for span in WEEKS if weeks == str(span)), 4),
        "state": state if any(state == code for code, _name in states()) else "",
        "topic": topic if topic in topics else "",
        "until": monday(timezone.now().date()),
    }
