"""Bringing in replies of the past, many at once: they are in the threads, on the timeline and in the outbox as sent,
and nothing leaves. For campaigns that come from another tool, and for the sample campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hustings.constituents.timeline.actions import Line, write_lines
from hustings.foundation.access.models import User
from hustings.foundation.channels.actions.history import PastMail, record_past_mail
from hustings.foundation.channels.models import WRITTEN, Mailbox, Outgoing
from hustings.foundation.channels.queries import default_mailbox, reply_secret
from hustings.foundation.core import bulk, partitions
from hustings.foundation.core.guard import action
from hustings.foundation.core.ids import new_uid
from hustings.service.answers.models import ArticleVersion
from hustings.service.desk.actions.history import PastWork, record_past_work
from hustings.service.desk.models import Inquiry

from ..engine import letter, threading_keys
from ..models import Citation, Direction, Message, MessageBody, Reference, Reply, ReplyState
from ..queries import composing
from ..queries.threads import TIMELINE_REPLY
from .intake_rows import BODY


@dataclass(frozen=True)
class PastCitation:
    version: ArticleVersion
    language: str
    state_code: str
    text: str


@dataclass(frozen=True)
class PastReply:
    """An answer that closed its inquiry at `at`. `uid` makes bringing it in twice once."""

    uid: UUID
    inquiry: Inquiry
    author: User
    text: str
    at: datetime
    citations: tuple[PastCitation, ...] = ()


@dataclass(frozen=True)
class _Ready:
    past: PastReply
    answered: MessageBody
    mailbox: Mailbox
    message_id: str
    subject: str
    to_address: str


@action
def record_past_replies(replies: Sequence[PastReply], *, now: datetime) -> int:
    """Write them; how many were new. Those of inquiries without a letter or without an address are left out."""
    known = set(Reply.objects.filter(uid__in=[past.uid for past in replies]).values_list("uid", flat=True))
    ready = _ready([past for past in replies if past.uid not in known])
    if not ready:
        return 0
    outgoing = record_past_mail([_mail(one) for one in ready], words="sent before this system was in use")
    messages = _messages(ready, now)
    rows = Reply.objects.bulk_create(
        _reply(one, sent, message) for one, sent, message in zip(ready, outgoing, messages, strict=True)
    )
    Citation.objects.bulk_create(
        Citation(
            reply=row, version=cited.version, language=cited.language, state_code=cited.state_code, text=cited.text
        )
        for row, one in zip(rows, ready, strict=True)
        for cited in one.past.citations
    )
    write_lines(
        [
            Line(one.past.at, one.past.inquiry.person_id, TIMELINE_REPLY, one.past.uid, one.past.author.pk)
            for one in ready
        ]
    )
    record_past_work([PastWork(one.past.inquiry.pk, one.past.author.pk, one.past.at, answered=True) for one in ready])
    return len(ready)


def _ready(replies: Sequence[PastReply]) -> list[_Ready]:
    newest = {past.inquiry.pk: past.inquiry.last_message_id for past in replies if past.inquiry.last_message_id}
    bodies = {body.message_id: body for body in MessageBody.objects.filter(message_id__in=newest.values())}
    boxes: Mapping[str, Mailbox] = {box.address: box for box in Mailbox.objects.all()}
    default = default_mailbox()
    ready = []
    for past in replies:
        body = bodies.get(newest.get(past.inquiry.pk, 0))
        if body is None or "@" not in body.from_address:
            continue
        box = boxes.get(past.inquiry.mailbox, default)
        message_id = f"<{past.uid}@{box.address.rpartition('@')[2]}>"
        subject = letter.reply_subject(" ".join((body.subject or past.inquiry.subject).split())[:400])
        ready.append(_Ready(past, body, box, message_id, subject, body.from_address.lower()))
    return ready


def _parent(one: _Ready) -> str:
    own = one.answered.message_id_header.strip()
    return own if own.startswith("<") or not own else f"<{own}>"


def _mail(one: _Ready) -> PastMail:
    back = threading_keys.reply_address(one.mailbox.address, one.past.inquiry.uid, reply_secret())
    return PastMail(f"{WRITTEN}{one.past.uid}", one.message_id, back, one.to_address, one.past.at)


def _messages(ready: Sequence[_Ready], now: datetime) -> list[Message]:
    partitions.ensure_around("correspondence_messagebody", [one.past.at for one in ready], now=now)
    rows = Message.objects.bulk_create(
        Message(
            uid=new_uid(),
            message_key=UUID(bytes=threading_keys.id_key(one.message_id)),
            content_key=UUID(bytes=threading_keys.content_key(one.past.uid.bytes)),
            inquiry=one.past.inquiry,
            person_id=one.past.inquiry.person_id,
            direction=Direction.OUT,
            at=one.past.at,
        )
        for one in ready
    )
    pairs = list(zip(rows, ready, strict=True))
    Reference.objects.bulk_create(
        Reference(key=UUID(bytes=threading_keys.id_key(parent)), message=row)
        for row, one in pairs
        if (parent := _parent(one))
    )
    senders = {one.past.author.pk: one.past.author for one in ready}
    names = {pk: composing.sender_name(author) for pk, author in senders.items()}
    bulk.copy(BODY, [_body(row, one, names[one.past.author.pk]) for row, one in pairs])
    return rows


def _body(row: Message, one: _Ready, sender: str) -> tuple[object, ...]:
    to = [[one.past.inquiry.person.name, one.to_address]]
    return (
        *(row.pk, row.at, row.at, one.message_id, sender, one.mailbox.address, ""),
        *(to, [], one.subject, one.past.text, "", "", one.past.inquiry.language, False, None),
    )


def _reply(one: _Ready, sent: Outgoing, message: Message) -> Reply:
    return Reply(
        uid=one.past.uid,
        inquiry=one.past.inquiry,
        author=one.past.author,
        to_address=one.to_address,
        subject=one.subject,
        text=one.past.text,
        mailbox=one.mailbox,
        state=ReplyState.SENT,
        last_message_seen=one.past.inquiry.last_message_id or 0,
        written_at=one.past.at,
        leaves_at=one.past.at,
        outgoing=sent,
        message=message,
    )
