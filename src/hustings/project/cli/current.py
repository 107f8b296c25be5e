"""Whether a database is at this release, known in one look and without Django, which takes seconds to load.

What brought a database to its state leaves a mark on the table of migrations: a digest of everything that says which
migrations there are, and one of the table's own rows. Where either differs, the migrations are asked.
"""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[2]
OTHERS = ("Django", "procrastinate")  # whose migrations are in the plan too
_ROWS = "select md5(string_agg(app || '.' || name, ',' order by id)) from django_migrations"
_MARK = "select obj_description(to_regclass('django_migrations'), 'pg_class')"


@cache
def fingerprint() -> str:
    """A digest of every migration of ours, of the settings (which say what is installed) and of others' releases."""
    digest = hashlib.sha256()
    for name in OTHERS:
        digest.update(f"{name} {version(name)}\n".encode())
    files = [PACKAGE / "project" / "settings.py", *sorted(PACKAGE.glob("*/*/migrations/*.py"))]
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(PACKAGE)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def is_current(url: str) -> bool:
    """Whether the database bears this release's mark, and nobody has touched its migrations since."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        mark = connection.execute(_MARK).fetchone()
        if mark is None or mark[0] is None:
            return False
        rows = connection.execute(_ROWS).fetchone()
    return rows is not None and mark[0] == f"hustings {fingerprint()} {rows[0]}"


def leave_mark(cursor: Any) -> None:
    """Say that the database is at this release; with the owner's rights."""
    cursor.execute(_ROWS)
    (rows,) = cursor.fetchone()
    cursor.execute("comment on table django_migrations is %s", [f"hustings {fingerprint()} {rows}"])
