"""hustings createadmin: the first person who may sign in."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from hustings.project.cli.context import campaign
from hustings.project.cli.output import AsJson, CommandFailed, print_answer


def command(
    email: Annotated[str, typer.Argument(help="What they sign in with.")],
    name: Annotated[str, typer.Option(help="What colleagues call them.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from a pipe.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make an administrator, who can invite everyone else."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _ask()
    with campaign():
        from django.core.exceptions import ValidationError

        from hustings.foundation.access.actions import make_user
        from hustings.foundation.access.models import Role

        try:
            user = make_user(
                actor=None,
                email=email,
                name=name or email.partition("@")[0],
                role=Role.ADMINISTRATOR,
                needs_release=False,
                password=password,
                now=datetime.now(UTC),
            )
        except ValidationError as error:
            raise CommandFailed("Nobody was made. " + " ".join(error.messages)) from None
        answer = {"email": user.email, "name": user.name, "roles": user.roles}
    print_answer(answer, as_json=as_json)


def _ask() -> str:
    if not sys.stdin.isatty():
        raise CommandFailed("Nobody was made: there is no terminal to ask for a password. Use --password-stdin.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
