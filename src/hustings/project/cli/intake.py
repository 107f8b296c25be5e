"""hustings intake: takes mail from files as if it had been delivered."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from hustings.project.cli.context import campaign
from hustings.project.cli.output import AsJson, CommandFailed, print_answer, progress_bar


def command(
    paths: Annotated[
        list[Path], typer.Argument(help="Files (.eml), mbox files, Maildirs, folders.", metavar="PATH...")
    ],
    as_json: AsJson = False,
) -> None:
    """Take in mail from .eml files, mbox files and Maildirs. Taking the same twice stores it once."""
    if missing := [str(path) for path in paths if not path.exists()]:
        raise CommandFailed(f"There is no {', '.join(missing)}. Nothing was taken in.")
    with campaign(), progress_bar("Taking in", quiet=as_json) as progress:
        from hustings.service.correspondence.actions.intake_files import IntakeFailed, intake_files

        try:
            answer = intake_files(paths, progress=progress, now=datetime.now(UTC))
        except (IntakeFailed, OSError) as error:
            raise CommandFailed(str(error)) from None
    print_answer(answer, as_json=as_json)
