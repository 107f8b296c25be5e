"""The list of approved language: its address is its state."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.core.guard import may_read
from hustings.foundation.ui.downloads import table
from hustings.foundation.ui.responses import page_or_part

from ..models import Article, ArticleState
from ..queries import Wish, listed, owners, topics
from ..rules import may_make, readable

PAGE = 50
COLUMNS = ("uid", "title", "topic", "state", "owner", "team", "approved_at", "check_by")


@require_safe
def answers_list(request: HttpRequest) -> HttpResponse:
    """What the reader may see; what is to be checked stands on top."""
    today, reads = timezone.localdate(), readable()
    wish = Wish.of(request.GET.dict())
    found = Paginator(listed(request.user, wish, today), PAGE).get_page(request.GET.get("page"))
    context = {
        "wish": wish,
        "page": found,
        "rows": [(article, *state_words(article, today)) for article in found],
        "columns": _columns(reads),
        "reads": reads,
        "tabs": _tabs(request, wish),
        "topics": topics(request.user),
        "owners": owners(request.user),
        "may_make": may_make(request.user),
        "filtered": bool(wish.q or wish.topic or wish.owner or wish.state),
        "live_topics": "answers",
    }
    return page_or_part(request, "answers/list.html", context, part="results")


def _columns(reads: set[str]) -> list[dict[str, str]]:
    columns = [
        {"label": _("Title"), "sort": "title"},
        {"label": _("Topic"), "sort": "topic"},
        *([{"label": _("State")}] if "state" in reads else []),
        {"label": _("Owner") if "owner" in reads else _("Team")},
    ]
    return [*columns, {"label": _("Check by"), "sort": "check"}] if "check_by" in reads else columns


def state_words(article: Any, today: Any) -> tuple[str, str, bool]:
    """(tone, words, overdue) of an article annotated with its newest version's number."""
    overdue = bool(article.state == ArticleState.APPROVED and article.check_by and article.check_by < today)
    if article.state == ArticleState.WITHDRAWN:
        return "late", _("Withdrawn"), overdue
    if article.state == ArticleState.DRAFT:
        return "warn", _("Draft, not approved"), overdue
    return "good", _("Approved"), overdue


def _tabs(request: HttpRequest, wish: Wish) -> list[dict[str, Any]]:
    choices, knows = [("", _("All"))], may_read("article", "state")
    if knows and may_read("article", "check_by"):
        choices.append(("overdue", _("To be checked")))
    if knows:
        choices.append(("approved", _("Approved")))
    if knows and may_make(request.user):
        choices += [("waiting", _("Waiting for approval")), ("withdrawn", _("Withdrawn"))]
    tabs = []
    for state, label in choices:
        query = request.GET.copy()
        query.pop("page", None)
        query.pop("state", None)
        if state:
            query["state"] = state
        tabs.append({"label": label, "href": f"?{query.urlencode()}", "current": wish.state == state})
    return tabs


@require_safe
def answers_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a file: what the reader may see, as filtered."""
    return table("answers", COLUMNS, (row.values() for row in _exported(request)))


@require_safe
def answers_json(request: HttpRequest) -> HttpResponse:
    body = json.dumps({"answers": list(_exported(request))})
    return HttpResponse(body, content_type="application/json")


def _exported(request: HttpRequest) -> Iterator[dict[str, str]]:
    """Asked at once, so that what may not be asked is refused before the file begins."""
    found = listed(request.user, Wish.of(request.GET.dict()), timezone.localdate())
    return (_values(article) for article in found)


def _values(article: Article) -> dict[str, str]:
    return {
        "uid": str(article.uid),
        "title": article.title,
        "topic": article.topic,
        "state": article.state,
        "owner": article.owner.name if article.owner else "",
        "team": article.team.name if article.team else "",
        "approved_at": article.approved_at.isoformat() if article.approved_at else "",
        "check_by": article.check_by.isoformat() if article.check_by else "",
    }
