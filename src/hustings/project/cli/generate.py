"""hustings generate: sample data of any size, the same for the same seed."""

import time
from pathlib import Path
from typing import Annotated

import typer

from hustings.project.cli.output import AsJson, print_answer

app = typer.Typer(help="Make sample data of any size, seeded and repeatable.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keeps it a group while it has one command."""


@app.command()
def letters(
    out: Annotated[Path, typer.Option(help="The mbox file to write.")],
    count: Annotated[int, typer.Option(help="How many letters.", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same file.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Write letters to a campaign into an mbox file."""
    from hustings.project.demo.generator import write_letters

    started = time.monotonic()
    write_letters(out, count=count, seed=seed)
    seconds = round(time.monotonic() - started, 2)
    answer = {"file": str(out), "letters": count, "seed": seed, "bytes": out.stat().st_size, "seconds": seconds}
    print_answer(answer, as_json=as_json)
