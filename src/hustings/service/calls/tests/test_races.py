"""Two at once, with real locks."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from hustings.foundation.core.tests.races import until_somebody_waits
from hustings.service.answers.models import CorrectionRecipient
from hustings.service.calls.actions.undoing import undo_call
from hustings.service.calls.models import Undoing
from hustings.service.calls.rules import Stale

from .cast import MINUTE, NOW, asked, make_cast, somebody, to_call
from .test_undoing import called

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_undo_one_call() -> None:
    """A lead and whoever noted it at one moment: one of them does, and the other is told."""
    cast = make_cast()
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    call = called(cast, row)
    told: list[Any] = []

    def second() -> None:
        try:
            told.append(undo_call(actor=cast.lead, call=call, because="Another Ruth", now=NOW + 3 * MINUTE))
        except Stale as stale:
            told.append(str(stale))
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        made = undo_call(actor=cast.cora, call=call, now=NOW + 2 * MINUTE)
        thread.start()
        until_somebody_waits(or_else=lambda: not thread.is_alive())
    thread.join()
    assert told == ["It was undone already. Nothing was changed."]
    assert list(Undoing.objects.values_list("pk", "by")) == [(made.pk, cast.cora.pk)]
    assert CorrectionRecipient.objects.get(pk=row.pk).state == "to_call"
