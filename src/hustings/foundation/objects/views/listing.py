"""An object's list and board. The address is their state; the list leaves as CSV or JSON."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.access.actions.audit import record_audit
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_looking
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import FILE, LINK
from hustings.foundation.ui.downloads import table
from hustings.foundation.ui.responses import page_or_part, toast

from ..actions import making
from ..actions.indexing import earn_index
from ..kinds import write
from ..models import CustomRecord, FieldType, ObjectType
from ..queries.conditions import control_of
from ..queries.links import uids
from ..queries.listing import board as board_of
from ..queries.listing import count, found, page_of, readable, slow_fields, wish_of
from ..records import url_of
from .drawing import cards_of, columns_of, heads_of, lines_of, rows_of
from .finding import kind_context, kind_or_404, seen_fields

BATCH = 500


@require_safe
def record_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The records that the address asks for and the reader may see."""
    kind = kind_or_404(request, slug)
    wish = wish_of(request.user, kind, request.GET)
    rows = found(request.user, wish)
    page = page_of(rows, wish)
    total, more = page.counted or count(rows)
    if not is_looking(request.user):
        for one in slow_fields(wish):
            earn_index(field=one, now=now())
    context = kind_context(request, kind)
    columns = columns_of(request.user, wish)
    context |= {
        "wish": wish,
        "page": page,
        "rows": lines_of(rows_of(request.user, context, page.rows, columns), context, columns),
        "heads": heads_of(context, columns),
        "total": f"{total:,}+" if more else f"{total:,}",
        "one": total == 1,
        "filters": [control_of(one, request.GET) for one in readable(kind)],
        "owners": [("me", _("Mine")), ("none", _("Nobody's"))],
        "columns": [(one, one in columns) for one in seen_fields(request.user, kind.record)],
        "chips": [(c.field.label, c.text, _without(request, c.parts)) for c in wish.conditions],
        "live_topics": f"records:{kind.pk}",
    }
    return page_or_part(request, "objects/list.html", context, part="results")


def _without(request: HttpRequest, parts: tuple[str, ...]) -> str:
    query = request.GET.copy()
    for name in (*parts, "after", "before"):
        query.pop(name, None)
    return f"?{query.urlencode()}"


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The same records, by stage."""
    kind = kind_or_404(request, slug)
    context = kind_context(request, kind)
    if not context["sees_stage"]:
        raise PermissionDenied
    wish = wish_of(request.user, kind, request.GET)
    fields = [one for one in seen_fields(request.user, kind.record) if one.kind not in (FILE, LINK)][1:4]
    lanes: list[dict[str, Any]] = [
        {"slug": slug, "label": label, "count": number, "rows": rows_of(request.user, context, rows, fields)}
        for slug, label, rows, number in board_of(found(request.user, wish), kind)
    ]
    cards_of(request, context, lanes)
    context |= {"wish": wish, "lanes": lanes, "live_topics": f"records:{kind.pk}"}
    return page_or_part(request, "objects/board.html", context, part="lanes")


@require_POST
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """The oldest that nobody has is the reader's."""
    kind = kind_or_404(request, slug)
    record = making.take_next(actor=request.user, kind=kind, now=now())
    if record is None:
        return toast(redirect("objects:list", slug), _("None waits: all are somebody's or finished."))
    return redirect(url_of(record))


@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """The list as a file, row by row, with the columns that the reader sees."""
    kind, rows, fields = _exported(request, slug, "csv")
    columns = ("uid", *(["stage"] if kind.stages else []), "owner", *(one.slug for one in fields), "made_on")
    return table(kind.slug, columns, _csv_rows(request.user, kind, rows, fields))


@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """The same as JSON: {"records": [...]}."""
    kind, rows, fields = _exported(request, slug, "json")
    return StreamingHttpResponse(_json_parts(request.user, kind, rows, fields), content_type="application/json")


def _exported(request: HttpRequest, slug: str, form: str) -> tuple[ObjectType, QuerySet[CustomRecord], list[FieldType]]:
    kind = kind_or_404(request, slug)
    if not grants_of(request.user).may(kind.record, "export"):
        raise PermissionDenied
    wish = wish_of(request.user, kind, request.GET)
    rows = found(request.user, wish)
    fields = seen_fields(request.user, kind.record)
    # What was asked is kept, but not the words: they may be somebody's name.
    detail = {"as": form, "rows": rows.count(), "fields": [one.slug for one in fields], "searched": bool(wish.q)}
    record_audit(actor=request.user, action="records.exported", record_type=kind.record, detail=detail, now=now())
    return kind, rows, fields


def _batches(rows: QuerySet[CustomRecord]) -> Iterator[list[CustomRecord]]:
    last = 0
    while True:
        with unveiled():
            batch = list(rows.select_related("owner").filter(pk__gt=last).order_by("id")[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


def _told(
    user: User, kind: ObjectType, batch: list[CustomRecord], fields: list[FieldType]
) -> Iterator[tuple[CustomRecord, dict[str, Any]]]:
    """The rows with what their reader sees of each; links by the target's uid."""
    context = {one.slug: _uids_of(user, one, batch) for one in fields if one.kind == LINK}
    for row in batch:
        values = row.values
        for slug, known in context.items():
            if slug in values:
                values = {**values, slug: known.get(values[slug], "")}
        yield row, values


def _uids_of(user: User, one: FieldType, batch: list[CustomRecord]) -> dict[Any, str]:
    ids = [value for row in batch if isinstance(value := row.values.get(one.slug), int)]
    return {pk: str(uid) for pk, uid in uids(one.to, ids, user=user).items()}


def _csv_rows(
    user: User, kind: ObjectType, rows: QuerySet[CustomRecord], fields: list[FieldType]
) -> Iterator[tuple[str, ...]]:
    for batch in _batches(rows):
        for row, values in _told(user, kind, batch, fields):
            own = (str(row.uid), *([row.stage] if kind.stages else []), row.owner.email if row.owner else "")
            yield (*own, *(write(one, values.get(one.slug)) for one in fields), row.created_at.isoformat())


def _json_parts(user: User, kind: ObjectType, rows: QuerySet[CustomRecord], fields: list[FieldType]) -> Iterator[str]:
    yield '{"records": ['
    first = True
    for batch in _batches(rows):
        for row, values in _told(user, kind, batch, fields):
            told = {"uid": str(row.uid), "stage": row.stage, "owner": row.owner.email if row.owner else ""}
            told |= {one.slug: _plain(values.get(one.slug)) for one in fields}
            yield ("" if first else ",") + json.dumps({**told, "made_on": row.created_at.isoformat()})
            first = False
    yield "]}\n"


def _plain(value: Any) -> Any:
    """A file by its name: where it lies is our own affair."""
    return value["name"] if isinstance(value, dict) and "sha256" in value else value
