"""Who is in another's way gives up the whole transaction and begins anew: going back to a savepoint frees nobody."""

from collections import Counter
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from hustings.constituents.people.actions.writers import Writer, find_or_make
from hustings.constituents.people.models import Person
from hustings.foundation.access.models import AuditEntry
from hustings.service.correspondence.actions import intake_batch, setaside
from hustings.service.correspondence.models import Message, SetAside

from . import replying
from .mail import NOW, deliver, mail


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected("deadlock detected")
    return error


@pytest.mark.django_db(transaction=True)
def test_after_a_deadlock_the_whole_transaction_is_begun_anew() -> None:
    tries: list[bool] = []

    def work() -> Counter[str]:
        tries.append(Person.objects.exists())
        Person.objects.create(name="Ruth Abernathy")
        if len(tries) < 3:
            raise deadlock()
        return Counter(stored=1)

    assert intake_batch.whole(work) == Counter(stored=1)
    assert tries == [False, False, False]
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_no_fault_of_the_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def store(letters: Any, *, now: Any) -> Counter[str]:
        asked.append(len(letters))
        raise deadlock()

    monkeypatch.setattr(intake_batch, "_store", store)
    with pytest.raises(OperationalError), transaction.atomic():
        intake_batch.take([object()] * 4, now=NOW)  # type: ignore[list-item]
    assert asked == [4]  # not halved, none set aside


@pytest.mark.django_db(transaction=True)
def test_who_writes_again_holds_up_nobody_who_names_them() -> None:
    def writer(name: str, at: Any) -> Writer:
        return Writer(email="ruth@example.com", source="form:1", at=at, name=name)

    (person_id,) = find_or_make(writers=[writer("", NOW)], now=NOW)
    other = connection.copy()
    try:
        with transaction.atomic():
            find_or_make(writers=[writer("Ruth Abernathy", NOW)], now=NOW)
            assert Person.objects.get(pk=person_id).name == "Ruth Abernathy"
            with other.cursor() as cursor:
                cursor.execute("set lock_timeout = '3s'")
                # As the check of a foreign key asks.
                cursor.execute("select 1 from people_person where id = %s for key share", [person_id])
                assert cursor.fetchall() == [(1,)]
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_restored_in_the_midst_of_a_deadlock_is_a_letter_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    us = replying.cast()
    deliver(mail("away", to=us.mailbox.address, Auto_Submitted="auto-replied"), to=[us.mailbox.address])
    aside = SetAside.objects.get()
    store_once, asked = intake_batch._store, []

    def beside_another(letters: Any, *, now: Any) -> Counter[str]:
        done = store_once(letters, now=now)
        asked.append(Message.objects.count())
        if len(asked) < 3:
            raise deadlock()
        return done

    monkeypatch.setattr(intake_batch, "_store", beside_another)
    inquiry = setaside.restore(actor=us.lead, setaside=aside, now=NOW)
    assert asked == [1, 1, 1]  # each time anew, with nothing left of the time before
    assert Message.objects.get().inquiry == inquiry
    aside.refresh_from_db()
    assert (aside.restored_at, AuditEntry.objects.filter(action="setaside.restored").count()) == (NOW, 1)
