"""What correspondence brings of record types: the message, and which column carries which field. Drafts, replies, what
was set aside and what leaves are read by the levels of the message's fields."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.channels.models import CaughtMail, Delivery, Outgoing
from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_email, mask_name, mask_words
from hustings.foundation.core.records import EMAIL, FILE, LONG_TEXT, Column, Field, RecordType
from hustings.service.campaigns.models import Member

from .models import Acknowledgement, Attachment, Citation, Draft, Message, MessageBody, Reply, Seal, SetAside
from .queries import messages

BODY, FILES = "_body", "_files"  # kept on a message that was read with many others


def _masked_people(value: Any) -> list[list[str]]:
    """Of [[name, address], …]."""
    return [[mask_name(name) if name else "", mask_email(address)] for name, address in value]


def _masked_addresses(value: list[str]) -> list[str]:
    return [mask_email(address) for address in value]


def _bodies(rows: Sequence[Message]) -> None:
    found = messages.bodies_of(rows)
    for row in rows:
        row.__dict__[BODY] = found.get(row.pk)


def _body(of: str) -> Any:
    def read(message: Message) -> str:
        body = message.__dict__[BODY] if BODY in message.__dict__ else messages.body_of(message)
        return getattr(body, of) if body else ""

    return read


def _files(rows: Sequence[Message]) -> None:
    found = messages.attachments_of(rows)
    for row in rows:
        row.__dict__[FILES] = found.get(row.pk, [])


def _attachments(message: Message) -> list[str]:
    kept = message.__dict__.get(FILES)
    return [one.name for one in (messages.attachments_of([message]).get(message.pk, []) if kept is None else kept)]


def register() -> None:
    """Called once, when the app is ready."""
    said = [Column(MessageBody, name, owner="message_id") for name in ("text", "quoted", "signature")]
    said += [Column(Reply, name) for name in ("text", "text_before_release", "sent_back_because")]
    said += [Column(Draft, "text"), Column(Draft, "citations"), Column(Citation, "text"), Column(Seal, "evidence")]
    said.append(Column(Member, "added", owner="message_id"))
    subjects = [Column(MessageBody, "subject", owner="message_id")]
    subjects += [Column(model, "subject") for model in (Reply, SetAside, CaughtMail)]
    senders = [Column(MessageBody, name, owner="message_id") for name in ("from_address", "reply_to")]
    senders += [Column(MessageBody, "from_name", owner="message_id", mask=mask_name)]
    senders += [Column(MessageBody, name, owner="message_id", mask=_masked_people) for name in ("to", "cc")]
    senders += [Column(Reply, "to_address"), Column(SetAside, "from_address"), Column(Acknowledgement, "address")]
    senders += [Column(Delivery, "envelope_from"), Column(Delivery, "envelope_to", mask=_masked_addresses)]
    senders += [Column(CaughtMail, "envelope_to"), Column(Outgoing, "envelope_to")]
    files = (Column(Attachment, "name", owner="message_id"), Column(Draft, "attachments"), Column(Reply, "attachments"))
    records.register(
        RecordType(
            "message",
            _("Letter"),
            _("Letters"),
            model=Message,
            visible_to=messages.visible_to,
            fields=[
                Field(
                    *("sender", _("Sender and recipients")),
                    kind=EMAIL,
                    columns=tuple(senders),
                    mask=mask_email,
                    read=_body("from_address"),
                    fetch=_bodies,
                ),
                Field(
                    *("subject", _("Subject")),
                    columns=tuple(subjects),
                    mask=mask_words,
                    read=_body("subject"),
                    fetch=_bodies,
                ),
                Field(*("text", _("Words")), kind=LONG_TEXT, columns=tuple(said), read=_body("text"), fetch=_bodies),
                Field("attachments", _("Files"), kind=FILE, columns=files, read=_attachments, fetch=_files),
            ],
            title=lambda message: str(message.at.date()),
            url=lambda message: f"/i/{message.inquiry.uid}/",
            person_of=lambda message: message.person_id,
            verbs=("see", "add", "change", "export"),
            rows=("all", "team", "state", "county", "assigned"),
            icon="mail",
        )
    )
