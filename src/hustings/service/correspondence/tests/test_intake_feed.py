"""A colleague's answer to a digest is a comment, never an inquiry, and the ledger counts it."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from hustings.foundation.access.actions import make_user
from hustings.foundation.access.models import Role
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Delivery, Mailbox, Outgoing
from hustings.foundation.core import records
from hustings.foundation.feed.actions.posts import write_post
from hustings.foundation.feed.models import Attachment, Post
from hustings.foundation.feed.queries.addresses import reply_address
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.models import Message, SetAside
from hustings.service.correspondence.queries import asides
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.desk.models import Inquiry

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
BOX = "help@adair.example.org"


@pytest.fixture
def people(db):
    Mailbox.objects.create(address=BOX, name="Help", is_default=True)

    def made(name):
        return make_user(
            actor=None,
            email=f"{name.lower()}@adair.example.org",
            name=f"{name} Sample",
            role=Role.ADMINISTRATOR,
            now=NOW,
        )

    return made("June"), made("Theo")


@pytest.fixture
def post(people):
    assert records.get("user") is not None
    june, theo = people
    return write_post(actor=june, record_type="user", record=theo, text="Who takes Monday?", now=NOW)


def deliver(to, sender, text, *, number=1, **headers):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: 1 new post for you"
    mail["Message-ID"] = f"<answer-{number}@example.org>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{text}\n\nOn Friday Hustings wrote:\n> Who takes Monday?\n")
    mail.add_attachment(b"a,b", maintype="text", subtype="csv", filename="plan.csv")
    mail.set_boundary("the-same")
    return store(source="lmtp", raw=mail.as_bytes(), envelope_from=sender, envelope_to=[to], now=NOW)


def outcomes():
    return list(Delivery.objects.order_by("id").values_list("outcome", flat=True))


def test_it_is_posted_once_with_its_file_and_without_the_quote(people, post):
    _june, theo = people
    to = reply_address(BOX, post.uid, theo.uid)
    deliver(to, "Theo Sample <theo@adair.example.org>", "I do.")
    deliver(to, "Theo Sample <theo@adair.example.org>", "I do.")
    take_in(now=NOW)
    comment = Post.objects.get(parent=post)
    assert (comment.author, comment.text, comment.by_mail) == (theo, "I do.", True)
    assert [file.name for file in Attachment.objects.all()] == ["plan.csv"]
    assert outcomes() == ["feed", "duplicate"]
    assert (Inquiry.objects.count(), Message.objects.count(), Outgoing.objects.count()) == (0, 0, 0)
    aside = SetAside.objects.get(kind="feed")
    assert aside.reason == "posted as a comment of a colleague's"
    assert asides.opened(aside)["words"] == []
    assert asides.raw_bytes(aside) is None
    balance = ledger()
    assert balance["balances"]
    assert (balance["messages"]["feed_mail"], balance["messages"]["received"]) == (1, 2)


def test_anothers_answer_and_a_forged_one_are_no_inquiries_either(people, post):
    _june, theo = people
    to = reply_address(BOX, post.uid, theo.uid)
    deliver(to, "june@adair.example.org", "Mine?")
    deliver(to, "voter@example.com", "Hello?", number=2)
    take_in(now=NOW)
    assert outcomes() == ["feed", "feed"]
    assert (Post.objects.count(), Inquiry.objects.count(), Outgoing.objects.count()) == (1, 0, 0)
    assert ledger()["balances"]


def test_an_absence_note_to_a_digest_stays_an_auto_reply(people, post):
    _june, theo = people
    to = reply_address(BOX, post.uid, theo.uid)
    deliver(to, "theo@adair.example.org", "I am away.", Auto_Submitted="auto-replied")
    take_in(now=NOW)
    assert outcomes() == ["auto_reply"]
    assert Post.objects.count() == 1
