"""One way for every command to reach the campaign's database: a given one, a running one, or one started for it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hustings.foundation.core.postgres.folder import Folder, Lock
from hustings.foundation.core.postgres.quiet import keep_quiet
from hustings.foundation.core.postgres.server import EmbeddedPostgres


@dataclass(frozen=True)
class Reach:
    """The addresses of the database, for the application's role and for the owner; `server` when we run it."""

    app: str
    owner: str
    server: EmbeddedPostgres | None = None

    def environment(self) -> dict[str, str]:
        """What the settings read."""
        return {"DATABASE_URL": self.app, "HUSTINGS_OWNER_DATABASE_URL": self.owner}


def given_database(environment: Mapping[str, str] = os.environ) -> Reach | None:
    """The database that DATABASE_URL names, if it does."""
    app = environment.get("DATABASE_URL")
    return Reach(app, environment.get("HUSTINGS_OWNER_DATABASE_URL") or app) if app else None


@contextmanager
def reach_database(home: Path, *, say: Callable[[str], None] = keep_quiet) -> Iterator[Reach]:
    """The campaign's database: DATABASE_URL's, else the one in `home` that `hustings up` runs now, else one that is
    started for as long as the context lasts."""
    if given := given_database():
        yield given
        return
    folder = Folder(home.expanduser().absolute())
    if Lock(folder.root / "lock").held_elsewhere():
        yield Reach(folder.dsn("app"), folder.dsn("owner"))
        return
    with EmbeddedPostgres(home, say=say) as server:
        yield Reach(server.dsn("app"), server.dsn("owner"), server)
