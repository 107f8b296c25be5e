"""Letters that are stored, and not yet compared with what others sent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.campaigns.actions import comparing
from hustings.service.campaigns.models import Group, Member, Waiting
from hustings.service.campaigns.tests.letters import letter, send
from hustings.service.correspondence.actions import intake_grouping, intake_taking
from hustings.service.correspondence.actions.intake_grouping import group_waiting
from hustings.service.correspondence.models import Message
from hustings.service.desk.models import Inquiry
from hustings.service.incidents.models import Incident

from .mail import HELP, NOW, deliver, mail

LINE = "I am at my polling place right now and the machines are broken, people are leaving the line without voting."


@pytest.fixture(autouse=True)
def campaign(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Whoever takes letters in ends before it compares them, until what this gives is called."""
    monkeypatch.setattr(intake_taking, "group_waiting", lambda now: None)
    return lambda: monkeypatch.setattr(intake_taking, "group_waiting", group_waiting)


def test_what_somebody_who_died_left_is_compared_by_whoever_looks_next(dies):
    send(letter(0), letter(1))
    assert (Message.objects.count(), Waiting.objects.count(), Group.objects.count()) == (2, 2, 0)
    dies()
    assert intake_taking.take_in(now=NOW) is None  # nothing new has come
    assert (Waiting.objects.count(), Member.objects.count(), Group.objects.get().letters) == (0, 2, 2)


def test_they_are_compared_once_however_often_it_is_asked():
    send(letter(0), letter(1))
    group_waiting(now=NOW)
    group_waiting(now=NOW)
    assert (Member.objects.count(), Group.objects.get().letters) == (2, 2)


def test_what_was_sealed_meanwhile_joins_nobody(dies):
    send(letter(0), letter(1), letter(2))
    Inquiry.objects.filter(person__name="Bob Ray").update(is_sealed=True)
    group_waiting(now=NOW)
    assert sorted(Member.objects.values_list("inquiry__person__name", flat=True)) == ["Ann Lee", "Cleo Park"]
    assert not Waiting.objects.exists()


def test_what_cannot_be_compared_is_kept_as_a_letter_and_holds_nobody_up(monkeypatch):
    def refuse(letters, now):
        raise ValueError("no")

    monkeypatch.setattr(intake_grouping, "group_batch", refuse)
    send(letter(0), letter(1))
    assert (Message.objects.count(), Waiting.objects.count(), Group.objects.count()) == (2, 0, 0)


def test_an_incident_waits_until_it_is_known_whether_the_letter_is_a_copy(dies):
    deliver(mail("a", text=LINE), mail("b", sender="Bob Ray <bob@example.org>", text="The machines are broken. " * 2))
    assert Incident.objects.count() == 0
    group_waiting(now=NOW + timedelta(seconds=1))
    told = Incident.objects.get()
    assert (told.kind, told.what.strip(), told.reported_at) == ("machine", LINE, NOW + timedelta(seconds=1))
    group_waiting(now=NOW)
    assert Incident.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_another_compares_they_are_left_to_it(transactional_db):
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [comparing.LOCK])
        send(letter(0), letter(1))
        assert (Message.objects.count(), Waiting.objects.count(), Group.objects.count()) == (2, 2, 0)
        other.rollback()
        group_waiting(now=NOW)
        assert (Waiting.objects.count(), Group.objects.get().letters) == (0, 2)
    finally:
        other.close()
