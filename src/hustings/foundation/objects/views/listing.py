"""An object's list and board. The address is their state; the list leaves as CSV or JSON."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.access.actions.audit import record_audit
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import CHOICE, CHOICES, DATE, FILE, LINK, MONEY, NUMBER, PHONE, TEXT, YES_NO
from hustings.foundation.ui.downloads import table
from hustings.foundation.ui.responses import page_or_part, toast

from ..actions import making
from ..kinds import SORTABLE, say, write
from ..models import CustomRecord, FieldType, ObjectType
from ..queries.links import named, uids
from ..queries.listing import Wish, count, found, page_of, readable, wish_of
from ..queries.listing import board as board_of
from ..records import title_of, url_of
from .finding import kind_context, kind_or_404, seen_fields

BATCH, LONGEST = 500, 80
ENDS = {NUMBER: "num", MONEY: "num", DATE: "fit", PHONE: "fit"}


@require_safe
def record_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The records that the address asks for and the reader may see."""
    kind = kind_or_404(request, slug)
    wish = wish_of(request.user, kind, request.GET)
    rows = found(request.user, wish)
    page = page_of(rows, wish)
    total, more = count(rows)
    context = kind_context(request, kind)
    columns = _columns(request.user, wish)
    context |= {
        "wish": wish,
        "page": page,
        "rows": _drawn(request.user, context, page.rows, columns),
        "heads": _heads(context, columns),
        "total": f"{total:,}+" if more else f"{total:,}",
        "one": total == 1,
        "filters": [_filter(one, wish, request) for one in readable(kind)],
        "owners": [("me", _("Mine")), ("none", _("Nobody's"))],
        "columns": [(one, one in columns) for one in seen_fields(request.user, kind.record)],
        "chips": [(c.field.label, c.text, _without(request, c.parts)) for c in wish.conditions],
        "live_topics": f"records:{kind.pk}",
    }
    return page_or_part(request, "objects/list.html", context, part="results")


def _columns(user: Any, wish: Wish) -> list[FieldType]:
    """Those chosen, among what the reader sees at least a part of; else the first few, but for the one that names a
    record and stands first anyway."""
    seen = seen_fields(user, wish.kind.record)
    if wish.columns:
        return [one for one in seen if one.slug in wish.columns]
    named_by = next((one for one in seen if one.kind == TEXT), None)
    return [one for one in seen if one is not named_by][:6]


def _heads(context: dict[str, Any], columns: list[FieldType]) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = [{"label": context["kind"].label}]
    for one in columns:
        head: dict[str, Any] = {"label": one.label, "class": ENDS.get(one.kind, "")}
        if one.kind in SORTABLE and one in readable(context["kind"]):
            head["sort"] = one.slug
        heads.append(head)
    heads += [{"label": _("Stage")}] if context["sees_stage"] else []
    heads += [{"label": _("Owner")}] if context["sees_owner"] else []
    return [*heads, {"label": _("Made"), "sort": "made", "class": "fit"}]


def _drawn(
    user: Any, context: dict[str, Any], rows: list[CustomRecord], columns: list[FieldType]
) -> list[dict[str, Any]]:
    """Each row's title, cells, stage and owner, as the reader sees them; links named by one question a column."""
    names: dict[str, dict[int, tuple[str, str]]] = {}
    values = [row.values for row in rows]
    for one in columns:
        if one.kind == LINK:
            ids = [each[one.slug] for each in values if isinstance(each.get(one.slug), int)]
            names[one.slug] = named(one.to, ids, user=user)
    stages = dict(context["kind"].stages)
    ends = [format_html(' class="{}"', ENDS[one.kind]) if one.kind in ENDS else "" for one in columns]
    drawn = []
    for row, each in zip(rows, values, strict=True):
        cells = [
            names[one.slug].get(each.get(one.slug), ("", ""))[0] if one.kind == LINK else say(one, each.get(one.slug))
            for one in columns
        ]
        drawn.append(
            {
                "record": row,
                "title": title_of(row),
                "url": url_of(row),
                "cells": cells,
                "line": _line(cells, ends),
                "stage": stages.get(row.stage, row.stage),
                "owner": row.owner.name if context["sees_owner"] and row.owner else "",
            }
        )
    return drawn


def _line(cells: list[str], ends: list[str]) -> SafeString:
    """A row's cells. Drawn here: by the template fifty rows of them cost more than all the rest of the page."""
    shown = (cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}…" for cell in cells)
    parts = (f"<td{end}>{conditional_escape(cell or '–')}</td>" for cell, end in zip(shown, ends, strict=True))
    return mark_safe("".join(parts))  # noqa: S308  (each cell is escaped above)


def _filter(one: FieldType, wish: Wish, request: HttpRequest) -> dict[str, Any]:
    """A control of the filter sheet."""
    key, given = f"f.{one.slug}", request.GET
    control = {CHOICE: "choices", CHOICES: "choices", YES_NO: "one", FILE: "one"}.get(one.kind, "text")
    control = "bounds" if one.kind in (NUMBER, MONEY, DATE) else "" if one.kind == LINK else control
    choices = {YES_NO: [("yes", _("Yes")), ("no", _("No"))], FILE: [("yes", _("There")), ("no", _("None"))]}
    return {
        "field": one,
        "key": key,
        "control": control,
        "value": given.get(key, ""),
        "values": given.getlist(key),
        "low": given.get(f"{key}.min", ""),
        "high": given.get(f"{key}.max", ""),
        "type": "date" if one.kind == DATE else "text",
        "choices": choices.get(one.kind, one.choices),
    }


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
    context |= {
        "wish": wish,
        "lanes": [
            {"slug": slug, "label": label, "count": number, "rows": _drawn(request.user, context, rows, fields)}
            for slug, label, rows, number in board_of(found(request.user, wish), kind)
        ],
        "live_topics": f"records:{kind.pk}",
    }
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
