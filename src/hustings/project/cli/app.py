"""The command's tree and its last words when something goes wrong."""

import sys

import typer

from hustings.foundation.core.postgres.errors import PostgresError
from hustings.foundation.core.supervisor import Stopped
from hustings.project.cli import (
    archive,
    backup,
    bench,
    createadmin,
    demo,
    doctor,
    erasures,
    generate,
    inspect,
    intake,
    ledger,
    migrate,
    processes,
    recount,
    restore,
    sample,
    shell,
    topics,
    up,
)
from hustings.project.cli.output import CommandFailed

app = typer.Typer(
    name="hustings",
    help="The open system a presidential campaign runs on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    demo, up, doctor, intake, inspect, ledger, recount, archive, backup, restore, createadmin, migrate, shell,
):  # fmt: skip
    app.command(name=module.__name__.rpartition(".")[2])(module.command)
app.add_typer(generate.app, name="generate")
app.add_typer(bench.app, name="bench")
app.add_typer(erasures.app, name="erasures")
app.add_typer(topics.app, name="topics")
for name, command in {**processes.COMMANDS, **sample.COMMANDS}.items():
    app.command(name=name, hidden=True)(command)


def main() -> None:
    """Entry point. Exit codes: 0 well, 1 what was asked failed or does not hold, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # A file's name or a broken letter may hold what is no text; JSON reads the escape back.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except (CommandFailed, PostgresError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
    except (KeyboardInterrupt, Stopped):
        raise SystemExit(130) from None
