"""Has the product's own functions say what they have in hand."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from marks import Marks

from hustings.foundation.channels import imap, lmtp
from hustings.foundation.channels.actions import reading
from hustings.foundation.channels.smtp import Smtp
from hustings.project import front
from hustings.service.bulk.actions import leaving
from hustings.service.correspondence.actions import intake_pieces
from hustings.service.desk import tasks as desk_tasks

MARKS = Marks(Path(sys.argv[1]))


def watch() -> None:
    """Once, before anything is forked."""
    for module, name, kind in (
        (intake_pieces, "take_run", "filing"),
        (lmtp, "store_all", "storing"),
        (imap, "store", "fetching"),
        (imap, "note_progress", "fetching"),
        (desk_tasks, "go_on", "job"),
        (leaving, "leave_some", "leaving"),
    ):
        setattr(module, name, _held(getattr(module, name), kind))
    _watch_reading()
    _watch_sending()
    _watch_pages()


def _watch_reading() -> None:
    claim, let_go = reading.claim, reading.let_go

    def claiming(**given: Any) -> list[int]:
        found = claim(**given)
        if found:
            MARKS.take("reading")
        return found

    def letting_go(ids: Any) -> None:
        let_go(ids)
        MARKS.lay_down("reading")

    reading.claim, reading.let_go = claiming, letting_go


def _watch_sending() -> None:
    enter, leave, send = Smtp.__enter__, Smtp.__exit__, Smtp.send

    def entering(line: Smtp) -> Smtp:
        MARKS.take("sending")
        return enter(line)

    def leaving(line: Smtp, *error: Any) -> None:
        leave(line, *error)
        MARKS.lay_down("sending")

    def sending(line: Smtp, *given: Any) -> str:
        said = send(line, *given)
        MARKS.done()
        return said

    Smtp.__enter__, Smtp.__exit__, Smtp.send = entering, leaving, sending  # type: ignore[method-assign]


def _watch_pages() -> None:
    """Looking at a page is work; but only a letter that was taken or answered is something done."""
    pages = front.pages

    def serving(environ: dict[str, Any], start_response: Any) -> Any:
        MARKS.take("page")
        try:
            return pages(environ, start_response)
        finally:
            written = environ["REQUEST_METHOD"] == "POST" and not environ["PATH_INFO"].startswith("/desk/")
            MARKS.lay_down("page", done=written)

    front.pages = serving


def _held(function: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def holding(*arguments: Any, **given: Any) -> Any:
        with MARKS.hold(kind):
            return function(*arguments, **given)

    return holding
