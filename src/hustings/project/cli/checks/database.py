"""The database, its extensions and the jobs in it. Needs Django."""

from collections.abc import Iterator

from hustings.project.cli.checks.finding import Finding, failed, ok, warning

OLDEST = 16
EXTENSIONS = ("btree_gin", "citext", "pg_trgm", "unaccent")


def check_database() -> Iterator[Finding]:
    """Version, rights of the application's role, migrations, extensions."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int / 10000, current_database(), current_user")
        version, name, user = cursor.fetchone()
        if version >= OLDEST:
            yield ok("database", f"PostgreSQL {version}, database {name}, as {user}")
        else:
            yield failed("database", f"PostgreSQL {version}", f"Move to PostgreSQL {OLDEST} or newer.")
        yield _role(cursor, user)
        yield _extensions(cursor)
    yield _migrations()


def _role(cursor, user: str) -> Finding:  # type: ignore[no-untyped-def]
    cursor.execute(
        "select rolsuper, exists (select from pg_tables where schemaname = 'public' and tableowner = current_user)"
        " from pg_roles where rolname = current_user"
    )
    superuser, owns = cursor.fetchone()
    if not superuser and not owns:
        return ok("database role", f"{user} reads and writes rows and can alter no table")
    what = "is a superuser" if superuser else "owns the tables"
    return warning(
        "database role",
        f"{user} {what}, so the audit trail is not safe from the application",
        "Put a role without those rights into DATABASE_URL and the owner into HUSTINGS_OWNER_DATABASE_URL.",
    )


def _extensions(cursor) -> Finding:  # type: ignore[no-untyped-def]
    cursor.execute("select extname from pg_extension")
    missing = sorted(set(EXTENSIONS) - {name for (name,) in cursor.fetchall()})
    if not missing:
        return ok("extensions", ", ".join(EXTENSIONS))
    return failed(
        "extensions",
        f"missing: {', '.join(missing)}",
        "Run `hustings migrate`; on a server of your own install its contrib package first.",
    )


def _migrations() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return ok("migrations", "the tables are of this release")
    return failed("migrations", f"{len(waiting)} not applied", "Run `hustings migrate`.")


def check_jobs() -> Iterator[Finding]:
    """Whether a worker is alive, what failed for good and what waits too long."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_workers where last_heartbeat > now() - interval '1 minute'")
        (workers,) = cursor.fetchone()
        cursor.execute(
            "select count(*) filter (where status = 'failed'),"
            " count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) < now() - interval '5 minutes')"
            " from procrastinate_jobs"
        )
        broken, late = cursor.fetchone()
    if workers:
        yield ok("worker", f"{workers} alive")
    else:
        yield warning("worker", "none has been heard of for a minute", "Start `hustings up` (or `hustings worker`).")
    if broken or late:
        yield warning(
            "jobs",
            f"{broken} failed for good, {late} late by more than five minutes",
            "Read the worker's log for the failed ones; for late ones start another `hustings worker`.",
        )
    else:
        yield ok("jobs", "none failed, none late")
