"""What a message is, and why."""

import pytest

from hustings.service.correspondence.engine.kinds import Bounced, Kind, kind_of, suppress_acknowledgement
from hustings.service.correspondence.engine.parse import parse

from .mails import mail

PERSON = ("From: Ann Lee <ann@example.org>", "Subject: Polling place")
LIST = ("List-Id: <talk.example.org>", "Precedence: list")
NEWSLETTER = ("List-Unsubscribe: <mailto:u@x.org>",)


def kind(*headers: str, body: str = "Where do I vote?", envelope: str | None = None) -> Kind:
    return kind_of(parse(mail(body, *PERSON, *headers)), envelope)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("X-Auto-Response-Suppress: All",),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply",),
        ("Return-Path: <>",),
        ("Auto-Submitted: no",),
        NEWSLETTER,
        ("Precedence: normal",),
        ("Precedence: bulk",),
        ("X-Spam-Flag: YES",),
        ("X-Mailer: Microsoft Outlook 16.0",),
    ],
)
def test_people_stay_people(headers: tuple[str, ...]) -> None:
    assert kind(*headers) == Kind("inquiry", "nothing says that a machine sent it")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (("Auto-Submitted: auto-replied",), "Auto-Submitted says auto-replied"),
        (("Auto-Submitted: auto-generated (x)",), "Auto-Submitted says auto-generated"),
        (("X-Autoreply: yes",), "it has the header x-autoreply"),
        (("X-Autorespond: away",), "it has the header x-autorespond"),
        (("Precedence: auto_reply",), "Precedence says auto_reply"),
        (("Content-Type: multipart/report; report-type=disposition-notification; boundary=b",), "it is a read receipt"),
    ],
)
def test_machines_that_answer(headers: tuple[str, ...], reason: str) -> None:
    assert kind(*headers) == Kind("auto_reply", reason)


@pytest.mark.parametrize(
    "subject", ["Out of Office: Re: hello", "Automatic reply: hello", "Respuesta automática: hola", "Abwesenheitsnotiz"]
)
def test_absence_notices_need_more_than_their_subject(subject: str) -> None:
    people = parse(mail("They should vote him out of office.", "From: a@x.org", f"Subject: {subject}"))
    assert kind_of(people).kind == "inquiry"
    away = parse(mail("I am currently out of the office until Monday.", "From: a@x.org", f"Subject: {subject}"))
    assert kind_of(away) == Kind("auto_reply", "an absence notice: its subject and its text")
    assert kind_of(people, "").reason == "an absence notice: its subject, and how it was sent"


def test_lists_and_newsletters() -> None:
    assert kind(*LIST) == Kind("list", "it came over the list <talk.example.org>")
    assert kind("List-Post: <mailto:t@x.org>").kind == "list"
    assert (
        kind(*NEWSLETTER, "Precedence: bulk").reason == "it is a newsletter: List-Unsubscribe, and Precedence says bulk"
    )
    assert kind(*NEWSLETTER, "Feedback-ID: 1:2:3").reason == "it is a newsletter: List-Unsubscribe and feedback-id"


def test_our_own_mailbox_may_be_a_list() -> None:
    letter = parse(mail("hi", *PERSON, "List-Id: <help.adair.org>", "Precedence: list"))
    assert kind_of(letter).kind == "list"
    assert kind_of(letter, own_lists=["help@adair.org"]).kind == "inquiry"


DSN = (
    "--b\nContent-Type: text/plain\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.x.org\n\nFinal-Recipient: rfc822; bo@x.org\nAction: {action}\nStatus: {status}\n\n--b--\n"
)


@pytest.mark.parametrize(("action", "status", "permanent"), [("failed", "5.1.1", True), ("delayed", "4.4.1", False)])
def test_delivery_reports(action: str, status: str, permanent: bool) -> None:
    raw = mail(
        DSN.format(action=action, status=status),
        "From: MAILER-DAEMON@x.org",
        "Subject: Delivery Status Notification",
        "Auto-Submitted: auto-replied",
        content_type="multipart/report; report-type=delivery-status; boundary=b",
    )
    found = kind_of(parse(raw))
    assert (found.kind, found.bounced) == ("bounce", (Bounced("bo@x.org", permanent),))


def test_a_person_who_asks_about_a_bounce_is_a_person() -> None:
    body = "I wrote to you and got this:\n\n> 550 5.1.1 <bo@x.org>: user unknown\n> could not be delivered\n\nWhat now?"
    assert kind("Message-ID: <1@x>", body=body).kind == "inquiry"


SPAM = """THIS IS NOT SPAM. You have opted in. Lowest mortgage rates! Bad credit ok, consolidate debt.
Make $5000 a week, work from home, financial freedom. Click here, act now, risk free, 100% guaranteed.
To be removed from our mailing list click here.  <a href="http://1.2.3.4/x">go</a><img src="http://x/y.gif">"""


def test_junk_needs_phrases_and_build() -> None:
    junk = mail(SPAM, "From: winner5582@x.example", "Subject: MAKE MONEY FAST $$$   8847kxq", content_type="text/html")
    assert kind_of(parse(junk)).kind == "junk"
    letter = mail(SPAM, "From: Ann Lee <ann@x.org>", "To: h@x.org", "Message-ID: <1@x>", "Subject: Look what I got")
    assert kind_of(parse(letter)).kind == "inquiry"


def test_only_the_trusted_spam_header_counts() -> None:
    letter = parse(mail("hi", *PERSON, "X-Spam-Flag: YES", "X-Spam-Status: No, score=1"))
    assert kind_of(letter).kind == "inquiry"
    assert kind_of(letter, trusted_spam_header="X-Spam-Status").kind == "inquiry"
    assert kind_of(letter, trusted_spam_header="X-Spam-Flag") == Kind(
        "junk", "our mail server says so (X-Spam-Flag: yes)"
    )


def test_what_cannot_be_read_is_quarantined() -> None:
    assert kind_of(parse(b"")) == Kind("quarantined", "it is empty")


@pytest.mark.parametrize(
    ("headers", "suppressed"),
    [
        ((), False),
        (("X-Auto-Response-Suppress: All",), True),
        (("X-Auto-Response-Suppress: DR",), False),
        (NEWSLETTER, True),
        (("Return-Path: <>",), True),
        (("Precedence: bulk",), True),
        (("Reply-To: no-reply@x.org",), True),
        (("Auto-Submitted: no",), False),
        (("Auto-Submitted: auto-replied",), True),
    ],
)
def test_no_acknowledgement_to_a_machine(headers: tuple[str, ...], suppressed: bool) -> None:
    letter = parse(mail("hi", *PERSON, *headers))
    assert suppress_acknowledgement(letter, kind_of(letter)) is suppressed


def test_no_acknowledgement_to_nobody() -> None:
    letter = parse(mail("hi", "Subject: x", "To: h@x.org"))
    assert suppress_acknowledgement(letter, kind_of(letter))
