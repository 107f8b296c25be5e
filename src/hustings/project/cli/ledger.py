"""hustings ledger: the balance of everything that came in."""

import typer

from hustings.project.cli.context import campaign
from hustings.project.cli.output import AsJson, print_answer, say


def command(as_json: AsJson = False) -> None:
    """Print the balance: what came in, and where it is now. Exits with 1 when it does not balance."""
    with campaign():
        from hustings.service.correspondence.queries.ledger import ledger

        answer = ledger()
    print_answer(answer, as_json=as_json)
    if not answer["balances"]:
        say("The ledger does not balance: a count above is missing rows. Keep the database as it is and report it.")
        raise typer.Exit(1)
