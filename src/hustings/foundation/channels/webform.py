"""A question from the public form, as mail: the same way in as every other letter.

What the form asks for by name travels in headers of our own. They are believed only on deliveries whose source is the
form: anyone can write such headers into mail.
"""

from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, compat32
from email.utils import format_datetime
from uuid import UUID

STATE, ZIP, PHONE, LANGUAGE, ANSWER_BY = (
    "X-Hustings-State",
    "X-Hustings-Zip",
    "X-Hustings-Phone",
    "X-Hustings-Language",
    "X-Hustings-Answer-By",
)


@dataclass(frozen=True)
class Upload:
    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Question:
    """Clean values of the form; `token` is made with the empty form, so that sending it twice is one letter."""

    token: UUID
    text: str
    name: str
    email: str
    phone: str
    state_code: str
    zip: str
    language: str
    answer_by: str  # email, phone
    files: tuple[Upload, ...] = field(default=())


@dataclass(frozen=True)
class FormFacts:
    """What the headers say; empty where nothing was given."""

    state_code: str
    zip: str
    phone: str
    language: str
    answer_by: str


def message_of(question: Question, *, mailbox: str, now: datetime) -> bytes:
    """The letter, ready for `deliveries.store` with origin "form:<token>"."""
    domain = mailbox.rpartition("@")[2]
    message = EmailMessage(policy=SMTP.clone(utf8=True))
    sender = question.email or f"no-address@{domain}"
    message["From"] = Address(_line(question.name), addr_spec=sender)
    message["To"] = mailbox
    message["Subject"] = _subject(question.text)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<form.{question.token}@{domain}>"
    for header, value in (
        (STATE, question.state_code),
        (ZIP, question.zip),
        (PHONE, question.phone),
        (LANGUAGE, question.language),
        (ANSWER_BY, question.answer_by),
    ):
        if value:
            message[header] = _line(value)
    message.set_content(question.text)
    for file in question.files:
        main, _, sub = file.type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=_line(file.name))
    return message.as_bytes()


def facts_of(raw: bytes) -> FormFacts:
    """The facts in a form's letter."""
    headers = BytesHeaderParser(policy=compat32).parsebytes(raw[:16384])
    return FormFacts(*(str(headers.get(name, "")).strip() for name in (STATE, ZIP, PHONE, LANGUAGE, ANSWER_BY)))


def _line(text: str) -> str:
    """One line: a header cannot be smuggled in."""
    return " ".join(text.split())[:200]


def _subject(text: str) -> str:
    first = _line(text)
    return first if len(first) <= 78 else first[:75].rsplit(" ", 1)[0] + "…"
