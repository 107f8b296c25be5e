"""Writing to someone from their page: a conversation of ours, and the same way out as every reply."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.test import Client
from django.urls import reverse

from hustings.constituents.people.models import Consent, Identifier, Merge, Person
from hustings.foundation.channels.models import Outgoing
from hustings.foundation.channels.queries import content_of
from hustings.foundation.core.ids import new_uid
from hustings.service.correspondence.actions import release, replies
from hustings.service.correspondence.actions.beginning import begin_letter
from hustings.service.correspondence.models import Draft, Message, Reply, ReplyState
from hustings.service.correspondence.queries import composer
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.correspondence.rules import SendRefused
from hustings.service.desk.models import Assignment, Event, Inquiry, Status
from hustings.service.desk.rules import Refused

from .replying import NOW, Cast, cast, inquiry, letter, user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)
SUBJECT = "Your ride to the polls"


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def page(who: object, **headers: str) -> Client:
    made = Client(headers=headers)
    made.force_login(who)  # type: ignore[arg-type]
    return made


def begun(us: Cast, who: object = None) -> Inquiry:
    return begin_letter(
        actor=who or us.volunteer,  # type: ignore[arg-type]
        person=us.person,
        queue=us.queue,
        subject=f"  {SUBJECT}\n",
        now=NOW,
    )


def sent(us: Cast, of: Inquiry, who: object = None, seen: int = 0) -> Reply:
    return replies.send_reply(
        actor=who or us.volunteer,  # type: ignore[arg-type]
        inquiry=of,
        token=new_uid(),
        text="Dear Ruth,\n\nA van comes at nine.",
        last_message_seen=0,
        last_reply_seen=seen,
        now=NOW,
    )


def test_a_conversation_of_ours_is_the_writers_and_holds_no_letter(us: Cast) -> None:
    of = begun(us)
    assert (of.subject, of.queue, of.assignee, of.person) == (SUBJECT, us.queue, us.volunteer, us.person)
    assert (of.status, of.stage, of.messages, of.last_message_id, of.unread) == ("open", "answer", 0, None, False)
    assert Assignment.objects.get().user == us.volunteer
    assert Event.objects.get().kind == "begun"
    assert (Message.objects.count(), Outgoing.objects.count(), ledger()["balances"]) == (0, 0, True)
    assert composer.build(us.volunteer, of)["to_shown"] == "ruth.a@example.org"


def test_it_leaves_by_the_outbox_under_its_own_subject_and_an_answer_comes_back_into_it(us: Cast) -> None:
    of = begun(us)
    reply = sent(us, of)
    outgoing = Outgoing.objects.get()
    mail = message_from_bytes(content_of(outgoing), policy=SMTP)
    assert (reply.state, outgoing.not_before) == (ReplyState.LEAVING, NOW + timedelta(seconds=8))
    assert (mail["Subject"], mail["To"], mail["In-Reply-To"]) == (SUBJECT, "Ruth Abernathy <ruth.a@example.org>", None)
    assert mail["Reply-To"].startswith("help+r.")
    of.refresh_from_db()
    assert (of.status, of.answered_at, ledger()["balances"]) == (Status.CLOSED, NOW, True)
    letter(of, at=LATER)
    assert composer.build(us.volunteer, Inquiry.objects.get(pk=of.pk))["warning"] == ""
    again = replies.send_reply(
        actor=us.volunteer, inquiry=of, token=new_uid(), text="Good.", now=LATER,
        last_message_seen=10**9, last_reply_seen=reply.pk,
    )  # fmt: skip
    assert again.subject == f"Re: {SUBJECT}"


def test_a_second_letter_before_they_answer_threads_to_the_first(us: Cast) -> None:
    of = begun(us)
    first = sent(us, of)
    second = sent(us, of, seen=first.pk)
    assert first.outgoing is not None
    assert second.outgoing is not None
    mail = message_from_bytes(content_of(second.outgoing), policy=SMTP)
    assert mail["In-Reply-To"] == first.outgoing.message_id
    assert mail["References"] == first.outgoing.message_id
    assert message_from_bytes(content_of(first.outgoing), policy=SMTP)["References"] is None


def test_undone_it_is_a_draft_of_the_same_conversation(us: Cast) -> None:
    of = begun(us)
    replies.undo_send(actor=us.volunteer, reply=sent(us, of), now=NOW)
    of.refresh_from_db()
    assert (of.status, Draft.objects.get().inquiry, Message.objects.count()) == (Status.OPEN, of, 0)
    assert ledger()["balances"] is True


def test_a_new_volunteers_waits_for_release(us: Cast) -> None:
    of = begun(us, us.newcomer)
    reply = sent(us, of, us.newcomer)
    assert (reply.state, Outgoing.objects.count()) == (ReplyState.WAITING_RELEASE, 0)
    shown = page(us.lead).get(reverse("correspondence:release_one", args=[reply.uid])).content.decode()
    assert "They have not written in this matter: Nour Hadley writes to them first." in shown
    release.release(actor=us.lead, reply=reply, last_message_seen=0, now=LATER)
    assert Outgoing.objects.count() == 1


def _bounces(us: Cast) -> None:
    Identifier.objects.update(bounced_at=NOW, bounced_for_good=True)


def _refuses(us: Cast) -> None:
    """Marked on a record that was found to be hers."""
    other = Person.objects.create(name="R. Abernathy", canonical=us.person, do_not_contact=True)
    Merge.objects.create(person=other, into=us.person, at=NOW)


def _nowhere(us: Cast) -> None:
    Identifier.objects.all().delete()


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (_bounces, "bounces", "Mail to ruth.a@example.org comes back for good."),
        (_refuses, "do_not_contact", "Marked “do not contact”."),
        (_nowhere, "no_address", "No email address is known."),
    ],
)
def test_who_may_not_be_written_to_is_not_and_the_button_says_why(us: Cast, change, code, words) -> None:  # type: ignore[no-untyped-def]
    change(us)
    with pytest.raises(SendRefused) as refused:
        begun(us, us.lead)
    assert (refused.value.code, str(refused.value)) == (code, words)
    shown = page(us.lead).get(us.person.get_absolute_url()).content.decode()
    assert f"No letter: {words}" in " ".join(shown.replace("</", " </").split()).replace("<span>", "")
    assert reverse("correspondence:write", args=[us.person.uid]) not in shown
    address = reverse("correspondence:write", args=[us.person.uid])
    assert words in page(us.lead).get(address).content.decode()
    assert page(us.lead).post(address, {"subject": SUBJECT, "queue": "voter-help"}).status_code == 422
    assert Inquiry.objects.count() == 0


def test_who_unsubscribed_may_be_written_to_with_a_warning(us: Cast) -> None:
    Consent.objects.create(person=us.person, channel="email", state="refused", source="form", at=NOW)
    lead, address = page(us.lead), reverse("correspondence:write", args=[us.person.uid])
    assert "They unsubscribed on 19 October 2028." in lead.get(address).content.decode()
    answer = lead.post(address, {"subject": SUBJECT, "queue": "voter-help"})
    of = Inquiry.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/i/{of.uid}/?view=mine#reply-text")
    assert "They unsubscribed on 19 October 2028." in composer.build(us.lead, of)["warning"]
    assert sent(us, of, us.lead).state == ReplyState.LEAVING


def test_an_open_conversation_that_one_sees_is_gone_on_with(us: Cast) -> None:
    of = inquiry(us)
    shown = page(us.volunteer).get(us.person.get_absolute_url()).content.decode()
    assert f'href="/i/{of.uid}/#reply-text"' in shown
    address = reverse("correspondence:write", args=[us.person.uid])
    assert page(us.volunteer).get(address)["Location"] == f"/i/{of.uid}/?view=mine#reply-text"
    assert begun(us) == of
    assert Inquiry.objects.count() == 1


def test_one_that_one_may_not_see_is_neither_named_nor_joined(us: Cast) -> None:
    hidden = inquiry(us, queue=us.press_queue)
    of = inquiry(us, status=Status.CLOSED, closed_at=NOW)
    shown = page(us.volunteer).get(us.person.get_absolute_url()).content.decode()
    assert str(hidden.uid) not in shown
    assert begun(us) not in (hidden, of)


def test_pressed_twice_it_is_one_conversation(us: Cast) -> None:
    lead, address = page(us.lead), reverse("correspondence:write", args=[us.person.uid])
    places = [lead.post(address, {"subject": SUBJECT, "queue": "voter-help"})["Location"] for _ in range(2)]
    assert (len(set(places)), Inquiry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"subject": " ", "queue": "voter-help"}, "Say what it is about"),
        ({"subject": SUBJECT, "queue": "press"}, "Choose a queue of your teams."),
        ({"subject": SUBJECT, "queue": "nowhere"}, "Choose a queue of your teams."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_begun(us: Cast, given: dict[str, str], words: str) -> None:
    answer = page(us.lead).post(reverse("correspondence:write", args=[us.person.uid]), given)
    assert (answer.status_code, words in answer.content.decode(), Inquiry.objects.count()) == (422, True, 0)


def test_a_queue_of_others_is_refused_below_the_page_too(us: Cast) -> None:
    with pytest.raises(Refused):
        begin_letter(actor=us.volunteer, person=us.person, queue=us.press_queue, subject=SUBJECT, now=NOW)
    assert Inquiry.objects.count() == 0


def test_a_stranger_to_the_person_finds_no_page(us: Cast) -> None:
    assert page(us.volunteer).get(reverse("correspondence:write", args=[us.person.uid])).status_code == 404
    nobody = user("Lou Nemo", roles=["lead"])
    shown = page(nobody).get(reverse("correspondence:write", args=[us.person.uid])).content.decode()
    assert "You are in no team that answers letters." in shown
