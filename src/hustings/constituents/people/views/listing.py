"""The list of people: its address is its state. Leads and administrators take it out as a file."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.actions.visits import open_all
from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import Level, level_of
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.geography.queries import states
from hustings.foundation.objects.queries import narrowing
from hustings.foundation.ui.downloads import table
from hustings.foundation.ui.responses import page_or_part

from ..models import Person
from ..queries import comes_by_work, sees_everyone
from ..queries.search import MARKS, Row, Wish, count, people, rows_of
from ..rules import LANGUAGES, language_name, may_export, phone_words

PAGE = 50
BATCH = 500
FREE = ("uid", "marks", "since")  # said by no field; marks hold what the reader sees
COLUMNS = ("uid", "name", "email", "phone", "street", "city", "state", "zip", "language", "marks", "since")


def mark_names() -> dict[str, str]:
    return {
        "do_not_contact": _("Do not contact"),
        "child": _("A child"),
        "bouncing": _("Mail fails"),
        "unsubscribed": _("Unsubscribed"),
    }


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Those the reader may see, found by name, e-mail, phone, ZIP or place."""
    wish, added = Wish.of(request.GET), narrowing.asked(request.user, "person", request.GET)
    found = narrowing.narrowed("person", people(request.user, wish), added)
    number = max(1, _number(request.GET.get("page", "1")))
    rows = list(found[(number - 1) * PAGE : number * PAGE + 1])
    total, more = count(found)
    names = mark_names()
    context = {
        "wish": wish,
        "rows": [
            (row, [names[mark] for mark in row.marks], phone_words(row.phone), language_name(row.person.language))
            for row in rows_of(rows[:PAGE])
        ],
        "total": f"{total:,}+" if more else f"{total:,}",
        "one": total == 1,
        "number": number,
        "has_next": len(rows) > PAGE,
        "columns": [
            {"label": _("Name"), "sort": "name"},
            {"label": _("Place")},
            {"label": _("Email")},
            {"label": _("Phone")},
            {"label": _("Language")},
            {"label": _("Known since"), "sort": "new"},
        ],
        "states": states(),
        "languages": LANGUAGES.items(),
        "marks": [(mark, names[mark]) for mark in MARKS],
        "added": added,
        "chips": [(one.field.label, one.text, narrowing.without(request.GET, one)) for one in added.conditions],
        "filters": narrowing.controls("person", request.GET),
        "may_export": may_export(request.user),
        "everyone": sees_everyone(request.user),
        "by_work": comes_by_work(request.user),
    }
    return page_or_part(request, "people/list.html", context, part="results")


def _number(text: str) -> int:
    return whole_number(text, 1, digits=6)


@require_safe
def people_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The list as a file, row by row; 403 for whoever may not export."""
    found = _exported(request, "csv")
    columns = _columns()
    return table("people", columns, _csv_rows(found, columns))


@require_safe
def people_json(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same as JSON: {"people": [...]}."""
    found = _exported(request, "json")
    return StreamingHttpResponse(_json_parts(found), content_type="application/json")


def _exported(request: HttpRequest, shape: str) -> Iterator[Row]:
    if not may_export(request.user):
        raise PermissionDenied
    wish, added = Wish.of(request.GET), narrowing.asked(request.user, "person", request.GET)
    # What was asked is kept, but not the words: they may be somebody's name.
    detail: dict[str, Any] = {
        "as": shape,
        "state": wish.state,
        "language": wish.language,
        "mark": wish.mark,
        "searched": bool(wish.q),
        "by": added.slugs,
    }
    found = narrowing.narrowed("person", people(request.user, wish), added)
    ordered = found.order_by("id")
    opened = open_all(user=request.user, record_type="person", rows=ordered, now=now())
    rows = _rows(ordered) if opened is None else iter(rows_of(opened))
    return _counted(request.user, detail, rows)


def _counted(user: User, detail: dict[str, Any], rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; how many were taken out is in the audit when the last has left, or the taker has."""
    count = 0
    try:
        for row in rows:
            count += 1
            yield row
    finally:
        record_audit(actor=user, action="exported", record_type="person", detail={**detail, "rows": count}, now=now())


def _rows(found: Any) -> Iterator[Row]:
    """In batches by id, so that a million rows never lie in memory."""
    last = 0
    while batch := list(found.filter(pk__gt=last)[:BATCH]):
        yield from rows_of(batch)
        last = batch[-1].pk


def _columns() -> list[str]:
    """Of a file: those that the reader sees at least masked."""
    return [name for name in COLUMNS if name in FREE or level_of("person", name) > Level.HIDDEN]


def _values(row: Row) -> dict[str, Any]:
    person: Person = row.person
    all_values = {
        "uid": str(person.uid),
        "name": person.name,
        "email": row.email,
        "phone": row.phone,
        "street": person.street,
        "city": person.city,
        "state": person.state_code,
        "zip": person.zip,
        "language": person.language,
        "marks": row.marks,
        "since": person.created_at.isoformat(),
    }
    return {name: all_values[name] for name in _columns()}


def _csv_rows(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[list[Any]]:
    for row in rows:
        values = {**_values(row), "marks": " ".join(row.marks)}
        yield [values[column] for column in columns]


def _json_parts(rows: Iterator[Row]) -> Iterator[str]:
    yield '{"people": ['
    for number, row in enumerate(rows):
        yield ("," if number else "") + json.dumps(_values(row))
    yield "]}\n"
