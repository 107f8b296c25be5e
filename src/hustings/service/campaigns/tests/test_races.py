"""Several workers at once, and one after another: never two groups of one text."""

import threading

import pytest
from django.db import connection

from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.campaigns.actions import comparing
from hustings.service.campaigns.models import Group, Member, Shape
from hustings.service.correspondence.tests.mail import HELP

from .letters import OTHER, letter, send


def campaign() -> None:
    make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)


@pytest.mark.django_db(transaction=True)
def test_workers_that_take_the_same_text_at_once_make_one_group():
    campaign()
    send(letter(20, text=OTHER))
    gate = threading.Barrier(3)
    failed: list[BaseException] = []

    def work(first: int) -> None:
        gate.wait()
        try:
            for number in range(first, first + 3):
                send(letter(number))
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 3, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    group = Group.objects.get()
    assert (group.letters, Member.objects.filter(group=group).count()) == (9, 9)


@pytest.mark.django_db
def test_processes_that_hold_each_their_own_follow_one_another(monkeypatch):
    campaign()
    first: dict[str, comparing.Compared] = {}
    second: dict[str, comparing.Compared] = {}
    for number in range(6):
        monkeypatch.setattr(comparing, "_of", first if number % 2 else second)
        send(letter(number))
    group = Group.objects.get()
    assert (group.letters, Shape.objects.get().learned) == (6, 6)
    for process in (first, second):
        monkeypatch.setattr(comparing, "_of", process)
        (known,) = process.values()
        comparing.hold()
        assert known.grouper.shapes[group.pk].learned == 6


@pytest.mark.django_db
def test_a_process_that_begins_knows_what_came_before(monkeypatch):
    campaign()
    send(letter(0), letter(1, text=OTHER))
    monkeypatch.setattr(comparing, "_of", {})
    send(letter(2))
    monkeypatch.setattr(comparing, "_of", {})
    send(letter(3), letter(4, text=OTHER))
    assert sorted(Group.objects.values_list("letters", flat=True)) == [2, 3]
