"""What follows from a letter: acknowledgements, bounces, what was set aside, seals."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import PermissionDenied

from hustings.constituents.people.models import Identifier
from hustings.foundation.access.models import AuditEntry
from hustings.foundation.channels.models import Delivery, Outgoing, Source
from hustings.foundation.channels.queries import content_of, reply_secret
from hustings.service.correspondence.actions import acknowledging, sealing
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.actions.setaside import NotRestorable, replay, restore
from hustings.service.correspondence.engine.threading_keys import id_key, reply_address
from hustings.service.correspondence.engine.threading_keys import inquiry_of as named_by
from hustings.service.correspondence.models import Acknowledgement, Message, Seal, SetAside
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.desk.models import Event, Inquiry
from hustings.service.desk.queries.expecting import Expected

from . import replying
from .mail import NOW, WORDS, deliver, full, inquiry_of, mail, message_of, outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> replying.Cast:
    return replying.cast()


@pytest.fixture
def box(cast: replying.Cast) -> str:
    return cast.mailbox.address


def test_a_person_is_told_that_their_letter_came(box: str) -> None:
    (row,) = deliver(mail("a", to=box), to=[box])
    outgoing = Outgoing.objects.get()
    told = message_from_bytes(content_of(outgoing), policy=policy.default)
    assert (outgoing.matter, outgoing.envelope_to) == (f"ack:{row.uid}", "ann@example.org")
    assert told["Auto-Submitted"] == "auto-replied"
    assert told["In-Reply-To"] == full("a")
    assert named_by(told["Reply-To"].addresses[0].addr_spec, reply_secret()) == inquiry_of(row).uid
    assert Acknowledgement.objects.get().delivery == row


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (Expected(hours=6), "At the moment an answer takes about 6 hours."),
        (Expected(days=2), "At the moment an answer takes about 2 days."),
        (Expected(), "So many write that at the moment an answer may take more than two weeks."),
        (None, ""),
    ],
)
def test_they_are_told_when_an_answer_can_be_expected(box: str, monkeypatch, when, said: str) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(acknowledging, "expected", lambda queue_id, now: when)
    deliver(mail("a", to=box), to=[box])
    told = message_from_bytes(content_of(Outgoing.objects.get()), policy=policy.default)
    body = told.get_body(("plain",))
    assert body is not None
    parts = [line for line in body.get_content().splitlines() if line]
    assert parts[-1] == "Adair for America"
    assert parts[2:-1] == ([said] if said else [])


def test_at_most_once_in_three_hours_for_one_address_and_mailbox(box: str) -> None:
    for n, hours in enumerate((0, 1, 2.9, 3.1)):
        deliver(mail(f"m{n}", to=box, text=f"{n} {WORDS}"), to=[box], now=NOW + timedelta(hours=hours))
    deliver(mail("other", to=box, sender="Bob <bob@example.org>", text=f"b {WORDS}"), to=[box])
    assert sorted(Outgoing.objects.values_list("envelope_to", flat=True)) == [
        "ann@example.org", "ann@example.org", "bob@example.org",
    ]  # fmt: skip


def test_what_a_surge_says_is_asked_once_for_each_language_of_a_batch(box: str, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    asked: list[str] = []

    def words(language: str) -> str:
        asked.append(language)
        return f"Today many write ({language})."

    monkeypatch.setattr(acknowledging, "acknowledgement_in", words)
    spanish = "¿Dónde está mi casilla este año? Quisiera votar temprano si puedo. Gracias por su tiempo y su ayuda."
    texts = [WORDS, WORDS, WORDS, spanish, spanish]
    senders = [f"Writer {n} <writer{n}@example.org>" for n in range(5)]
    rows = [
        mail(f"m{n}", to=box, sender=sender, text=f"{n} {text}")
        for n, (sender, text) in enumerate(zip(senders, texts, strict=True))
    ]
    deliver(*rows, to=[box])
    assert sorted(asked) == ["en", "es"]
    assert Outgoing.objects.count() == 5


def test_two_letters_of_one_batch_are_acknowledged_once(box: str) -> None:
    deliver(mail("a", to=box), mail("b", to=box, text=f"b {WORDS}"), to=[box])
    assert Outgoing.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"Auto_Submitted": "auto-generated"},
        {"List_Id": "<x.example.org>"},
        {"Reply_To": "no-reply@example.org"},
    ],
)
def test_no_machine_is_told(box: str, headers: dict[str, str]) -> None:
    deliver(mail("a", to=box, **headers), to=[box])
    assert Outgoing.objects.count() == 0


def test_nobody_is_told_after_a_null_sender_a_threat_a_bounce_or_where_the_mailbox_keeps_quiet(
    cast: replying.Cast, box: str
) -> None:
    deliver(mail("a", to=box), to=[box], sender="")
    deliver(mail("b", to=box, text="I am going to kill the governor at the rally tomorrow. You will see."), to=[box])
    Identifier.objects.update(bounced_for_good=True)
    deliver(mail("c", to=box, text=f"c {WORDS}"), to=[box])
    cast.mailbox.acknowledges = False
    cast.mailbox.save()
    deliver(mail("d", to=box, sender="Bob <bob@example.org>", text=f"d {WORDS}"), to=[box])
    assert Outgoing.objects.count() == 0
    assert Message.objects.filter(delivery__isnull=False).count() == 4


def bounce(
    to: str, about: str, failing: str = "ann@example.org", action: str = "failed", status: str = "5.1.1"
) -> bytes:
    return (
        f"From: Mail Delivery Subsystem <mailer-daemon@mx.example>\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <bounce-of-{abs(hash(about))}@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ann@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\n{about}\r\n--b--\r\n"
    ).encode()


def test_an_answer_that_bounced_for_good_brings_its_inquiry_back(box: str) -> None:
    (row,) = deliver(mail("a", to=box), to=[box])
    inquiry = inquiry_of(row)
    Inquiry.objects.filter(pk=inquiry.pk).update(status="closed", closed_at=NOW, answered_at=NOW)
    ours = Message.objects.create(
        message_key=id_key("<ours@c.example>").hex(), content_key=id_key("x").hex(), inquiry=inquiry,
        person=inquiry.person, direction=1, at=NOW,
    )  # fmt: skip
    (back,) = deliver(bounce(box, "Message-ID: <ours@c.example>"), to=[box], sender="")
    inquiry.refresh_from_db()
    address = Identifier.objects.get(value="ann@example.org")
    assert back.outcome == "bounce"
    assert (address.bounced_for_good, SetAside.objects.get().inquiry) == (True, inquiry)
    assert (inquiry.status, inquiry.unread) == ("open", True)
    assert Event.objects.filter(kind="undelivered").count() == 1
    assert ours.pk


def test_a_delay_marks_the_address_and_leaves_the_inquiry(box: str) -> None:
    (row,) = deliver(mail("a", to=box), to=[box])
    back = reply_address(box, inquiry_of(row).uid, reply_secret())
    Inquiry.objects.update(status="closed", closed_at=NOW)
    deliver(bounce(box, f"Reply-To: {back}", action="delayed", status="4.4.1"), to=[box], sender="")
    address = Identifier.objects.get(value="ann@example.org")
    assert (address.bounced_at is not None, address.bounced_for_good) == (True, False)
    assert SetAside.objects.get().inquiry == inquiry_of(row)
    assert inquiry_of(row).status == "closed"


def test_an_auto_reply_is_tied_and_opens_nothing(box: str) -> None:
    (row,) = deliver(mail("a", to=box), to=[box])
    Inquiry.objects.update(status="closed", closed_at=NOW)
    (away,) = deliver(mail("b", to=box, answers=["a"], Auto_Submitted="auto-replied"), to=[box])
    assert away.outcome == "auto_reply"
    assert SetAside.objects.get().inquiry == inquiry_of(row)
    assert inquiry_of(row).status == "closed"


def test_what_was_set_aside_is_restored_as_a_letter_once(cast: replying.Cast, box: str) -> None:
    (away,) = deliver(mail("b", to=box, Auto_Submitted="auto-replied"), to=[box])
    aside = SetAside.objects.get()
    with pytest.raises(PermissionDenied):
        restore(actor=cast.volunteer, setaside=aside, now=NOW)
    assert Message.objects.count() == 0
    inquiry = restore(actor=cast.lead, setaside=aside, now=NOW)
    assert restore(actor=cast.lead, setaside=aside, now=NOW) == inquiry == inquiry_of(away)
    assert Delivery.objects.get().outcome == "stored"
    assert (Message.objects.count(), Outgoing.objects.count()) == (1, 0)
    assert AuditEntry.objects.filter(action="setaside.restored").count() == 1
    assert outcomes(deliver(mail("b", to=box, Auto_Submitted="auto-replied"), to=[box])) == ["duplicate"]
    assert ledger()["balances"]


def test_a_duplicate_is_not_restored(cast: replying.Cast, box: str) -> None:
    deliver(mail("a", to=box), mail("a", to=box), to=[box])
    with pytest.raises(NotRestorable):
        restore(actor=cast.lead, setaside=SetAside.objects.get(), now=NOW)
    assert Message.objects.count() == 1


def test_what_was_quarantined_is_read_again_after_a_fix(
    cast: replying.Cast, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("hustings.service.correspondence.actions.intake_reading.parse", broken)
        (row,) = deliver(mail("a", to=box), to=[box])
    assert row.outcome == "quarantined"
    assert "a fault of ours" in SetAside.objects.get().reason
    with pytest.raises(PermissionDenied):
        replay(actor=cast.volunteer, now=NOW)
    assert replay(actor=cast.lead, now=NOW) == 1
    assert ledger()["messages"]["pending"] == 1
    assert take_in(now=NOW) == {"stored": 1}
    assert SetAside.objects.count() == 0
    assert message_of(row).delivery == row
    assert ledger()["balances"]


def test_seals_are_lifted_and_touched_by_security_leads_alone(cast: replying.Cast, box: str) -> None:
    (row,) = deliver(mail("a", to=box), to=[box])
    inquiry = inquiry_of(row)
    with pytest.raises(PermissionDenied):
        sealing.seal(actor=cast.outsider, inquiry=inquiry, evidence="words", now=NOW)
    assert Seal.objects.count() == 0
    made = sealing.seal(actor=cast.administrator, inquiry=inquiry, evidence="words", now=NOW)
    assert sealing.seal(actor=None, inquiry=inquiry, evidence="again", now=NOW) == made
    for refused in (
        lambda: sealing.touch(actor=cast.administrator, seal=made, how="read", now=NOW),
        lambda: sealing.lift(actor=cast.administrator, seal=made, because="no", now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    sealing.touch(actor=cast.security, seal=made, how="print", now=NOW)
    lifted = sealing.lift(actor=cast.security, seal=made, because="a joke", now=NOW)
    inquiry.refresh_from_db()
    assert (inquiry.is_sealed, lifted.lifted_because) == (False, "a joke")
    kinds = AuditEntry.objects.filter(record_uid=inquiry.uid).order_by("id").values_list("action", flat=True)
    assert list(kinds) == ["seal.sealed", "seal.printed", "seal.lifted"]


def test_a_form_s_own_fields_are_believed_and_mail_s_are_not(box: str) -> None:
    headers = {"X_Hustings_Phone": "+15135550123", "X_Hustings_Answer_By": "phone"}
    (form,) = deliver(mail("a", to=box, sender="Ann <no-address@c.example>", **headers), source=Source.FORM, to=[box])
    (letter,) = deliver(mail("b", to=box, sender="Bob <bob@example.org>", text=f"b {WORDS}", **headers), to=[box])
    assert inquiry_of(form).channel == "form"
    assert list(inquiry_of(form).person.identifiers.values_list("kind", "value")) == [("phone", "+15135550123")]
    assert list(inquiry_of(letter).person.identifiers.values_list("kind", flat=True)) == ["email"]
