"""The trail: searching it, a page at a time, and taking it out as CSV."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hustings.foundation.core import records
from hustings.foundation.core.clock import now
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.core.texts import storable
from hustings.foundation.ui.downloads import table

from .. import rules
from ..actions import record_audit
from ..models import User
from ..queries import colleagues, role_names
from ..queries.trail import Line, Search, all_lines, page_of
from ..registry import actions_said, words_of
from ..trail_words import VALUES

# What a line's detail may say on the page: codes and counts of this house, never somebody's words.
SHOWN = ("rows", "count", "way", "why", "as", "network", "device", "people_an_hour", "looking_as", "role", "roles",
         "copy_of")  # fmt: skip


def _needs_audit(request: HttpRequest) -> None:
    if not rules.can(request.user, "audit"):
        raise PermissionDenied


def search_of(request: HttpRequest) -> Search:
    """What the address asks. A date that is none asks nothing."""
    given = request.GET
    until = _day(given.get("until", ""))
    return Search(
        who=_told(request, "who", 200),
        action=_told(request, "action", 60),
        record_type=_told(request, "type", 60),
        record=_told(request, "record", 200),
        field=_told(request, "field", 60),
        since=_day(given.get("since", "")),
        until=until + timedelta(days=1) if until else None,
        before=whole_number(given.get("before", ""), None),
    )


def _told(request: HttpRequest, name: str, most: int) -> str:
    return storable(request.GET.get(name, "")).strip()[:most]


def _day(text: str) -> datetime | None:
    """The day's first moment in the reader's zone; None where no clock of ours goes."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time())) if day and 1900 < day.year < 9999 else None


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """Lines that match, newest first."""
    _needs_audit(request)
    me = request.user
    assert isinstance(me, User)
    search = search_of(request)
    lines, older = page_of(me, search)
    types = [(one.name, str(one.label), one) for one in records.all_types()]
    chosen = records.get(search.record_type)
    context = {
        "lines": [shown(line) for line in lines],
        "search": search,
        "given": request.GET,
        "older": search.query(until=request.GET.get("until", ""), before=older) if older else "",
        "first": search.query(until=request.GET.get("until", "")) if search.before else "",
        "query": search.query(until=request.GET.get("until", "")),
        "actions": actions_said(),
        "types": [(name, label) for name, label, _one in types],
        "fields": [
            (each.name, f"{each.label}" if chosen else f"{label}: {each.label}")
            for _name, label, one in types
            if chosen is None or one.name == chosen.name
            for each in records.fields_of(one)
        ],
        "people": colleagues(me).values_list("name", flat=True)[:500],
    }
    return render(request, "access/trail.html", context)


def shown(line: Line) -> dict[str, Any]:
    """A line with its words."""
    return {"line": line, "said": words_of(line.entry.action), "beside": _beside(line), "cells": _cells(line)}


def _beside(line: Line) -> list[tuple[str, str]]:
    detail, names = line.entry.detail, role_names() if "role" in str(line.entry.detail) else {}
    found = []
    for key in SHOWN:
        if (value := detail.get(key)) in (None, "", []):
            continue
        values = value if isinstance(value, list) else [value]
        found.append(
            (
                _labels().get(key, key),
                ", ".join(names.get(str(each)) or str(VALUES.get(str(each), each)) for each in values),
            )
        )
    return found


def _labels() -> dict[str, str]:
    return {
        "rows": _("rows"),
        "count": _("how many"),
        "way": _("by"),
        "why": _("why"),
        "as": _("as"),
        "network": _("from"),
        "device": _("with"),
        "people_an_hour": _("people an hour"),
        "looking_as": _("looking as"),
        "role": _("role"),
        "roles": _("roles"),
        "copy_of": _("copy of"),
    }


def _cells(line: Line) -> list[dict[str, str]]:
    """Who granted what: of a role's change, each field from and to."""
    if not line.entry.action.startswith("role."):
        return []
    cells = line.entry.detail.get("cells") or []
    found = [{"name": _field_label(cell), "was": cell["was"], "to": cell["to"]} for cell in cells]
    for name, (was, to) in (line.entry.detail.get("changed") or {}).items():
        found.append({"name": name, "was": _joined(was), "to": _joined(to)})
    return found


def _field_label(cell: dict[str, str]) -> str:
    one = records.get(cell["record"])
    label = next((str(f.label) for f in records.fields_of(one) if f.name == cell["field"]), "") if one else ""
    return f"{one.label}: {label or cell['field']}" if one else f"{cell['record']}: {cell['field']}"


def _joined(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@require_GET
def trail_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same lines; that they were taken out, and how many, is a line of its own."""
    _needs_audit(request)
    assert isinstance(request.user, User)
    return table("audit", COLUMNS, _csv_rows(request.user, search_of(request)))


COLUMNS = ("at", "who", "action", "record_type", "record", "title", "fields", "changes", "beside")


def _csv_rows(user: User, search: Search) -> Iterator[list[str]]:
    count = 0
    try:
        for line in all_lines(user, search):
            count += 1
            yield _row(line)
    finally:
        detail = {"rows": count, "as": "csv"}
        record_audit(actor=user, action="exported", record_type="audit", detail=detail, now=now())


def _row(line: Line) -> list[str]:
    entry = line.entry
    changes = [f"{c.field}: " + (_("not shown") if c.is_hidden else f"{c.old} → {c.new}") for c in line.changes]
    changes += [f"{cell['name']}: {cell['was']} → {cell['to']}" for cell in _cells(line)]
    return [
        entry.at.isoformat(),
        line.who,
        entry.action,
        entry.record_type,
        str(entry.record_uid or entry.record_id or ""),
        line.title,
        "; ".join(line.fields),
        "; ".join(changes),
        "; ".join(f"{name}: {value}" for name, value in _beside(line)),
    ]
