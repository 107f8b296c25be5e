"""hustings demo: the whole system with the sample campaign."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from hustings.project.cli import up
from hustings.project.cli.context import run_self
from hustings.project.cli.output import say

Reload = Annotated[bool, typer.Option("--reload", hidden=True, help="Start again when a file changes.")]
DEMO = {"HUSTINGS_DEMO": "1"}


def command(port: up.Port = 8000, host: up.Host = "127.0.0.1", reload: Reload = False) -> None:
    """Start everything with the sample campaign. Outgoing mail is caught in a local mailbox, none leaves."""
    sample = _Sample()
    up.run(port, host, environment=DEMO, prepare=sample.load, ready=sample.greet, reload=reload)


class _Sample:
    """Loads the sample campaign before pages are served and says afterwards how to get in."""

    def __init__(self) -> None:
        self._links: list[tuple[str, str]] = []

    def load(self, environment: Mapping[str, str]) -> None:
        self._links = json.loads(run_self("load-sample", environment=environment))

    def greet(self, address: str, _environment: Mapping[str, str]) -> None:
        width = max(len(label) for label, _ in self._links)
        say(f"\nHustings, with the sample campaign, is at {address}\n")
        for label, path in self._links:
            say(f"  {label:<{width}}  {address}{path}")
        say("\nThe links sign you in and hold for twelve hours. Outgoing mail is caught here. Ctrl-C stops it all.\n")
