"""hustings recount: the counts of letters, worked out anew from the conversations."""

import typer

from hustings.project.cli.context import campaign
from hustings.project.cli.output import AsJson, print_answer, say


def command(as_json: AsJson = False) -> None:
    """Count all conversations anew and say what differed from the counts that were kept. Exits with 1 when something
    did; the counts are right afterwards."""
    with campaign():
        from hustings.service.desk.actions.counting import recount

        differed = recount()
    print_answer(differed, as_json=as_json)
    if any(differed.values()):
        say("The counts were not what the conversations say. They are now; please report it.")
        raise typer.Exit(1)
