"""hustings archive: raw mail of old months out of the database."""

from datetime import date, datetime
from typing import Annotated

import typer

from hustings.project.cli.context import campaign
from hustings.project.cli.output import AsJson, CommandFailed, print_answer, progress_bar, say

Before = Annotated[
    str, typer.Option("--before", metavar="YYYY-MM", help="Move what came before this month; it stays itself.")
]
Check = Annotated[bool, typer.Option("--check", help="Read every archived letter back instead, and move nothing.")]


def command(before: Before = "", check: Check = False, as_json: AsJson = False) -> None:
    """Move the raw bytes of old letters out of the database into the campaign's storage, where they can still be read.
    Exits with 1 when a month had to stay, or the archive is damaged."""
    if bool(before) == check:
        raise typer.BadParameter("Name a month (--before 2026-08), or ask for --check.")
    with campaign():
        if check:
            _check(as_json=as_json)
        else:
            _move(_month(before), as_json=as_json)


def _month(given: str) -> date:
    try:
        return datetime.strptime(given, "%Y-%m").date()  # noqa: DTZ007 - a month, no moment
    except ValueError:
        raise typer.BadParameter(f"{given!r} is no month. Write it as 2026-08.") from None


def _move(before: date, *, as_json: bool) -> None:
    from hustings.foundation.channels.queries import archive_counts
    from hustings.foundation.core.clock import now
    from hustings.service.correspondence.actions.archiving import archive_before

    with progress_bar("Archiving", quiet=as_json) as show:
        letters = 0

        def progress(more: int) -> None:
            nonlocal letters
            letters += more
            show(letters, None)

        done = archive_before(before, now=now(), progress=progress)
    answer = {
        "moved": sum(done.letters.values()),
        "months": {f"{month:%Y-%m}": count for month, count in done.letters.items()},
        "kept": {f"{month:%Y-%m}": why for month, why in done.kept.items()},
        "archive": archive_counts(),
    }
    print_answer(answer, as_json=as_json)
    if done.kept:
        say("A month that was kept is in the database as it was: nothing of it was lost. See above for why.")
        raise typer.Exit(1)


def _check(*, as_json: bool) -> None:
    from hustings.foundation.channels.actions.archiving import check_all
    from hustings.foundation.channels.queries import archive_counts

    whole, damaged = 0, {}
    for file, letters, problem in check_all():
        whole += letters
        if problem:
            damaged[file.sha256] = problem
    print_answer({"whole": whole, "damaged": damaged, "archive": archive_counts()}, as_json=as_json)
    if damaged:
        raise CommandFailed("Part of the archive cannot be read. Put the files named above back from a backup.")
