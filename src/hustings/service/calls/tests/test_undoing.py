"""What was noted wrongly is undone: by whom, until when, and what follows."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hustings.constituents.timeline.queries import of_people
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.core.clock import now
from hustings.service.answers.actions.corrections import settle_recipient
from hustings.service.answers.models import CorrectionRecipient
from hustings.service.answers.registry import everyone_answered, uses_of
from hustings.service.calls.actions.noting import note_call
from hustings.service.calls.actions.taking import give_up, take
from hustings.service.calls.actions.undoing import undo_call, undo_giving_up
from hustings.service.calls.models import Call, Undoing
from hustings.service.calls.queries.calls import noted, read_calls, thread_of
from hustings.service.calls.queries.waiting import LATER, of_list, tries_of
from hustings.service.calls.queries.waiting import NOW as TO_CALL
from hustings.service.calls.rules import UNDO_FOR, Refused, Stale

from .cast import MINUTE, NOW, Cast, asked, somebody, to_call, told


def called(
    cast: Cast, recipient: CorrectionRecipient, outcome: str = "told", *, at=NOW, by: User | None = None
) -> Call:
    call = take(actor=by or cast.cora, recipient=recipient, now=at)
    return note_call(actor=by or cast.cora, call=call, outcome=outcome, note="Noted.", now=at + MINUTE)


def state_of(recipient: CorrectionRecipient) -> tuple[object, ...]:
    return CorrectionRecipient.objects.values_list("state", "called_by", "settled_at").get(pk=recipient.pk)


WAITS = ("to_call", None, None)


@pytest.mark.parametrize("outcome", ["told", "wrong", "refused"])
def test_whom_a_call_took_off_the_list_is_on_it_again(cast: Cast, outcome: str) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    call = called(cast, row, outcome)
    settled = {"told": "called", "wrong": "given_up", "refused": "silent"}[outcome]
    assert state_of(row) == (settled, cast.cora.pk, NOW + MINUTE)
    made = undo_call(actor=cast.cora, call=call, now=NOW + 2 * MINUTE)
    assert state_of(row) == WAITS
    assert (made.call, made.by, made.at, made.because) == (call, cast.cora, NOW + 2 * MINUTE, "")
    # What was noted stays, and counts as no try: they can be called at once.
    call.refresh_from_db()
    assert (call.outcome, call.note, call.ended_at) == (outcome, "Noted.", NOW + MINUTE)
    assert tries_of([row.pk]) == {}
    assert list(of_list(cast.cora, TO_CALL, NOW + 3 * MINUTE)) == [row]
    audit = AuditEntry.objects.filter(action__in=("call.undone", "correction.put_back")).order_by("action")
    assert [(line.action, line.actor_id) for line in audit] == [
        ("call.undone", cast.cora.pk),
        ("correction.put_back", cast.cora.pk),
    ]
    again = called(cast, row, at=NOW + 4 * MINUTE)
    assert (again == call, state_of(row)[0]) == (False, "called")


def test_a_try_that_was_none_counts_as_none(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    call = called(cast, row, "none")
    assert (state_of(row), list(of_list(cast.cora, LATER, NOW + 2 * MINUTE))) == (WAITS, [row])
    undo_call(actor=cast.cora, call=call, now=NOW + 2 * MINUTE)
    assert (state_of(row), tries_of([row.pk])) == (WAITS, {})
    assert list(of_list(cast.cora, TO_CALL, NOW + 2 * MINUTE)) == [row]


def test_who_was_given_up_after_three_tries_is_tried_again(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    calls = [called(cast, row, "none", at=NOW + n * timedelta(hours=4)) for n in range(3)]
    assert state_of(row)[0] == "given_up"
    end = NOW + timedelta(hours=8) + 2 * MINUTE
    with pytest.raises(Stale, match="settled it since"):  # the first did not give them up: the third did
        undo_call(actor=cast.lead, call=calls[0], because="Not theirs", now=end)
    assert (state_of(row)[0], Undoing.objects.count()) == ("given_up", 0)
    undo_call(actor=cast.cora, call=calls[2], now=end)
    assert (state_of(row), tries_of([row.pk])[row.pk][0]) == (WAITS, 2)


def test_who_noted_it_undoes_it_for_a_while_and_a_lead_later_with_a_reason(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    call = called(cast, row)
    settled = state_of(row)
    late = NOW + MINUTE + timedelta(minutes=30)
    for who in (cast.cole, cast.dana, cast.wes, cast.counsel):
        with pytest.raises(Refused):
            undo_call(actor=who, call=call, because="I know better", now=NOW + 2 * MINUTE)
    with pytest.raises(Refused, match="half an hour"):
        undo_call(actor=cast.cora, call=call, because="I mistook them", now=late)
    with pytest.raises(Refused, match="Say why"):
        undo_call(actor=cast.lead, call=call, because="  ", now=NOW + 2 * MINUTE)
    assert (state_of(row), Undoing.objects.count(), AuditEntry.objects.filter(action="call.undone").count()) == (
        *(settled, 0),
        0,
    )
    made = undo_call(actor=cast.lead, call=call, because=" Another Ruth. ", now=late + timedelta(days=2))
    assert (state_of(row), made.by, made.because) == (WAITS, cast.lead, "Another Ruth.")
    with pytest.raises(Stale, match="already"):
        undo_call(actor=cast.lead, call=call, because="Again", now=late + timedelta(days=2))
    assert Undoing.objects.count() == 1


@pytest.mark.parametrize("by", ["call", "letter", "correction"])
def test_what_something_else_settled_since_stays(cast: Cast, by: str) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    first = called(cast, row, "none" if by == "call" else "told")
    if by == "call":
        called(cast, row, at=NOW + 5 * MINUTE, by=cast.cole)
    elif by == "letter":
        CorrectionRecipient.objects.filter(pk=row.pk).update(sent_as=row.uid)
        assert settle_recipient(sent_as=row.uid, state="sent", now=NOW + 5 * MINUTE)
    else:
        type(row.correction).objects.update(state="draft")
    stands = state_of(row)
    with pytest.raises(Stale, match="settled it since"):
        undo_call(actor=cast.cora, call=first, now=NOW + 8 * MINUTE)
    assert (state_of(row), Undoing.objects.count()) == (stands, 0)


def test_a_conversation_waits_again_and_its_words_were_not_said(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    of = asked(cast, ruth)
    before = (of.status, of.answered_at, of.assignee_id, of.stage)
    call = told(cast, ruth, of, close=True)
    assert len(everyone_answered(cast.article)) == 1
    undo_call(actor=cast.june, call=call, because="The wrong Ruth", now=NOW + 2 * MINUTE)
    of.refresh_from_db()
    assert (of.status, of.answered_at, of.assignee_id, of.stage) == before
    assert (everyone_answered(cast.article), uses_of(cast.june, cast.article)) == ([], [])
    (item,) = thread_of(cast.june, of)
    assert item.context["call"].undoing.because == "The wrong Ruth"


def test_who_was_given_up_without_a_number_is_put_back(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy", phone=""), about=asked(cast, somebody("Tom Pike", phone="")))
    give_up(actor=cast.cora, recipient=row, now=NOW)
    with pytest.raises(Refused):
        undo_giving_up(actor=cast.cole, recipient=row, now=NOW + MINUTE)
    with pytest.raises(Refused):
        undo_giving_up(actor=cast.wes, recipient=row, now=NOW + MINUTE)
    with pytest.raises(Refused):
        undo_giving_up(actor=cast.cora, recipient=row, now=NOW + UNDO_FOR)
    assert (state_of(row)[0], AuditEntry.objects.filter(action="correction.put_back").count()) == ("given_up", 0)
    undo_giving_up(actor=cast.cora, recipient=row, now=NOW + MINUTE)
    assert state_of(row) == WAITS
    with pytest.raises(Stale):
        undo_giving_up(actor=cast.cora, recipient=row, now=NOW + MINUTE)
    assert AuditEntry.objects.get(action="correction.put_back").actor_id == cast.cora.pk


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_pages_offer_it_to_whom_it_is_open(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    call = called(cast, row, at=now() - 2 * MINUTE)
    undo, page, listing = f"/calls/{call.uid}/undo/", f"/calls/{call.uid}/", "/calls/?list=noted"
    cora, cole, lead = signed_in(cast.cora), signed_in(cast.cole), signed_in(cast.lead)
    assert [f'action="{undo}"' in cora.get(one).content.decode() for one in (page, listing)] == [True, True]
    assert [undo in cole.get(one).content.decode() for one in (page, listing)] == [False, False]
    assert 'name="because"' in lead.get(page).content.decode()
    assert cole.post(undo).status_code in (403, 404)
    refused = lead.post(undo, {"because": ""})
    assert (refused.status_code, "Say why" in refused.content.decode(), state_of(row)[0]) == (403, True, "called")
    assert signed_in(cast.wes).post(undo).status_code in (403, 404)
    assert lead.post(undo, {"because": "\0"}).status_code == 403
    assert state_of(row)[0] == "called"
    assert cora.post(undo, {"because": "a\0b"})["Location"] == "/calls/"
    assert state_of(row) == WAITS
    shown = cora.get(page).content.decode()
    assert ("Undone: this counts no more." in shown, undo in shown) == (True, False)
    assert "Undone" in cora.get(listing).content.decode()
    assert cora.post(undo).status_code == 409


def test_what_is_noted_offers_to_undo_it(cast: Cast) -> None:
    (row,) = to_call(cast, somebody("Ruth Abernathy"), about=asked(cast, somebody("Tom Pike", phone="")))
    cora = signed_in(cast.cora)
    call = take(actor=cast.cora, recipient=row, now=now())
    cora.post(f"/calls/{call.uid}/", {"outcome": "told", "note": ""})
    assert f'action="/calls/{call.uid}/undo/" data-undo' in cora.get("/calls/").content.decode()
    alone = to_call(cast, somebody("Ida Moss", phone=""), about=asked(cast, somebody("Tom Pike", phone="")))[0]
    person = alone.person
    cora.post(f"/calls/give-up/{alone.uid}/")
    assert state_of(alone)[0] == "given_up", person
    back = f"/calls/put-back/{alone.uid}/"
    assert f'action="{back}" data-undo' in cora.get("/calls/?list=no-number").content.decode()
    assert cora.get(back).status_code == 405
    assert signed_in(cast.wes).post(back).status_code == 404
    assert (cora.post(back).status_code, state_of(alone)) == (302, WAITS)


def test_a_timeline_says_that_it_was_undone(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    call = told(cast, ruth)
    undo_call(actor=cast.june, call=call, now=NOW + 2 * MINUTE)
    lines = read_calls(cast.june, list(of_people([ruth.pk], kinds=["calls.call"])))
    assert lines[call.uid].title == "spoke with them on the telephone: undone"


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_noted_lately_costs_the_same_for_many(cast: Cast, count: int, django_assert_num_queries: Any) -> None:
    people = [somebody(f"Ruth {n}", phone=f"+1614555014{n}") for n in range(count)]
    for n, row in enumerate(to_call(cast, *people, about=asked(cast, somebody("Tom Pike", phone="")))):
        called(cast, row, at=NOW + n * MINUTE)
    rows = noted(cast.us.administrator, NOW)  # asks who they are, which is kept for a while
    with django_assert_num_queries(1):
        told_of = [(one.by, one.recipient.correction.subject) for one in rows]
    assert told_of == [(cast.cora, "We told you something wrong")] * count
