import threading

import pytest
from django.db import connection, transaction

from hustings.foundation.core.locks import holds
from hustings.foundation.core.slugs import free_slug


def test_a_slug_is_given_once() -> None:
    assert free_slug("Mail ballot", set(), otherwise="topic") == "mail-ballot"
    assert free_slug("Mail ballot", {"mail-ballot", "mail-ballot-2"}, otherwise="topic") == "mail-ballot-3"
    assert free_slug("Раввин", {"kind"}, otherwise="kind") == "kind-2"
    assert free_slug("a" * 60, set(), otherwise="x", most=36) == "a" * 36


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [(7_001,), (7_001, 5)])
def test_a_lock_is_held_by_one_transaction(number: tuple[int, ...]) -> None:
    found: list[bool] = []

    def other() -> None:
        try:
            with transaction.atomic():
                found.append(holds(*number))
        finally:
            connection.close()

    def ask() -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    with transaction.atomic():
        assert holds(*number)
        ask()
    ask()
    assert found == [False, True]
