"""hustings doctor: is everything well, and how to mend what is not."""

import sys
from collections.abc import Callable, Iterator

import typer

from hustings.project.cli.checks.finding import Finding, failed
from hustings.project.cli.context import campaign, home
from hustings.project.cli.output import AsJson, print_json

SIGNS = {"ok": "ok", "warning": "mind", "failed": "BAD", "skipped": "-"}


def command(as_json: AsJson = False) -> None:
    """Check database, extensions, jobs, mail in and out, storage, clock and disk. Exits with 1 when one fails."""
    findings = list(_examine())
    if as_json:
        well = all(finding.state != "failed" for finding in findings)
        print_json({"well": well, "checks": [finding.as_dict() for finding in findings]})
    else:
        _print(findings)
    if any(finding.state == "failed" for finding in findings):
        raise typer.Exit(1)


def _examine() -> Iterator[Finding]:
    """Every check; one that cannot be made is a finding too, and the others go on."""
    from hustings.foundation.core.postgres import PostgresError

    try:
        with campaign():
            from hustings.project.cli.checks.database import check_database, check_jobs
            from hustings.project.cli.checks.machine import check_machine
            from hustings.project.cli.checks.mail import check_mail

            yield from _guarded("database", check_database)
            yield from _guarded("jobs", check_jobs)
            yield from _guarded("mail", check_mail)
            yield from _guarded("machine", lambda: check_machine(home()))
    except PostgresError as error:
        yield failed("database", str(error), "See what it says; then run this again.")


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:
        yield failed(name, f"{type(error).__name__}: {error}".strip(), "This check could not be made.")


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        sys.stdout.write(f"{SIGNS[finding.state]:<5}{finding.check:<{width}}  {finding.found}\n")
        if finding.mend:
            sys.stdout.write(f"{'':<5}{'':<{width}}  -> {finding.mend}\n")
