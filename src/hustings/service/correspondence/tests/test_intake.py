import itertools
from datetime import timedelta

import pytest

from hustings.constituents.people.models import Consent, Identifier, Person, PersonFact
from hustings.constituents.timeline.models import Entry
from hustings.foundation.access.models import AuditEntry
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Delivery, Source
from hustings.foundation.channels.queries import reply_secret
from hustings.foundation.core import live
from hustings.foundation.geography.models import County, State, Zip
from hustings.foundation.geography.queries import forget
from hustings.service.correspondence.actions import intake_batch, intake_rows
from hustings.service.correspondence.actions.intake_reading import Reader
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.engine.threading_keys import reply_address
from hustings.service.correspondence.models import Attachment, Message, MessageBody, Seal, SetAside
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.desk.models import Closure, Event, Inquiry, Queue, QueueRule, Snooze, Status

from .mail import HELP, NOW, WORDS, deliver, full, inquiry_of, mail, message_of, outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def campaign():
    make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)


def test_a_letter_becomes_a_routed_inquiry_of_its_writer() -> None:
    (delivery,) = deliver(mail(text=WORDS + "\n\nAnn Lee"))
    inquiry, body = inquiry_of(delivery), MessageBody.objects.get()
    assert delivery.outcome == "stored"
    assert (inquiry.subject, inquiry.channel, inquiry.mailbox, inquiry.language) == ("A question", "mail", HELP, "en")
    assert inquiry.snippet == WORDS[:140].strip()
    assert inquiry.queue.is_default
    assert inquiry.due_at == NOW + timedelta(minutes=inquiry.queue.minutes_to_answer)
    assert (inquiry.last_message_id, inquiry.messages, inquiry.unread) == (message_of(delivery).pk, 1, True)
    assert (inquiry.person.name, inquiry.person.identifiers.get().value) == ("Ann Lee", "ann@example.org")
    assert (body.from_address, body.to, body.text) == ("ann@example.org", [["", HELP]], WORDS)
    assert Entry.objects.filter(person_id=inquiry.person_id).values_list("kind", "ref").get() == (
        "correspondence.letter", message_of(delivery).uid,
    )  # fmt: skip
    assert Consent.objects.count() == 0
    assert ledger()["balances"]


def test_rules_route_and_time_it() -> None:
    team = deliver(mail("first")) and Queue.objects.get().team
    ballots = Queue.objects.create(name="Ballots", slug="ballots", team=team)
    QueueRule.objects.create(
        position=1, queue=ballots, words=["polling place"], priority=1, minutes_to_answer=60, tag="polls"
    )
    (delivery,) = deliver(mail("second", sender="bob@example.org"))
    inquiry = inquiry_of(delivery)
    assert (inquiry.queue, inquiry.priority, inquiry.tags) == (ballots, 1, ["polls"])
    assert inquiry.due_at == NOW + timedelta(minutes=60)


def test_the_same_letter_twice_is_one() -> None:
    first = deliver(mail(), mail(), mail())
    later = deliver(mail())
    assert outcomes([*first, *later]) == ["stored", "duplicate", "duplicate", "duplicate"]
    assert Inquiry.objects.get().messages == Message.objects.count() == 1
    assert set(SetAside.objects.values_list("kind", "inquiry")) == {("duplicate", Inquiry.objects.get().pk)}
    assert ledger()["balances"]


def test_the_same_id_over_other_content_is_kept_and_flagged() -> None:
    first, second = deliver(mail(), mail(text="Something else altogether, which I would like to ask you too."))
    assert outcomes([first, second]) == ["stored", "stored"]
    assert [message_of(one).same_id_other_content for one in (first, second)] == [False, True]


def test_what_was_set_aside_has_duplicates_too() -> None:
    away = mail(Auto_Submitted="auto-replied", subject="Out of office")
    assert outcomes(deliver(away, away)) == ["auto_reply", "duplicate"]
    assert outcomes(deliver(away)) == ["duplicate"]
    assert Inquiry.objects.count() == 0


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("at_once", [True, False])
def test_a_thread_is_one_inquiry_in_any_order(order: tuple[int, ...], at_once: bool) -> None:
    letters = [
        mail("a", subject="one"),
        mail("b", subject="two", answers=["a"], text="b " + WORDS),
        mail("c", subject="three", answers=["b"], text="c " + WORDS),
        mail("d", subject="four", refers=["a", "b", "c"], text="d " + WORDS),
    ]
    rows = deliver(*(letters[place] for place in order)) if at_once else [deliver(letters[place])[0] for place in order]
    assert outcomes(rows) == ["stored"] * 4
    inquiry = Inquiry.objects.exclude(status=Status.MERGED).get()
    assert {inquiry_of(row) for row in rows} == {inquiry}
    assert inquiry.messages == 4
    assert ledger()["balances"]


