"""Where a command works: its home, its database, Django."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hustings.foundation.core.postgres.folder import write_secret_once
from hustings.foundation.core.postgres.reach import Reach, reach_database
from hustings.project.cli.output import say_on_terminal


def home() -> Path:
    """HUSTINGS_HOME, or `.hustings` in the folder one is in."""
    return Path(os.environ.get("HUSTINGS_HOME") or ".hustings").expanduser().absolute()


def make_home() -> Path:
    """The home with its key, made when missing, so that every process signs with the same key."""
    folder = home()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["HUSTINGS_HOME"] = str(folder)
    if not os.environ.get("HUSTINGS_SECRET_KEY"):
        write_secret_once(folder / "secret.key")
    return folder


def start_django(environment: Mapping[str, str]) -> None:
    """Set up Django on this environment, once the database is known."""
    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hustings.project.settings")
    import django

    django.setup()


@contextmanager
def campaign(*, migrated: bool = True) -> Iterator[Reach]:
    """The campaign's database and Django, as the application's role.

    The database is the one of DATABASE_URL, the one that `hustings up` runs, or one started for this command. One
    that this command starts is migrated first, so that any command may be somebody's first.
    """
    folder = make_home()
    with reach_database(folder, say=say_on_terminal) as reach:
        if migrated and reach.server is not None:
            run_self("migrate", environment={"HUSTINGS_OWNER_DATABASE_URL": reach.owner, "DATABASE_URL": reach.app})
        start_django({"DATABASE_URL": reach.app})
        try:
            yield reach
        finally:
            from django.db import connections

            connections.close_all()


def own_command(*arguments: str) -> list[str]:
    """The command line of another `hustings` process."""
    return [sys.executable, "-m", "hustings.project.cli", *arguments]


def run_self(*arguments: str, environment: Mapping[str, str]) -> str:
    """Run another `hustings` command to its end and return what it printed. Raises CommandFailed with its last words.

    In a process of its own: it may need the owner's rights, which this process should not hold.
    """
    import subprocess

    from hustings.foundation.core.supervisor import leashed_command
    from hustings.project.cli.output import CommandFailed

    done = subprocess.run(
        leashed_command(own_command(*arguments)),
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CommandFailed(f"`hustings {' '.join(arguments)}` failed (code {done.returncode}).\n{done.stdout}".strip())
    return done.stdout
