"""What is kept of a call, and what follows from it."""

from datetime import timedelta

import pytest

from hustings.constituents.people.models import Consent
from hustings.constituents.people.queries.standing import standing_of
from hustings.constituents.timeline.queries import of_people
from hustings.foundation.access.models import AuditEntry
from hustings.service.answers.registry import everyone_answered, uses_of
from hustings.service.calls.actions.dialling import dial
from hustings.service.calls.actions.noting import note_call
from hustings.service.calls.actions.taking import begin, drop
from hustings.service.calls.models import Call
from hustings.service.calls.queries.calls import thread_of, visible_to
from hustings.service.calls.rules import Refused, Stale
from hustings.service.correspondence.tests.replying import article
from hustings.service.desk.models import Event, Inquiry

from .cast import MINUTE, NOW, Cast, asked, somebody, told


def test_a_call_is_kept_with_the_words_it_was_answered_from(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    of = asked(cast, ruth)
    call = told(cast, ruth, of, note="  Asked twice.  ", close=True)
    assert (call.outcome, call.direction, call.note, call.by, call.ended_at) == (
        *("told", "out", "Asked twice.", cast.june),
        NOW + MINUTE,
    )
    assert (call.version, call.language, call.state_code) == (cast.words.version, "en", "OH")
    of.refresh_from_db()
    assert (of.status, of.answered_at, of.assignee) == ("closed", NOW + MINUTE, cast.june)
    assert [(line.kind, line.ref, line.actor_id) for line in of_people([ruth.pk], kinds=["calls.call"])] == [
        ("calls.call", call.uid, cast.june.pk)
    ]
    audit = AuditEntry.objects.get(action="call.noted")
    assert (audit.actor_id, audit.record_uid, audit.detail["version"]) == (
        *(cast.june.pk, call.uid),
        str(cast.words.version.uid),
    )
    assert [item.key for item in thread_of(cast.june, of)] == [f"call:{call.uid}"]
    found = everyone_answered(cast.article)
    assert [(one.person_id, one.version_number, one.by, one.ref, one.about) for one in found] == [
        (ruth.pk, 7, "call", call.uid, of.uid)
    ]
    assert [(use.version_number, use.to, use.by) for use in uses_of(cast.june, cast.article)] == [
        (7, "Ruth Abernathy", "June Oduya")
    ]
    assert uses_of(cast.wes, cast.article) == []


def test_noting_twice_changes_nothing(cast: Cast) -> None:
    call = told(cast, somebody("Ruth Abernathy"))
    again = note_call(actor=cast.june, call=call, outcome="wrong", note="No", now=NOW + 2 * MINUTE)
    assert (again.outcome, again.note, AuditEntry.objects.filter(action="call.noted").count()) == ("told", "", 1)


@pytest.mark.parametrize("outcome", ["none", "wrong", "refused"])
def test_who_was_not_reached_was_told_no_words(cast: Cast, outcome: str) -> None:
    ruth = somebody("Ruth Abernathy")
    of = asked(cast, ruth)
    call = told(cast, ruth, of, outcome=outcome)
    assert (call.version, everyone_answered(cast.article)) == (None, [])
    of.refresh_from_db()
    assert (of.answered_at, Event.objects.count()) == (None, 0)


def test_words_left_as_a_message_were_said(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    told(cast, ruth, outcome="message")
    assert [one.person_id for one in everyone_answered(cast.article)] == [ruth.pk]


def test_who_asks_not_to_be_called_is_heard(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    told(cast, ruth, outcome="refused")
    consent = standing_of(ruth).consents["phone"]
    assert (consent.state, consent.source) == (Consent.State.REFUSED, f"user:{cast.june.uid}")


def test_a_call_of_theirs_is_spoken_or_refused(cast: Cast) -> None:
    call = begin(actor=cast.june, person=somebody("Ruth Abernathy"), now=NOW)
    with pytest.raises(Refused, match="They called"):
        note_call(actor=cast.june, call=call, outcome="message", direction="in", now=NOW)
    call.refresh_from_db()
    assert (call.ended_at, call.outcome) == (None, "")
    assert note_call(actor=cast.june, call=call, outcome="told", direction="in", now=NOW).direction == "in"


def test_only_whose_call_it_is_notes_it_and_in_time(cast: Cast) -> None:
    call = begin(actor=cast.june, person=somebody("Ruth Abernathy"), now=NOW)
    with pytest.raises(Refused):
        note_call(actor=cast.dana, call=call, outcome="told", now=NOW)
    with pytest.raises(Refused):
        drop(actor=cast.dana, call=call, now=NOW)
    with pytest.raises(Stale, match="half an hour"):
        note_call(actor=cast.june, call=call, outcome="told", now=NOW + timedelta(minutes=31))
    call.refresh_from_db()
    assert (call.ended_at, AuditEntry.objects.filter(action="call.noted").count()) == (None, 0)
    drop(actor=cast.june, call=call, now=NOW)
    assert Call.objects.count() == 0


def test_one_call_at_a_time_with_a_person(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    first = begin(actor=cast.june, person=ruth, now=NOW)
    assert begin(actor=cast.june, person=ruth, now=NOW + MINUTE) == first
    assert begin(actor=cast.dana, person=ruth, now=NOW) != first
    later = begin(actor=cast.june, person=ruth, now=NOW + timedelta(minutes=40))
    assert (later == first, Call.objects.filter(by=cast.june).count()) == (False, 1)


def test_who_makes_no_calls_begins_none(cast: Cast) -> None:
    with pytest.raises(Refused):
        begin(actor=cast.counsel, person=somebody("Ruth Abernathy"), now=NOW)
    assert Call.objects.count() == 0


def test_the_number_is_dialled_for_whom_has_them_in_hand(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    call = begin(actor=cast.june, person=ruth, now=NOW)
    assert dial(actor=cast.june, call=call, now=NOW) == "+16145550142"
    line = AuditEntry.objects.get(action="call.dialled")
    assert (line.actor_id, line.record_uid) == (cast.june.pk, ruth.uid)
    read = AuditEntry.objects.get(action="read")
    assert (read.actor_id, read.record_id, read.detail) == (cast.june.pk, ruth.pk, {"fields": ["phone"]})
    with pytest.raises(Refused):
        dial(actor=cast.dana, call=call, now=NOW)
    with pytest.raises(Stale):
        dial(actor=cast.june, call=call, now=NOW + timedelta(minutes=31))
    type(ruth).objects.filter(pk=ruth.pk).update(do_not_contact=True)
    with pytest.raises(Refused, match="do not contact"):
        dial(actor=cast.june, call=call, now=NOW)
    assert AuditEntry.objects.filter(action="call.dialled").count() == 1


def test_who_wants_no_calls_is_called_back_only_about_what_they_asked(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    Consent.objects.create(person=ruth, channel="phone", state="refused", source="form", at=NOW)
    call = begin(actor=cast.june, person=ruth, now=NOW)
    with pytest.raises(Refused, match="no open question"):
        dial(actor=cast.june, call=call, now=NOW)
    asked(cast, ruth)
    assert dial(actor=cast.june, call=call, now=NOW) == "+16145550142"


def test_calls_are_seen_as_their_conversation_is(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    call = told(cast, ruth, asked(cast, ruth))
    alone = told(cast, somebody("Tom Pike", phone="+16145550143"))
    assert set(visible_to(cast.june)) == {call, alone}
    assert set(visible_to(cast.dana)) == {call}
    assert set(visible_to(cast.lead)) == {call, alone}
    assert list(visible_to(cast.wes)) == []
    Inquiry.objects.filter(pk=call.inquiry_id).update(is_sealed=True)
    assert list(visible_to(cast.june)) == [alone]
    assert list(visible_to(cast.lead)) == [alone]
    assert call in visible_to(cast.us.security)


def test_words_of_another_state_are_not_answered_from_here(cast: Cast) -> None:
    iowa = article("Registering", "Ask your county.")
    ida = somebody("Ida Moss", state="IA", phone="+15155550100")
    told(cast, ida, text=iowa)
    ruth = somebody("Ruth Abernathy")
    told(cast, ruth, text=iowa)
    of = iowa.version.article
    assert [one.person_id for one in everyone_answered(of, "IA")] == [ida.pk]
    assert {one.person_id for one in everyone_answered(of)} == {ida.pk, ruth.pk}
