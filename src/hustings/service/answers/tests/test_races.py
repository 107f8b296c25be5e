"""Two at once, with real locks."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from hustings.foundation.core.tests.races import until_somebody_waits
from hustings.service.answers.actions.synonyms import set_synonyms
from hustings.service.answers.queries.synonyms import sets_of

pytestmark = pytest.mark.django_db(transaction=True)


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
    with transaction.atomic():
        set_synonyms(actor=cast["lead"], language="es", sets=[["a", "b"]], seen=0, now=now)
        thread.start()
        until_somebody_waits(or_else=lambda: not thread.is_alive())
    thread.join()
    assert (told, sets_of("es")[0]) == (["stale"], [["a", "b"]])
