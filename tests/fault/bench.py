"""Runs a bench on a database that is migrated already: bench.py NAME FOLDER JSON-OF-WHAT-IS-ASKED.

As a process of its own, since it sets Django up on that database. Prints the figures.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

from hustings.foundation.core.postgres import EmbeddedPostgres
from hustings.foundation.core.postgres.reach import Reach
from hustings.foundation.core.tests.database import migrated_home
from hustings.project.cli.context import make_home, start_django

SETTINGS = {"fsync": "off", "shared_buffers": "64MB", "logging_collector": "off", "track_commit_timestamp": "on"}


def main() -> None:
    name, folder, asked = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    os.environ["HUSTINGS_HOME"] = str(folder / "home")
    with EmbeddedPostgres(migrated_home(folder / "home"), SETTINGS) as server:
        reach = Reach(server.dsn("app"), server.dsn("owner"), server)
        os.environ.update(reach.environment())
        make_home()
        start_django({"DATABASE_URL": reach.app})
        running = import_module(f"hustings.project.bench.{name}.running")
        sys.stdout.write(json.dumps(running.run(reach=reach, out=folder / "out", **asked), default=str) + "\n")


if __name__ == "__main__":
    main()
