"""hustings migrate: brings the database's tables to this release, with the owner's rights."""

import os

from hustings.project.cli.context import make_home, start_django
from hustings.project.cli.current import is_current, leave_mark
from hustings.project.cli.output import AsJson, print_answer, say_on_terminal


def command(as_json: AsJson = False) -> None:
    """Bring the database to this release. Safe to repeat."""
    from hustings.foundation.core.postgres.reach import reach_database

    with reach_database(make_home(), say=say_on_terminal) as reach:
        owner = os.environ.get("HUSTINGS_OWNER_DATABASE_URL") or reach.owner
        applied = 0 if is_current(owner) else _migrate(owner)
    print_answer({"applied": applied}, as_json=as_json)


def _migrate(owner: str) -> int:
    """Apply what is pending and say in the database that nothing is; how many were applied."""
    start_django({"DATABASE_URL": owner})
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        leave_mark(cursor)
    connection.close()
    return len(plan)
