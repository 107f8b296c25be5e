"""hustings erasures: who was erased stays erased, also after a restore."""

from pathlib import Path
from typing import Annotated

import typer

from hustings.project.cli.context import campaign
from hustings.project.cli.output import AsJson, CommandFailed, print_answer, print_json, say

app = typer.Typer(help="The list of erasures that is kept outside the database.", no_args_is_help=True)


@app.command()
def replay(
    source: Annotated[Path | None, typer.Argument(help="A list; without it, this campaign's own.")] = None,
    held_is_well: Annotated[bool, typer.Option(hidden=True)] = False,
    as_json: AsJson = False,
) -> None:
    """Erase again everyone on the list whom a restored backup brought back. Doing it twice changes nothing. Exits with
    1 when a legal hold keeps somebody."""
    with campaign():
        from hustings.foundation.core.clock import now
        from hustings.foundation.retention.actions.replaying import replay as replay_list
        from hustings.foundation.retention.actions.tombstones import BadList, list_path, read

        path = source or list_path()
        if not path.is_file():
            raise CommandFailed(f"{path} is no file: there is no list of erasures. Nothing was changed.")
        try:
            lines = list(read(path))  # the whole list is read before anybody is erased
        except BadList as problem:
            raise CommandFailed(f"{problem}. Nothing was changed.") from None
        outcome = replay_list(lines, now=now())
    answer = {
        "erased": outcome.erased,
        "already": outcome.already,
        "absent": outcome.absent,
        "held": outcome.held,
    }
    print_answer(answer, as_json=as_json)
    if outcome.held and not held_is_well:
        say("A legal hold keeps some of them. Release it, then run this again.")
        raise typer.Exit(1)


@app.command(name="list")
def show(as_json: AsJson = False) -> None:
    """Every tombstone: when, by whom, how much of each kind went. No names: there are none."""
    with campaign():
        from hustings.foundation.retention.models import Tombstone

        rows = [
            {
                "erasure": str(row.erasure.uid),
                "people": [str(uid) for uid in row.person_uids],
                "at": row.at.isoformat(),
                "by": row.by_id,
                "state": row.erasure.state,
                "counts": row.counts,
            }
            for row in Tombstone.objects.select_related("erasure").order_by("id")
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print_answer(row, as_json=False)
