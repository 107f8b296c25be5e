"""hustings inspect: what is understood of a message, without storing it and without a database."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hustings.project.cli.output import AsJson, print_json, say


def command(
    files: Annotated[list[Path], typer.Argument(help="Messages, one a file (.eml).", metavar="FILE...")],
    as_json: AsJson = False,
) -> None:
    """Say what was understood of each message. Nothing is stored."""
    from hustings.service.correspondence.engine.inspect import inspect_file

    for path in files:
        understood = inspect_file(path)
        if as_json:
            print_json(understood)
        else:
            _print_card(understood)
    if missing := [str(path) for path in files if not path.is_file()]:
        say(f"There is no {', '.join(missing)}.")
        raise typer.Exit(1)


def _print_card(message: dict[str, Any]) -> None:
    sender = message["from"] or {}
    rows = {
        "file": message["file"],
        "kind": message["kind"],
        "from": f"{sender.get('name') or ''} <{sender.get('address') or ''}>".strip(),
        "to": ", ".join(_address(each) for each in message["to"]),
        "subject": message["subject"],
        "sent": message["sent_at"],
        "language": message["language"],
        "attachments": ", ".join(f"{each['name']} ({each['size']:,} bytes)" for each in message["attachments"]),
        "bounced": ", ".join(each["address"] for each in message["bounced"]),
    }
    for name, value in rows.items():
        if value:
            sys.stdout.write(f"{name:<12} {_harmless(value)}\n")
    lines = [f"  {_harmless(line)}" for line in (message["text"] or "").splitlines()]
    sys.stdout.write("\n".join(["", *lines, "", ""]))


def _harmless(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _address(entry: Any) -> str:
    return entry if isinstance(entry, str) else str(entry.get("address") or "")
