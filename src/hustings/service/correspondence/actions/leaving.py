"""Putting a reply into the outbox: the message as it leaves, as it threads, and as the timeline tells of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hustings.constituents.timeline.actions import Line, write_lines
from hustings.foundation.access.models import User
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import WRITTEN
from hustings.foundation.channels.queries import reply_secret
from hustings.foundation.core import bulk, live, partitions, storage
from hustings.service.desk.actions import answering
from hustings.service.desk.models import Inquiry

from ..engine import letter, threading_keys
from ..engine.headers import Address, message_ids
from ..models import Attachment, Citation, Direction, Message, MessageBody, Reference, Reply, ReplyState
from ..queries import composing, messages
from ..queries.threads import TIMELINE_REPLY
from ..rules import SendRefused
from .intake_rows import BODY

UNDO_WINDOW = timedelta(seconds=8)


def subject_of(inquiry: Inquiry, body: MessageBody | None) -> str:
    """ "Re: …" once, whatever the newest letter's subject had collected; ours as it is where nobody wrote to us yet."""
    if body is None and inquiry.last_message_id is None:
        return inquiry.subject
    said = (body.subject if body else "") or inquiry.subject
    return letter.reply_subject(" ".join(said.split())[:400])


def put_in_outbox(
    reply: Reply,
    *,
    actor: User,
    answered: tuple[Message, MessageBody] | None,
    is_answer: bool = True,
    of_many: bool = False,
    now: datetime,
) -> None:
    """Make the message of a reply that is leaving and queue it, eight seconds from now. `answered` is the letter it
    threads to. In the caller's transaction: the reply, its message, the outbox row, the timeline's line and the desk's
    answer are there together or not. With `is_answer` False (a correction: it answers nothing new, and is not taken
    back) it leaves at once and the desk's matter stays as it is. `of_many`: it says the same to many."""
    inquiry, domain = reply.inquiry, reply.mailbox.address.rpartition("@")[2]
    message_id = f"<{reply.uid}@{domain}>"
    back = threading_keys.reply_address(reply.mailbox.address, inquiry.uid, reply_secret())
    references = _references(*answered) if answered else _ours_so_far(inquiry)
    try:
        content = letter.compose(
            from_=Address(composing.sender_name(reply.author), reply.mailbox.address),
            to=[Address(inquiry.person.name, reply.to_address)],
            subject=reply.subject,
            text=reply.text,
            message_id=message_id,
            date=now,
            reply_to=back,
            in_reply_to=references[-1] if references else "",
            references=references,
            files=[letter.File(f["name"], f["type"], storage.read(f["sha256"])) for f in reply.attachments],
        )
    except letter.UnfitHeader as unfit:
        raise SendRefused(
            "unfit",
            _("This reply cannot be written as mail (%(why)s). Nothing was sent; your draft is kept.")
            % {"why": str(unfit)},
        ) from unfit
    reply.leaves_at = now + UNDO_WINDOW if is_answer else now
    reply.outgoing = outbox.queue_mail(
        matter=f"{WRITTEN}{reply.uid}",
        message_id=message_id,
        envelope_from=back,
        envelope_to=reply.to_address,
        content=content,
        not_before=reply.leaves_at,
    )
    reply.message = _record_message(reply, message_id, references, now)
    reply.save(update_fields=["leaves_at", "outgoing", "message"])
    write_lines([Line(now, inquiry.person_id, TIMELINE_REPLY, reply.uid, reply.author_id)])
    if is_answer:
        answering.record_answer(inquiry=inquiry, actor=actor, close=reply.close_after, of_many=of_many, now=now)
    live.publish(["desk", f"inquiry:{inquiry.uid}", f"user:{actor.pk}"], kind="answered")


def take_back_answer(reply: Reply, *, actor: User, now: datetime) -> None:
    """Of a reply that did not leave, or will not: its conversation waits as it did."""
    if reply.leaves_at is not None:
        answered_at = reply.leaves_at - UNDO_WINDOW
        answering.take_back_answer(inquiry=reply.inquiry, actor=actor, answered_at=answered_at, now=now)


def forget_message(reply: Reply) -> None:
    """Take the message of a reply that never left away again, with its body and its keys; saves the reply."""
    message, reply.message = reply.message, None
    reply.save(update_fields=["message", "state"])
    if message is not None:
        MessageBody.objects.filter(message_id=message.pk, at=message.at).delete()
        message.delete()


def wait_again(reply: Reply) -> Reply:
    """A released reply that was taken back waits for release once more, as a row of its own: the outbox sends a
    matter at most once, and this one's was cancelled."""
    again = Reply.objects.create(
        inquiry=reply.inquiry,
        author=reply.author,
        to_address=reply.to_address,
        subject=reply.subject,
        text=reply.text,
        text_before_release=reply.text_before_release,
        attachments=reply.attachments,
        mailbox=reply.mailbox,
        state=ReplyState.WAITING_RELEASE,
        close_after=reply.close_after,
        last_message_seen=reply.last_message_seen,
        written_at=reply.written_at,
    )
    Citation.objects.filter(reply=reply).update(reply=again)
    return again


def _references(answered: Message, parent: MessageBody) -> tuple[str, ...]:
    """The chain of ids for a reply to this letter, its own id last: what the letter itself named, then it."""
    if not parent.message_id_header:
        return ()
    raw = messages.raw_bytes(answered)
    named: Sequence[str] = ()
    if raw is not None:
        from_headers = messages.header_values(raw, ("references", "in-reply-to"))
        named = message_ids([from_headers.get("references") or from_headers.get("in-reply-to") or ""])
    own = parent.message_id_header.strip()
    own = own if own.startswith("<") else f"<{own}>"
    return (*[one for one in named if one != own], own)


def _ours_so_far(inquiry: Inquiry) -> tuple[str, ...]:
    """The ids of what we wrote in a conversation that nobody answered yet, the oldest first: one thread in their
    mailbox too."""
    ours = dict(Message.objects.filter(inquiry=inquiry, direction=Direction.OUT).order_by("pk").values_list("pk", "at"))
    bodies = MessageBody.objects.filter(message_id__in=ours, at__in=set(ours.values())).order_by("message_id")
    return tuple(bodies.exclude(message_id_header="").values_list("message_id_header", flat=True))


def _record_message(reply: Reply, message_id: str, references: Sequence[str], now: datetime) -> Message:
    """Our own message, so that their answer threads and a search finds our words."""
    message = Message.objects.create(
        message_key=UUID(bytes=threading_keys.id_key(message_id)),
        content_key=UUID(bytes=threading_keys.content_key(reply.uid.bytes)),
        inquiry=reply.inquiry,
        person=reply.inquiry.person,
        direction=Direction.OUT,
        at=now,
    )
    Reference.objects.bulk_create(
        Reference(key=UUID(bytes=threading_keys.id_key(one)), message=message) for one in dict.fromkeys(references)
    )
    Attachment.objects.bulk_create(
        Attachment(message=message, position=position, **file) for position, file in enumerate(reply.attachments)
    )
    _write_body(reply, message, message_id)
    return message


def _write_body(reply: Reply, message: Message, message_id: str) -> None:
    partitions.ensure_around("correspondence_messagebody", [message.at], now=message.at)
    to = [[reply.inquiry.person.name, reply.to_address]]
    bulk.copy(
        BODY,
        [
            (
                *(message.pk, message.at, message.at, message_id),
                *(composing.sender_name(reply.author), reply.mailbox.address, "", to, [], reply.subject),
                *(reply.text, "", "", reply.inquiry.language, False, None),
            )
        ],
    )
