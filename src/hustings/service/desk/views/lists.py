"""The lists: pages, rows alone, CSV and JSON; the filter, the rail's counts, saved views."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.constituents.people.rules import language_name
from hustings.constituents.topics.queries.taxonomy import as_read, tops
from hustings.constituents.topics.queries.taxonomy import choices as topic_choices
from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.constituents.topics.rules import NATURES, URGENCIES
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.queries import colleagues, teams_visible_to
from hustings.foundation.core.clock import now
from hustings.foundation.geography.queries import state_name
from hustings.foundation.objects.queries import narrowing
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import table

from ..actions.views import remove_view, save_view
from ..forms import ViewForm, state_choices
from ..models import Inquiry, Stage
from ..queries.lists import facets, filtered, order_of, page_of
from ..queries.rail import saved_views
from ..queries.states import ListState, state_from
from ..rows import name_of, place_of
from .showing import hidden_fields, list_context, list_title, state_of

COLUMNS = (
    "uid", "person", "place", "state", "subject", "queue", "tags", "status", "stage", "priority", "assignee", "channel",
    "language", "topics", "nature", "urgency", "stance", "messages", "opened_at", "due_at", "last_message_at",
    "answered_at", "closed_at",
)  # fmt: skip
BATCH = 1000


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """A list; its address is its state. `format` csv or json gives the same rows to a program."""
    if "view" not in request.GET and "q" not in request.GET:
        return responses.go(ListState().href)
    state = state_of(request)
    if request.GET.get("format") == "csv":
        return _csv(request, state)
    if request.GET.get("format") == "json":
        return _json(request, state)
    context = list_context(request.user, state, now())
    return responses.page_or_part(request, "desk/list.html", context)


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone, fetched anew when something changed. `at`: the inquiry that is open beside them."""
    try:
        current = UUID(request.GET.get("at", ""))
    except ValueError:
        current = None
    context = list_context(request.user, state_of(request), now(), current=current)
    return responses.part(request, "desk/parts/rows.html", {**context, "alone": True})


@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """Search and filters with what the list holds."""
    state = state_of(request)
    found = facets(request.user, state, now())
    names, wants = topic_names(), {slug: str(label) for slug, label in NATURES}
    context = {
        "state": state,
        "title": list_title(state),
        "states": state_choices(),
        "stages": Stage.choices,
        "people": colleagues(request.user),
        "teams": _sharable(request),
        "filters": narrowing.controls("inquiry", state.params),
        "topics": topic_choices(),
        "natures": NATURES,
        "urgencies": URGENCIES[1:],
        "facets": {
            "state": [(state_name(code), n, state.but(state=code).href) for code, n in found["state"][:8]],
            "tag": [(tag, n, state.but(tag=tag).href) for tag, n in found["tag"][:12]],
            "lang": [(language_name(code), n, state.but(lang=code).href) for code, n in found["lang"][:5]],
            "topic": [(names.get(slug, slug), n, state.but(topic=slug).href) for slug, n in found["topic"][:12]],
            "nature": [(wants.get(slug, slug), n, state.but(nature=slug).href) for slug, n in found["nature"][:8]],
        },
        "form": ViewForm(initial={"query": state.query}, teams=_sharable(request)),
        "views": saved_views(request.user),
        "hidden": hidden_fields(),
    }
    return responses.page_or_part(request, "desk/filter.html", context, part="sheet")


@require_safe
def rail(request: HttpRequest) -> HttpResponse:
    """The rail anew: its counts."""
    return responses.part(request, "desk/parts/rail.html")


@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list under a name."""
    form = ViewForm(request.POST, teams=_sharable(request))
    if not form.is_valid():
        return responses.problem(request, _("Give the view a name. It was not saved."), status=422)
    given = form.cleaned_data
    query = state_from(QueryDict(given["query"])).but().query or "view=mine"
    view = save_view(actor=request.user, name=given["name"], query=query, team=given["team"], now=now())
    said = _("“%(name)s” is among your saved views") % {"name": view.name}
    return responses.toast(responses.go(f"/?{view.query}", request=request), said)


@require_POST
def drop_view(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a saved view away."""
    view = next((one for one in saved_views(request.user) if one.uid == uid), None)
    if view is None:
        raise Http404
    remove_view(actor=request.user, view=view, now=now())
    said = _("“%(name)s” was taken away; the letters stay where they are") % {"name": view.name}
    return responses.toast(responses.go(reverse("desk:home"), request=request), said)


def _sharable(request: HttpRequest) -> Any:
    teams = teams_visible_to(request.user)
    return teams if request.user.leads else teams.none()


def _csv(request: HttpRequest, state: ListState) -> StreamingHttpResponse:
    moment = now()
    found = filtered(request.user, state.but(), moment)
    ordered = found.select_related("person", "person__canonical", "queue", "assignee").order_by(*order_of(state).by)
    _noted(request, state, "csv", moment)
    whole = tops()
    lines = (_line(row, whole) for row in ordered.iterator(chunk_size=BATCH))
    rows = ([_plain(line[name]) for name in COLUMNS] for line in lines)
    return table(f"conversations-{moment:%Y-%m-%d}", COLUMNS, rows)


def _json(request: HttpRequest, state: ListState) -> JsonResponse:
    moment = now()
    page = page_of(request.user, state, moment)
    _noted(request, state, "json", moment)
    whole = tops()
    # The view always stands in it: a query of defaults alone would be the empty one.
    here = state.but().query or "view=mine"
    following = f"/?{here}&format=json&page={page.next}" if page.next else None
    return JsonResponse(
        {
            "list": state.query,
            "count": None if state.page else page.count,
            "there_are_more_than_counted": page.more_than,
            "next": following,
            "inquiries": [_line(row, whole) for row in page.rows],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _line(row: Inquiry, whole: Mapping[str, str]) -> dict[str, Any]:
    return {
        "uid": str(row.uid),
        "person": name_of(row),
        "place": place_of(row),
        "state": row.state_code,
        "subject": row.subject,
        "queue": row.queue.name if row.queue else "",
        "tags": row.tags,
        "status": row.status,
        "stage": row.stage,
        "priority": row.priority,
        "assignee": row.assignee.name if row.assignee else None,
        "channel": row.channel,
        "language": row.language,
        "topics": as_read(row.topics, whole),
        "nature": row.nature,
        "urgency": row.urgency,
        "stance": row.stance,
        "messages": row.messages,
        **{name: getattr(row, name) for name in COLUMNS if name.endswith("_at")},
    }


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return _plain("; ".join(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else str(value)


def _noted(request: HttpRequest, state: ListState, form: str, moment: datetime) -> None:
    # By which added fields, but not what was asked of them: that may be somebody's.
    slugs = sorted({key.split(".")[1] for key, _value in state.added})
    detail = {"list": state.but(added=()).query, "by": slugs, "format": form}
    record_audit(
        actor=request.user,
        action="inquiries.exported",
        record_type="desk.list",
        record_uid=None,
        detail=detail,
        now=moment,
    )
