"""The embedded PostgreSQL: a server of our own under HUSTINGS_HOME, where there is no DATABASE_URL.

    with EmbeddedPostgres(home) as server:
        server.dsn()            # the application's role
        server.dsn("owner")     # the role that migrates

Nothing here imports Django.
"""

from hustings.foundation.core.postgres.errors import HomeInUse, PostgresError, WrongMajor
from hustings.foundation.core.postgres.folder import Folder
from hustings.foundation.core.postgres.reach import Reach, reach_database
from hustings.foundation.core.postgres.scratch import bench_database
from hustings.foundation.core.postgres.server import EmbeddedPostgres

__all__ = [
    "EmbeddedPostgres",
    "Folder",
    "HomeInUse",
    "PostgresError",
    "Reach",
    "WrongMajor",
    "bench_database",
    "reach_database",
]
