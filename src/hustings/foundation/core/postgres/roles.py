"""The roles and the campaign's database, made and repaired at each start."""

from hustings.foundation.core.postgres.folder import DATABASE, ROLES, Folder

# Rights on what the owner makes from now on. Set in template1 too: a test's or a bench's database starts as its copy.
APP_RIGHTS = """
alter default privileges for role hustings_owner in schema public
    grant select, insert, update, delete on tables to hustings_app;
alter default privileges for role hustings_owner in schema public
    grant usage, select on sequences to hustings_app;
"""


def ensure_roles(folder: Folder) -> None:
    """Make the owner (migrates, owns every table, no superuser), the application's role (reads and writes rows, can
    neither create nor alter a table) and the database. Safe to repeat after a crash in the middle."""
    import psycopg  # at start-up most commands open no connection
    from psycopg import sql

    with psycopg.connect(folder.dsn("super", "template1"), autocommit=True) as connection:
        known = {name for (name,) in connection.execute("select rolname from pg_roles")}
        for role, rights in (("owner", "createdb"), ("app", "nocreatedb")):
            verb = "alter" if ROLES[role] in known else "create"
            connection.execute(
                sql.SQL("{} role {} login nosuperuser nocreaterole {} password {}").format(
                    sql.SQL(verb), sql.Identifier(ROLES[role]), sql.SQL(rights), sql.Literal(folder.password(role))
                )
            )
        # The owner may act as the application (`set role hustings_app`): tests see what it may not do.
        connection.execute("grant hustings_app to hustings_owner")
        connection.execute(APP_RIGHTS)
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute("create database hustings owner hustings_owner")
