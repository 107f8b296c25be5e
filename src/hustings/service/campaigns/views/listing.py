"""The list of mail campaigns; its address is its state."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import table

from ..models import Group, Status
from ..queries import groups
from ..rules import LISTED_FROM, may_change, may_see

PAGE = 50
MOST_EXPORTED = 10_000
COLUMNS = ("uid", "name", "sponsor", "position", "status", "letters", "people", "lifted", "first_at", "last_at")


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """The list; `format` csv or json gives the same rows to a program."""
    if not may_see(request.user):
        raise PermissionDenied(_("Mail campaigns are for those who work on letters."))
    status = request.GET.get("status", "")
    words, small = request.GET.get("q", "").strip(), request.GET.get("small") == "1"
    rows = groups.listed(request.user, status=status, words=words, small=small)
    if request.GET.get("format") in ("csv", "json"):
        return _file(request, list(rows[:MOST_EXPORTED]))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "lines": [(group, groups.states_of(group), groups.standing_reply_of(group, now())) for group in page],
        "words": words,
        "small": small,
        "least": LISTED_FROM,
        "status": status if status in Status.values else Status.OPEN.value,
        "tabs": [
            {"label": label, "href": f"?status={value}", "current": value == (status or Status.OPEN)}
            for value, label in Status.choices
        ],
        "may_change": may_change(request.user),
    }
    return responses.page_or_part(request, "campaigns/list.html", context)


def _file(request: HttpRequest, rows: list[Group]) -> HttpResponse:
    kind = request.GET["format"]
    record_audit(actor=request.user, action="campaign.exported", record_type="campaign",
                 detail={"format": kind, "rows": len(rows)}, now=now())  # fmt: skip
    lines = [tuple(getattr(row, name) for name in COLUMNS) for row in rows]
    if kind == "json":
        return JsonResponse({"campaigns": [dict(zip(COLUMNS, line, strict=True)) for line in lines]})
    return table("mail-campaigns", COLUMNS, lines)
