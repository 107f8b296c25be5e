"""A process that takes pieces of a run until none is left: `main` with the name of the task's file as argument.

It prints a line for each piece, [letters, pieces], and ends when its parent does.
"""

import json
import sys
from datetime import datetime
from pathlib import Path


def main() -> None:
    """Work through the task."""
    with open(sys.argv[1], encoding="utf-8", errors="surrogateescape") as file:
        task = json.load(file)
    import django  # noqa: PLC0415  (Django must be set up before any of our modules with tables is imported)

    django.setup()
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict.update(task["database"])
    from .intake_pieces import take_run  # noqa: PLC0415
    from .intake_sources import Source  # noqa: PLC0415

    def done(letters: int, pieces: int) -> None:
        sys.stdout.write(f"[{letters}, {pieces}]\n")
        sys.stdout.flush()

    now = datetime.fromisoformat(task["now"])
    for run in task["runs"]:
        names = None if run["names"] is None else tuple(run["names"])
        take_run(run["id"], Source(Path(run["path"]), "", names, run["size"]), now=now, done=done)
