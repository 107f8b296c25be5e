"""The list of mail campaigns; its address is its state."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.core.clock import now
from hustings.foundation.core.texts import storable
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import table

from ..models import Group, StandingReply, Status
from ..queries import groups
from ..rules import LISTED_FROM, may_export, may_see, may_see_small, readable

PAGE = 50
LONGEST_ASKED = 300
MOST_EXPORTED = 10_000
COLUMNS = ("uid", "name", "sponsor", "position", "status", "letters", "people", "lifted", "first_at", "last_at")


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """The list; `format` csv or json gives the same rows to a program."""
    if not may_see(request.user):
        raise PermissionDenied(_("Mail campaigns are for those who work on letters."))
    status, reads = request.GET.get("status", ""), readable()
    words, small = storable(request.GET.get("q", "")).strip()[:LONGEST_ASKED], request.GET.get("small") == "1"
    rows = groups.listed(request.user, status=status, words=words, small=small)
    if request.GET.get("format") in ("csv", "json"):
        return _file(request, list(rows[:MOST_EXPORTED]))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "lines": _lines(list(page)),
        "words": words,
        "small": small,
        "least": LISTED_FROM,
        "status": status if status in Status.values else Status.OPEN.value if "status" in reads else "",
        "tabs": [
            {"label": label, "href": f"?status={value}", "current": value == (status or Status.OPEN)}
            for value, label in (Status.choices if "status" in reads else ())
        ],
        "reads": reads,
        "may_export": may_export(request.user),
        "may_see_small": may_see_small(request.user),
    }
    return responses.page_or_part(request, "campaigns/list.html", context)


def _lines(shown: list[Group]) -> list[tuple[Group, int, StandingReply | None]]:
    states, replies = groups.states_of(shown), groups.standing_replies_of(shown, now())
    return [(group, states.get(group.pk, 0), replies.get(group.pk)) for group in shown]


def _file(request: HttpRequest, rows: list[Group]) -> HttpResponse:
    if not may_export(request.user):
        raise PermissionDenied(_("Your role does not take mail campaigns away as a file."))
    kind = request.GET["format"]
    record_audit(actor=request.user, action="campaign.exported", record_type="campaign",
                 detail={"format": kind, "rows": len(rows)}, now=now())  # fmt: skip
    lines = [tuple(getattr(row, name) for name in COLUMNS) for row in rows]
    if kind == "json":
        return JsonResponse({"campaigns": [dict(zip(COLUMNS, line, strict=True)) for line in lines]})
    return table("mail-campaigns", COLUMNS, lines)
