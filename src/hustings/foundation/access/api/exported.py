"""Whole lists, for those who may export: streamed, and written into the audit with the number of rows that left."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

from hustings.foundation.core.clock import now
from hustings.foundation.core.records import RecordType
from hustings.foundation.ui.downloads import lines

from ..actions.audit import record_audit
from ..actions.visits import open_all
from .asked import ordered
from .shown import PERSON, Shown, chosen_fields, rows_told
from .written import needs

CHUNK = 500


def exported(request: HttpRequest, one: RecordType, form: str) -> StreamingHttpResponse:
    """The answer: CSV, or JSON with a list of rows. Raises Refused and ShiftOver, before the first byte."""
    needs(request, one, "export")
    rows, _field, _down = ordered(request, one, request.GET)
    fields = chosen_fields(request, one, request.GET.get("fields", ""))
    opened = open_all(user=request.user, record_type=PERSON, rows=rows, now=now()) if one.name == PERSON else None
    found = iter(opened) if opened is not None else rows.iterator(chunk_size=CHUNK)
    told = _counted(request, one, found, fields, form)
    pieces = _csv(told, fields) if form == "csv" else _json(told)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{one.name.replace(":", "-")}.{form}"'
    return response


def _counted(
    request: HttpRequest, one: RecordType, found: Iterator[Any], fields: Sequence[Shown], form: str
) -> Iterator[dict[str, Any]]:
    """Row by row; whatever ends the stream, what left stands in the audit."""
    sent = 0
    try:
        while chunk := list(islice(found, CHUNK)):
            for told in rows_told(request, one, chunk, fields):
                sent += 1
                yield told
    finally:
        token = getattr(request, "api_token", None)
        record_audit(
            actor=request.user,
            action="exported",
            record_type=one.name,
            detail={
                "rows": sent,
                "format": form,
                "fields": [shown.field.name for shown in fields],
                "filters": sorted(set(request.GET) - {"fields"}),
                "token": str(token.uid) if token else "",
            },
            now=now(),
        )


def _json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield '{"results": ['
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps(row)
    yield "\n]}\n"


def _csv(rows: Iterator[dict[str, Any]], fields: Sequence[Shown]) -> Iterator[str]:
    names = [shown.field.name for shown in fields]
    told = ([row["uid"], *(_cell(row["fields"][name]) for name in names)] for row in rows)
    yield "\ufeff"
    yield from lines(["uid", *names], told)


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return json.dumps(value) if isinstance(value, dict) else value
