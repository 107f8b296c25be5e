"""Words are withdrawn: who was told them by mail and by telephone is listed exactly, and told what is right once."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.tests.races import until_somebody_waits
from hustings.service.answers.actions.corrections import approve_correction, write_correction
from hustings.service.answers.actions.states import withdraw_state
from hustings.service.answers.models import Correction, CorrectionRecipient
from hustings.service.answers.queries.corrections import counts_of
from hustings.service.answers.registry import everyone_answered
from hustings.service.calls.actions.noting import note_call
from hustings.service.calls.actions.taking import begin, take_next
from hustings.service.calls.queries import waiting
from hustings.service.correspondence.actions import correcting, drafts, replies
from hustings.service.correspondence.models import Reply
from hustings.service.correspondence.tests.replying import seen
from hustings.service.desk.models import Inquiry

from .cast import MINUTE, NOW, Cast, asked, corrected, make_cast, somebody, told

HOUR = timedelta(hours=1)


def answered(cast: Cast, person: Person, *, at: datetime) -> Reply:
    """By mail, from Ohio's words."""
    of = asked(cast, person)
    draft, _filled = drafts.cite(
        actor=cast.june, inquiry=of, article_text=cast.words, text="Hello,", caret=6, revision=0, now=at
    )
    address = Identifier.objects.get(person=person, kind="email").value
    made = replies.send_reply(
        actor=cast.june, inquiry=of, token=new_uid(), text=draft.text, to_address=address, now=at, **seen(of)
    )
    outbox.send_due(at + timedelta(seconds=9))
    made.refresh_from_db()
    return made


def withdraw(cast: Cast, at: datetime = NOW) -> None:
    withdraw_state(actor=cast.counsel, article=cast.article, state_code="OH", reason="The court has ordered it", now=at)


def send(made: Correction) -> None:
    correcting.send_correction(correction_id=made.pk, now=NOW)
    outbox.send_due(NOW + MINUTE)


def mailed() -> list[str]:
    rows = CaughtMail.objects.filter(subject="We told you something wrong")
    return sorted(rows.values_list("envelope_to", flat=True))


def states(made: Correction) -> dict[str, str]:
    rows = CorrectionRecipient.objects.filter(correction=made)
    return dict(rows.values_list("person__first_name", "state"))


def test_mail_and_calls_are_listed_and_each_is_told_once(cast: Cast) -> None:
    before = NOW - 2 * HOUR
    ruth = somebody("Ruth Abernathy", mail="ruth@example.org")
    tom = somebody("Tom Pike", mail="tom@example.org", phone="+16145550143")
    ann = somebody("Ann Lee", phone="+16145550144")
    bo = somebody("Bo Carr", mail="bo@example.org", phone="+16145550145")
    ida = somebody("Ida Moss", state="IA", mail="ida@example.org", phone="+15155550100")
    reply = answered(cast, ruth, at=before)
    by_call = told(cast, tom, asked(cast, tom), at=before)
    no_mail = told(cast, ann, asked(cast, ann), at=before)
    alone = told(cast, bo, at=before)  # from his page: a conversation is begun to write in
    eve = somebody("Eve Lund", phone="+16145550146")
    silent = told(cast, eve, at=before)
    told(cast, ida, asked(cast, ida), at=before, text=None)
    withdraw(cast)
    found = everyone_answered(cast.article, "OH")
    assert {(one.person_id, one.version_number, one.by, one.ref) for one in found} == {
        (ruth.pk, 7, "mail", reply.uid),
        *((call.person_id, 7, "call", call.uid) for call in (by_call, no_mail, alone, silent)),
    }
    made = corrected(cast)
    send(made)
    send(made)
    assert mailed() == ["bo@example.org", "ruth@example.org", "tom@example.org"]
    assert states(made) == {"Ruth": "sent", "Tom": "sent", "Bo": "sent", "Ann": "to_call", "Eve": "to_call"}
    because = dict(CorrectionRecipient.objects.filter(state="to_call").values_list("person__first_name", "because"))
    assert because == dict.fromkeys(["Ann", "Eve"], "There is no address that mail reaches.")
    begun = Inquiry.objects.get(person=bo)
    assert (begun.status, begun.stage, begun.assignee, begun.subject) == ("closed", "none", None, made.subject)
    assert begun.queue == cast.us.queue
    assert Reply.objects.get(inquiry=begun).text == "Dear Bo, it is until eight."
    assert not Inquiry.objects.filter(person=eve).exists()
    letter = Reply.objects.get(to_address="tom@example.org", subject=made.subject)
    assert (letter.inquiry_id, letter.text) == (by_call.inquiry_id, "Dear Tom, it is until eight.")
    for _who in range(2):
        call = take_next(actor=cast.lead, now=NOW + MINUTE)
        assert call is not None
        note_call(actor=cast.lead, call=call, outcome="told", now=NOW + MINUTE)
    assert states(made) == {"Ruth": "sent", "Tom": "sent", "Bo": "sent", "Ann": "called", "Eve": "called"}
    assert (take_next(actor=cast.lead, now=NOW + MINUTE), len(mailed())) == (None, 3)


