"""Letters for tests, and the way in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Delivery, Source
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.models import Message
from hustings.service.desk.models import Inquiry

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
HELP = "help@campaign.example"
WORDS = "Where is my polling place this year? I would like to vote early if I can. Thank you for your time."


def mail(
    message_id: str = "one",
    *,
    sender: str = "Ann Lee <ann@example.org>",
    to: str = HELP,
    subject: str = "A question",
    text: str = WORDS,
    answers: Sequence[str] = (),
    refers: Sequence[str] = (),
    at: datetime = NOW,
    **headers: str,
) -> bytes:
    """A letter's bytes; ids without their brackets and domain; headers with underscores for hyphens."""
    message = EmailMessage(policy=SMTP)
    if sender:
        message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    if message_id:
        message["Message-ID"] = full(message_id)
    if answers:
        message["In-Reply-To"] = " ".join(map(full, answers))
    if refers:
        message["References"] = " ".join(map(full, refers))
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def full(message_id: str) -> str:
    """The id as a header has it."""
    return f"<{message_id}@example.org>"


def deliver(
    *raws: bytes,
    source: str = Source.LMTP,
    to: Sequence[str] = (HELP,),
    sender: str = "ann@example.org",
    now: datetime = NOW,
) -> list[Delivery]:
    """Store them as if they had been delivered, and take them in."""
    rows = [store(source=source, raw=raw, envelope_from=sender, envelope_to=list(to), now=now) for raw in raws]
    while take_in(now=now) is not None:
        pass
    return [Delivery.objects.get(pk=row.pk) for row in rows]


def outcomes(rows: Sequence[Delivery]) -> list[str]:
    return [row.outcome for row in rows]


def message_of(delivery: Delivery) -> Message:
    return Message.objects.select_related("inquiry", "person").get(delivery=delivery)


def inquiry_of(delivery: Delivery) -> Inquiry:
    return message_of(delivery).inquiry
