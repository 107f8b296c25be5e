"""What leaves the house as a file: under a safe name, saved and never shown; tables that no spreadsheet runs.

return table("people", COLUMNS, rows)
return stored_file(found.sha256, name=found.name, kind=found.type, size=found.size)
return saved(HttpResponse(content, content_type=kind), name)
"""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hustings.foundation.core import storage

FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[-+]?[\d-]*\d(\.\d+)?")  # an amount, a telephone number
CSV = "text/csv; charset=utf-8"

Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)


def harmless(text: str) -> str:
    """A cell as it may stand in a table: a spreadsheet runs what begins like a formula. Numbers stay as they are."""
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a CSV file, the columns' names first. None is an empty cell."""
    writer = csv.writer(_Echo())
    yield str(writer.writerow(columns))
    for row in rows:
        yield str(writer.writerow("" if cell is None else harmless(str(cell)) for cell in row))


def table(name: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A CSV file of this name (without its ending), row by row. What may refuse is to be asked before: with the first
    byte the answer is 200."""
    response = StreamingHttpResponse(lines(columns, rows), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def saved(response: Answer, name: str) -> Answer:
    """Forced to be saved, never shown: even opened by hand it stays in a sandbox."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response.csp = "sandbox; default-src 'none'"  # type: ignore[attr-defined]
    return response


def stored_file(
    sha256: str, *, name: str, kind: str = "application/octet-stream", size: int | None = None
) -> StreamingHttpResponse:
    """What lies in object storage, to be saved. Raises Http404 when it is not kept any more."""
    pieces = storage.chunks(sha256)
    try:
        first = next(pieces, b"")
    except FileNotFoundError:
        raise Http404(_("This file is no longer kept.")) from None
    response = StreamingHttpResponse(itertools.chain((first,), pieces), content_type=kind)
    if size is not None:
        response["Content-Length"] = str(size)
    return saved(response, name)