def test_references_in_a_ring_are_one_thread() -> None:
    rows = deliver(mail("a", answers=["b"]), mail("b", answers=["a"], text="b " + WORDS))
    assert Inquiry.objects.get().messages == 2
    assert outcomes(rows) == ["stored", "stored"]


def test_a_letter_that_answers_itself_is_a_letter() -> None:
    (row,) = deliver(mail("a", answers=["a"], refers=["a"]))
    assert inquiry_of(row).messages == 1


def test_the_subject_alone_threads_nothing() -> None:
    deliver(mail("a", subject="Re: A question"), mail("b", subject="Re: A question", text="b " + WORDS))
    assert Inquiry.objects.count() == 2


def test_a_signed_reply_address_finds_its_inquiry_before_the_references_do() -> None:
    one, two = deliver(mail("a"), mail("b", text="b " + WORDS))
    back = reply_address(HELP, inquiry_of(one).uid, reply_secret())
    (reply,) = deliver(mail("c", answers=["b"], text="c " + WORDS), to=[back])
    assert inquiry_of(reply) == inquiry_of(one)
    forged = back.replace("+r.a", "+r.b") if "+r.a" in back else back.replace("+r.", "+r.a")
    (other,) = deliver(mail("d", text="d " + WORDS), to=[forged])
    assert inquiry_of(other) not in (inquiry_of(one), inquiry_of(two))


def test_a_friend_who_answers_joins_the_thread_as_themselves() -> None:
    one, two = deliver(mail("a"), mail("b", sender="Bob Ray <bob@example.org>", answers=["a"], text="b " + WORDS))
    assert inquiry_of(one) == inquiry_of(two)
    assert message_of(two).person.name == "Bob Ray"
    assert inquiry_of(one).person.name == "Ann Lee"


def test_a_reply_opens_what_was_closed_and_wakes_what_slept() -> None:
    one, two = deliver(mail("a"), mail("b", text="b " + WORDS))
    closed, asleep = inquiry_of(one), inquiry_of(two)
    Inquiry.objects.filter(pk=closed.pk).update(status="closed", closed_at=NOW, unread=False, stage="none")
    Closure.objects.create(inquiry=closed, at=NOW)
    Inquiry.objects.filter(pk=asleep.pk).update(status="snoozed", snoozed_until=NOW + timedelta(days=9))
    Snooze.objects.create(inquiry=asleep, at=NOW, until=NOW + timedelta(days=9))
    later = NOW + timedelta(days=1)
    deliver(
        mail("c", answers=["a"], text="A new word about it, since nobody could tell me."),
        mail("d", answers=["b"], text="d " + WORDS),
        now=later,
    )
    closed.refresh_from_db()
    asleep.refresh_from_db()
    assert (closed.status, closed.stage, closed.closed_at, closed.unread) == ("open", "new", None, True)
    assert closed.due_at == later + timedelta(minutes=closed.queue.minutes_to_answer)
    assert closed.snippet == "A new word about it, since nobody could tell me."
    assert (asleep.status, asleep.snoozed_until) == ("open", None)
    assert Closure.objects.get().reopened_at == later
    assert Snooze.objects.values_list("ended_at", "ended_because").get() == (later, "reply")
    assert set(Event.objects.values_list("inquiry", "kind", "detail__because")) == {
        (closed.pk, "reopened", "reply"), (asleep.pk, "woken", "reply"),
    }  # fmt: skip


def test_what_still_waits_keeps_its_time() -> None:
    (one,) = deliver(mail("a"))
    due = inquiry_of(one).due_at
    deliver(mail("b", answers=["a"], text="b " + WORDS), now=NOW + timedelta(days=1))
    assert inquiry_of(one).due_at == due