def test_who_was_answered_both_ways_is_told_once(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy", mail="ruth@example.org")
    answered(cast, ruth, at=NOW - 2 * HOUR)
    call = told(cast, ruth, at=NOW - HOUR)
    withdraw(cast)
    assert [(one.by, one.ref) for one in everyone_answered(cast.article, "OH")] == [("call", call.uid)]
    made = corrected(cast)
    send(made)
    assert (mailed(), states(made)) == (["ruth@example.org"], {"Ruth": "sent"})  # in the conversation she has


def test_what_cannot_be_written_begins_nothing(cast: Cast) -> None:
    nameless = Person.objects.create(state_code="OH")
    for kind, value in (("phone", "+16145550147"), ("email", "somebody@example.org")):
        Identifier.objects.create(person=nameless, kind=kind, value=value)
    told(cast, nameless, at=NOW - HOUR)
    withdraw(cast)
    made = corrected(cast)
    send(made)
    assert CorrectionRecipient.objects.values_list("state", "because", "sent_as").get(correction=made) == (
        "to_call", "A field of the letter stays empty for them.", None,
    )  # fmt: skip
    assert (mailed(), Inquiry.objects.count(), Reply.objects.count()) == ([], 0, 0)


def test_what_is_sealed_is_written_in_by_nobody(cast: Cast) -> None:
    tom = somebody("Tom Pike", mail="tom@example.org")
    call = told(cast, tom, asked(cast, tom), at=NOW - HOUR)
    Inquiry.objects.filter(pk=call.inquiry_id).update(is_sealed=True)
    withdraw(cast)
    made = corrected(cast)
    send(made)
    assert (mailed(), states(made)) == ([], {"Tom": "to_call"})
    assert waiting.count(cast.june, NOW) == 0
    assert waiting.count(cast.us.security, NOW) == 1


def test_a_call_that_is_noted_after_the_correction_is_told_as_well(cast: Cast) -> None:
    """She was on the telephone when the words were withdrawn and the others told."""
    ann, tom = somebody("Ann Lee"), somebody("Tom Pike", mail="tom@example.org", phone="+16145550143")
    calls = [begin(actor=cast.june, person=one, inquiry=asked(cast, one), now=NOW - MINUTE) for one in (ann, tom)]
    after = begin(actor=cast.june, person=somebody("Bo Carr", phone="+16145550145"), now=NOW + MINUTE)
    withdraw(cast)
    made = corrected(cast)
    elsewhere = corrected(cast, state="IA")
    assert sum(counts_of(made).values()) == 0
    for call in calls:
        note_call(actor=cast.june, call=call, outcome="told", text=cast.words, now=NOW + MINUTE)
    assert states(made) == {"Ann": "waiting", "Tom": "waiting"}
    send(made)
    assert (mailed(), states(made)) == (["tom@example.org"], {"Ann": "to_call", "Tom": "sent"})
    note_call(actor=cast.june, call=calls[0], outcome="told", text=cast.words, now=NOW + 2 * MINUTE)
    note_call(actor=cast.june, call=after, outcome="told", text=cast.words, now=NOW + 2 * MINUTE)
    assert (sum(counts_of(made).values()), sum(counts_of(elsewhere).values())) == (2, 0)


@pytest.mark.parametrize("silent", [True, False])
def test_who_asked_not_to_be_contacted_is_not(cast: Cast, silent: bool) -> None:
    ann = somebody("Ann Lee", do_not_contact=silent)
    told(cast, ann, at=NOW - HOUR)
    withdraw(cast)
    made = corrected(cast)
    send(made)
    assert states(made) == {"Ann": "silent" if silent else "to_call"}


@pytest.mark.django_db(transaction=True)
def test_a_call_noted_while_the_list_is_being_fixed_is_on_it() -> None:
    cast = make_cast()
    ann = somebody("Ann Lee")
    call = begin(actor=cast.june, person=ann, now=NOW - MINUTE)
    withdraw(cast)
    made = write_correction(
        actor=cast.us.administrator,
        article=cast.article,
        subject="It is not so",
        texts={"en": "It is not so."},
        now=NOW,
    )

    def approve() -> None:
        try:
            approve_correction(actor=cast.counsel, correction=made, now=NOW)
        finally:
            connection.close()

    approving = threading.Thread(target=approve)
    with transaction.atomic():
        note_call(actor=cast.june, call=call, outcome="told", text=cast.words, now=NOW)
        approving.start()
        until_somebody_waits(or_else=lambda: not approving.is_alive())
    approving.join()
    assert states(made) == {"Ann": "waiting"}
