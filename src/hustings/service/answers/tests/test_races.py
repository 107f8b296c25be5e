"""Two at once, with real locks."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from hustings.service.answers.actions.synonyms import set_synonyms
from hustings.service.answers.queries.synonyms import sets_of

pytestmark = pytest.mark.django_db(transaction=True)
WAITS = """
select count(*) from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()
"""


def test_two_first_writers_of_synonyms(cast, now):
    """Neither has a row to wait at, and the second must not write beside the first."""
    told: list[Any] = []

    def second() -> None:
        try:
            told.append(set_synonyms(actor=cast["lead"], language="es", sets=[["c", "d"]], seen=0, now=now))
        except ValidationError as refused:
            told.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic(), connection.cursor() as cursor:
        set_synonyms(actor=cast["lead"], language="es", sets=[["a", "b"]], seen=0, now=now)
        thread.start()
        waits = 0
        while not waits and thread.is_alive():
            cursor.execute(WAITS)
            waits = cursor.fetchone()[0]
    thread.join()
    assert (told, sets_of("es")[0]) == (["stale"], [["a", "b"]])