def test_a_merged_inquiry_s_letters_follow_it() -> None:
    one, two = deliver(mail("a"), mail("b", text="b " + WORDS))
    kept = inquiry_of(two)
    Inquiry.objects.filter(pk=inquiry_of(one).pk).update(status="merged", merged_into=kept)
    (three,) = deliver(mail("c", answers=["a"], text="c " + WORDS))
    assert inquiry_of(three) == kept


def test_the_place_is_kept_with_its_source() -> None:
    state = State.objects.create(code="OH", name="Ohio", fips="39")
    county = County.objects.create(fips="39095", name="Lucas County", state=state)
    Zip.objects.create(code="43604", city="Toledo", state=state, county=county)
    forget()
    try:
        (row,) = deliver(mail(text=WORDS + "\n\nAnn Lee\n12 Elm Street\nToledo, OH 43604"))
    finally:
        forget()
    person = inquiry_of(row).person
    assert (person.zip, person.city, person.state_code, person.county_fips) == ("43604", "Toledo", "OH", "39095")
    assert inquiry_of(row).state_code == "OH"
    source = PersonFact.objects.values_list("source", flat=True).distinct().get()
    assert source == f"letter:{message_of(row).uid}"
    (again,) = deliver(mail("two", text="No place in this letter, and still I would like to know where to vote."))
    assert inquiry_of(again).state_code == "OH"


def test_without_an_address_it_is_stored_all_the_same() -> None:
    rows = deliver(mail("a", sender=""), mail("b", sender="no address here", text="b " + WORDS))
    assert outcomes(rows) == ["stored", "stored"]
    assert Person.objects.count() == 2
    assert Identifier.objects.count() == 0
    assert all("no address" in str(body.notes) for body in MessageBody.objects.all())


def test_our_own_address_as_the_sender_is_a_loop_and_no_inquiry() -> None:
    (row,) = deliver(mail(sender=HELP))
    assert row.outcome == "auto_reply"
    assert SetAside.objects.get().reason == f"it was sent from {HELP}, which is ours"
    assert Inquiry.objects.count() == Person.objects.count() == 0


def test_an_unsubscribe_is_kept_and_the_letter_answered_all_the_same() -> None:
    (row,) = deliver(mail(text="Please unsubscribe me from your emails. And where do I vote in the primary this year?"))
    consent = Consent.objects.get()
    assert (consent.person, consent.channel, consent.state) == (inquiry_of(row).person, "email", "refused")
    assert consent.source == f"letter:{message_of(row).uid}"
    assert inquiry_of(row).status == "open"


def test_a_child_s_letter_says_so() -> None:
    (row,) = deliver(mail(text="Hello! I am 9 years old and I want to know what a president does all day long."))
    assert inquiry_of(row).person.is_child


def test_a_threat_is_sealed_and_calls_the_security_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    publish = live.publish
    monkeypatch.setattr(live, "publish", lambda topics, **kind: (said.append(str(topics)), publish(topics, **kind)))
    (row,) = deliver(mail(text="I am going to kill the governor at the rally tomorrow. You will see."))
    inquiry = inquiry_of(row)
    assert inquiry.is_sealed
    assert Seal.objects.get().evidence
    assert AuditEntry.objects.filter(action="seal.sealed", record_uid=inquiry.uid).count() == 1
    assert any("security" in topics for topics in said)


def test_a_threat_in_an_old_thread_takes_it_from_its_assignee() -> None:
    (one,) = deliver(mail("a"))
    deliver(mail("b", answers=["a"], text="I am going to kill the governor at the rally tomorrow."))
    inquiry = inquiry_of(one)
    assert (inquiry.is_sealed, inquiry.assignee) == (True, None)
    assert Seal.objects.get().inquiry == inquiry


def test_someone_in_crisis_is_first_with_those_who_are_trained() -> None:
    team = deliver(mail("a")) and Queue.objects.get().team
    care = Queue.objects.create(name="Care", slug="care", team=team, is_crisis=True)
    (row,) = deliver(
        mail("b", sender="bob@example.org", text="I don't want to live anymore. I am going to end my life.")
    )
    inquiry = inquiry_of(row)
    assert (inquiry.queue, inquiry.priority, inquiry.is_crisis) == (care, 0, True)
    assert inquiry.due_at == NOW + timedelta(minutes=15)
    deliver(mail("c", answers=["a"], text="I don't want to live anymore. I am going to end my life."))
    assert set(Inquiry.objects.values_list("queue", "is_crisis", "priority")) == {(care.pk, True, 0)}


