"""hustings demo: the whole system with the sample campaign."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from hustings.project.cli import up
from hustings.project.cli.context import run_self

Reload = Annotated[bool, typer.Option("--reload", hidden=True, help="Start again when a file changes.")]
DEMO = {"HUSTINGS_DEMO": "1"}


def command(port: up.Port = 8000, host: up.Host = "127.0.0.1", reload: Reload = False) -> None:
    """Start everything with the sample campaign. Outgoing mail is caught in a local mailbox, none leaves."""
    sample = _Sample()
    up.run(port, host, environment=DEMO, prepare=sample.load, greeting=sample.greeting, reload=reload)


class _Sample:
    """Loads the sample campaign before pages are served and says afterwards how to get in."""

    def __init__(self) -> None:
        self._links: list[tuple[str, str]] = []

    def load(self, environment: Mapping[str, str]) -> None:
        """Unless one look says that it is loaded: the links are then made while pages are served already."""
        if not _is_loaded(environment["DATABASE_URL"]):
            self._links = self._load(environment)

    def greeting(self, address: str, environment: Mapping[str, str]) -> str:
        self._links = self._links or self._load(environment)
        width = max(len(label) for label, _ in self._links)
        links = "\n".join(f"  {label:<{width}}  {address}{path}" for label, path in self._links)
        return (
            f"\nHustings, with the sample campaign, is at {address}\n\n{links}\n\n"
            "The links sign you in and hold for twelve hours. Outgoing mail is caught here. Ctrl-C stops it all.\n"
        )

    @staticmethod
    def _load(environment: Mapping[str, str]) -> list[tuple[str, str]]:
        links: list[tuple[str, str]] = json.loads(run_self("load-sample", environment=environment))
        return links


def _is_loaded(url: str) -> bool:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute("select 1 from demo_sampleload where finished_at is not null").fetchone() is not None
