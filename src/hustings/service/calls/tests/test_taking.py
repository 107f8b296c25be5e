"""The calls to make: who gets whom, and when somebody is given up."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from hustings.constituents.people import queries as people
from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import AuditEntry
from hustings.service.answers.models import CorrectionRecipient
from hustings.service.calls.actions.noting import note_call
from hustings.service.calls.actions.taking import drop, give_up, take, take_next
from hustings.service.calls.models import Call
from hustings.service.calls.queries import waiting
from hustings.service.calls.rules import Refused, Stale
from hustings.service.correspondence.tests.replying import user
from hustings.service.desk.models import Inquiry

from .cast import MINUTE, NOW, Cast, asked, make_cast, somebody, to_call


def state_of(row: CorrectionRecipient) -> tuple[str, str, str]:
    row.refresh_from_db()
    return row.state, row.because, row.called_by.name if row.called_by else ""


def test_the_next_is_whoever_waits_longest(cast: Cast) -> None:
    ruth, tom = somebody("Ruth Abernathy"), somebody("Tom Pike", phone="+16145550143")
    first, second = to_call(cast, ruth, tom)
    assert waiting.count(cast.lead, NOW) == 2
    call = take_next(actor=cast.lead, now=NOW)
    assert call is not None
    assert (call.recipient, call.person, call.by, call.ended_at) == (first, ruth, cast.lead, None)
    assert take_next(actor=cast.lead, now=NOW) == call  # a second click
    other = take_next(actor=cast.us.administrator, now=NOW)
    assert other is not None
    assert other.recipient == second
    assert (waiting.count(cast.lead, NOW), Call.objects.count()) == (0, 2)


def test_who_is_not_called_within_half_an_hour_is_free_again(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"))
    take(actor=cast.lead, recipient=row, now=NOW)
    with pytest.raises(Stale, match="Theo Marsh is calling them now"):
        take(actor=cast.us.administrator, recipient=row, now=NOW + 29 * MINUTE)
    taken = take(actor=cast.us.administrator, recipient=row, now=NOW + 31 * MINUTE)
    assert list(Call.objects.all()) == [taken]
    drop(actor=cast.us.administrator, call=taken, now=NOW + 32 * MINUTE)
    assert waiting.count(cast.lead, NOW + 32 * MINUTE) == 1


def test_told_is_settled_and_in_the_audit(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"))
    call = take(actor=cast.lead, recipient=row, now=NOW)
    note_call(actor=cast.lead, call=call, outcome="told", note="She had it from the news.", text=cast.words, now=NOW)
    assert state_of(row) == ("called", "", "Theo Marsh")
    call.refresh_from_db()
    assert (call.version, call.note) == (None, "She had it from the news.")  # the correction, not the withdrawn words
    line = AuditEntry.objects.get(action="correction.called")
    assert (line.actor_id, line.record_uid, line.detail) == (
        *(cast.lead.pk, cast.article.uid),
        {"recipient": str(row.uid), "state": "called"},
    )
    with pytest.raises(Stale, match="need not be called"):
        take(actor=cast.lead, recipient=row, now=NOW)


def test_three_tries_and_they_are_given_up_with_the_reason(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"))
    at = NOW
    for number, outcome in enumerate(("none", "message", "none"), start=1):
        call = take_next(actor=cast.lead, now=at)
        assert call is not None
        note_call(actor=cast.lead, call=call, outcome=outcome, now=at)
        assert waiting.tries_of([row.pk])[row.pk] == (number, at)
        assert take_next(actor=cast.lead, now=at + timedelta(hours=2)) is None
        assert waiting.of_list(cast.lead, "later", at).count() == (1 if number < 3 else 0)
        at += timedelta(hours=3, seconds=1)
    assert state_of(row) == ("given_up", "Called 3 times and not reached.", "Theo Marsh")
    assert take_next(actor=cast.lead, now=at) is None


@pytest.mark.parametrize(
    ("outcome", "state", "because"),
    [
        ("wrong", "given_up", "The number is somebody else’s."),
        ("refused", "silent", "They asked on the telephone not to be called."),
    ],
)
def test_whom_no_second_call_reaches(cast: Cast, outcome: str, state: str, because: str) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"))
    call = take(actor=cast.lead, recipient=row, now=NOW)
    note_call(actor=cast.lead, call=call, outcome=outcome, now=NOW)
    assert state_of(row) == (state, because, "Theo Marsh")


def test_who_asked_not_to_be_contacted_is_left_alone(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    (row,) = to_call(cast, ruth)
    Person.objects.create(name="R. Abernathy", canonical=ruth, do_not_contact=True)
    assert waiting.count(cast.lead, NOW) == 0
    with pytest.raises(Refused):
        take(actor=cast.lead, recipient=row, now=NOW)
    assert (take_next(actor=cast.lead, now=NOW), Call.objects.count()) == (None, 0)
    assert state_of(row)[0] == "silent"


def test_without_a_number_they_are_on_a_list_of_their_own(cast: Cast) -> None:
    ruth, tom = somebody("Ruth Abernathy", phone=""), somebody("Tom Pike")
    without, known = to_call(cast, ruth, tom)
    assert list(waiting.of_list(cast.lead, "no-number", NOW)) == [without]
    assert list(waiting.of_list(cast.lead, "now", NOW)) == [known]
    with pytest.raises(Refused, match="A number is known"):
        give_up(actor=cast.lead, recipient=known, now=NOW)
    give_up(actor=cast.lead, recipient=without, now=NOW)
    assert state_of(without) == ("given_up", "No telephone number is known.", "Theo Marsh")
    assert state_of(known)[0] == "to_call"
    merged = Person.objects.create(name="R. Abernathy", canonical=ruth)
    Identifier.objects.create(person=merged, kind="phone", value="+16145550177")
    CorrectionRecipient.objects.filter(pk=without.pk).update(state="to_call")
    assert list(waiting.of_list(cast.lead, "now", NOW)) == [without, known]


def test_each_calls_those_of_their_teams_and_states(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    ours = asked(cast, ruth)
    theirs = asked(cast, somebody("Tom Pike", phone="+16145550143"), queue=cast.us.press_queue)
    (row,) = to_call(cast, ruth, about=ours)
    (press,) = to_call(cast, theirs.person, about=theirs)
    (nowhere,) = to_call(cast, somebody("Ida Moss", state="IA", phone="+15155550100"))
    rows = {"june": cast.june, "cora": cast.cora, "wes": cast.wes, "lead": cast.lead, "counsel": cast.counsel}
    seen = {name: set(waiting.visible_to(user)) for name, user in rows.items()}
    assert seen == {
        "june": {row}, "cora": {row}, "wes": {press}, "lead": {row, press, nowhere}, "counsel": set(),
    }  # fmt: skip
    cast.cora.states = ["IA"]
    cast.cora.save()
    assert set(waiting.visible_to(cast.cora)) == {row, nowhere}
    with pytest.raises(Refused):
        take(actor=cast.wes, recipient=row, now=NOW)
    with pytest.raises(Refused):
        take_next(actor=cast.counsel, now=NOW)
    Inquiry.objects.filter(pk=ours.pk).update(is_sealed=True)
    assert set(waiting.visible_to(cast.june)) == set()
    assert set(waiting.visible_to(cast.lead)) == {press, nowhere}
    assert Call.objects.count() == 0


def test_whom_one_calls_is_ones_to_see_as_long(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ruth = somebody("Ruth Abernathy")
    (row,) = to_call(cast, ruth, about=asked(cast, ruth))
    monkeypatch.setattr("hustings.service.calls.entries.now", lambda: NOW)
    assert not people.visible_to(cast.cora).filter(pk=ruth.pk).exists()
    call = take(actor=cast.cora, recipient=row, now=NOW)
    assert people.find(cast.cora, ruth.uid) == ruth
    assert not people.visible_to(cast.cole).filter(pk=ruth.pk).exists()
    note_call(actor=cast.cora, call=call, outcome="told", now=NOW)
    assert not people.visible_to(cast.cora).filter(pk=ruth.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_call_the_same_one() -> None:
    cast = make_cast()
    rows = to_call(cast, *(somebody(f"Voter{n} Sample", phone=f"+1614555{n:04}") for n in range(40)))
    callers = [
        cast.lead,
        cast.us.administrator,
        cast.us.press_lead,
        *(user(f"Lead{n} Sample", roles=["lead"]) for n in range(5)),
    ]
    got: list[list[int]] = [[] for _caller in callers]
    start = threading.Barrier(len(callers))

    def work(number: int) -> None:
        try:
            start.wait()
            while (call := take_next(actor=callers[number], now=NOW)) is not None:
                got[number].append(call.recipient_id or 0)
                note_call(actor=callers[number], call=call, outcome="told", now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(callers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(pk for each in got for pk in each) == sorted(row.pk for row in rows)
    assert Call.objects.filter(outcome="told").count() == 40
    assert CorrectionRecipient.objects.filter(state="called").count() == 40