def test_attachments_lie_in_storage() -> None:
    raw = mail().replace(b"Content-Type: text/plain", b"Content-Type: multipart/mixed; boundary=x\r\nX-Old: 1", 1)
    head = raw.split(b"\r\n\r\n", 1)[0]
    parts = b"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSee the file that I have put in here.\r\n--x\r\n"
    file = (
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1\r\n--x--\r\n"
    )
    head = head.replace(b"Content-Transfer-Encoding: 7bit", b"X-Was: 7bit")
    (row,) = deliver(head + parts + file)
    enclosed = Attachment.objects.get()
    assert (enclosed.name, enclosed.type, enclosed.message) == ("a.pdf", "application/pdf", message_of(row))
    assert inquiry_of(row).has_attachment


def test_what_cannot_be_read_is_quarantined_with_its_reason() -> None:
    good, bad = deliver(mail("a"), b"")
    assert outcomes([good, bad]) == ["stored", "quarantined"]
    assert SetAside.objects.get().reason == "it is empty"
    assert ledger()["balances"]


def test_one_that_cannot_be_stored_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    body = intake_rows._body

    def poisoned(row: intake_rows.Stored) -> tuple[object, ...]:
        return (*body(row), 1) if "poison" in row.letter.subject else body(row)

    monkeypatch.setattr(intake_rows, "_body", poisoned)
    rows = deliver(*(mail(f"m{n}", subject="poison" if n == 5 else "fine", text=f"{n} {WORDS}") for n in range(9)))
    assert outcomes(rows) == ["stored"] * 5 + ["quarantined"] + ["stored"] * 3
    assert "could not be stored" in SetAside.objects.get().reason
    assert ledger()["balances"]


def test_a_letter_that_ends_its_reader_three_times_is_quarantined_alone() -> None:
    (good,) = deliver(mail("good"))
    bad = store(source=Source.LMTP, raw=mail("bad"), envelope_from="", envelope_to=[HELP], now=NOW)
    Delivery.objects.filter(pk=bad.pk).update(tries=3)
    new = store(source=Source.LMTP, raw=mail("new", text="n " + WORDS), envelope_from="", envelope_to=[HELP], now=NOW)
    assert take_in(now=NOW) == {"stored": 1}
    assert Delivery.objects.get(pk=new.pk).outcome == "stored"
    assert take_in(now=NOW) == {"quarantined": 1}
    assert take_in(now=NOW) is None
    assert SetAside.objects.get(delivery=bad).reason == "reading it ended the reader 3 times"
    assert good.outcome == "stored"


def test_what_failed_for_another_reason_is_not_counted_as_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    row = store(source=Source.LMTP, raw=mail(), envelope_from="", envelope_to=[HELP], now=NOW)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr("hustings.service.correspondence.actions.intake_taking.take", broken)
        with pytest.raises(RuntimeError):
            take_in(now=NOW)
    assert Delivery.objects.values_list("tries", "outcome").get(pk=row.pk) == (0, "")
    assert take_in(now=NOW) == {"stored": 1}


def test_a_thread_that_another_committed_meanwhile_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ends of a thread in two readers' hands: the second finds the first before it commits."""
    look = intake_batch.find_places
    done: list[int] = []

    def look_before_the_other(letters: list[intake_batch.Letter]) -> object:
        places = look(letters)
        if not done:
            done.append(1)
            intake_batch.take([Reader().read_filed(mail("a"), now=NOW)], now=NOW)
        return places

    monkeypatch.setattr(intake_batch, "find_places", look_before_the_other)
    (row,) = deliver(mail("b", answers=["a"], text="b " + WORDS))
    assert Inquiry.objects.get().messages == 2
    assert inquiry_of(row).last_message_id is not None
    assert ledger()["balances"]


def test_the_clock_is_passed_in() -> None:
    (row,) = deliver(mail(at=NOW - timedelta(days=30)))
    assert message_of(row).at == NOW
    assert MessageBody.objects.get().message_id_header == full("one")
