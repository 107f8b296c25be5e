"""Reading letters. A body lies apart, parted by month: it is fetched by id and time, many at once."""

import logging
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_security_lead
from hustings.foundation.channels.models import RawMail
from hustings.foundation.channels.queries import ARCHIVE_LOST, raw_of
from hustings.foundation.core.guard import FieldHidden, may_read, unveiled
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries import inquiries

from ..engine.headers import split_headers
from ..models import Attachment, Direction, Message, MessageBody

log = logging.getLogger(__name__)


def visible_to(user: User, *, among: QuerySet[Any] | None = None) -> QuerySet[Message]:
    """The messages of inquiries this person may see: the only way a view fetches one. `among`: as of `seen_by`."""
    rows = Message.objects.filter(seen_by(user, "inquiry", among=among))
    return rows.select_related("inquiry", "inquiry__queue", "person", "delivery")


def seen_by(user: User, path: str, *, among: QuerySet[Any] | None = None) -> Q:
    """The condition that the inquiry at `path` may be seen. One that was merged away is judged by where it is read
    now; what is sealed, on either side, is the security leads' alone. `among`: the few messages or replies that are
    asked about, of which it is then told by their inquiries alone; without it the database looks through all that the
    user sees."""
    visible = inquiries.visible_to(user)
    if among is not None:
        with unveiled():
            pairs = list(among.values_list("inquiry_id", "inquiry__merged_into_id"))
        visible = visible.filter(pk__in={pk for pair in pairs for pk in pair if pk is not None})
    seen = visible.values("id")
    here = Q(**{f"{path}__merged_into": None, f"{path}__in": seen}) | Q(**{f"{path}__merged_into__in": seen})
    return here if is_security_lead(user) else here & Q(**{f"{path}__is_sealed": False})


def bodies_of(messages: Sequence[Message]) -> dict[int, MessageBody]:
    """The bodies by message id. One that was erased is not there."""
    if not messages:
        return {}
    # By their very times, so that no month is looked at but theirs.
    times = {message.at for message in messages}
    ids = [message.pk for message in messages]
    rows = MessageBody.objects.filter(message_id__in=ids, at__in=times).defer("search")
    return {row.message_id: row for row in rows}


def body_of(message: Message) -> MessageBody | None:
    return bodies_of([message]).get(message.pk)


def newest_letter(inquiry: Inquiry) -> Message | None:
    """The newest message of theirs."""
    rows = Message.objects.filter(inquiry=inquiry, direction=Direction.IN)
    return rows.select_related("delivery", "person").order_by("-at", "-id").first()


def newest_with_body(inquiry: Inquiry) -> tuple[Message, MessageBody] | None:
    """The newest message of theirs that has its words still."""
    letter = newest_letter(inquiry)
    body = body_of(letter) if letter else None
    return (letter, body) if letter and body else None


def newer_letters(inquiry: Inquiry, *, than_id: int) -> list[Message]:
    """Their messages that arrived after the one with this id (ids follow arrival, dates may lie)."""
    rows = Message.objects.filter(inquiry=inquiry, direction=Direction.IN)
    return list(rows.filter(pk__gt=than_id).select_related("person", "delivery").order_by("id"))


def newest_letter_by_arrival(inquiry: Inquiry) -> Message | None:
    """What a reply written now has seen: the last of theirs to arrive, whatever its own date says."""
    rows = Message.objects.filter(inquiry=inquiry, direction=Direction.IN)
    return rows.order_by("-id").first()


def of_inquiry(inquiry: Inquiry, *, limit: int) -> list[Message]:
    """The newest `limit` messages of both directions, oldest first."""
    rows = Message.objects.filter(inquiry=inquiry).select_related("person", "delivery").order_by("-at", "-id")
    return list(rows[:limit])[::-1]


def attachments_of(messages: Sequence[Message]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for row in Attachment.objects.filter(message__in=messages).order_by("message_id", "position"):
        found.setdefault(row.message_id, []).append(row)
    return found


def may_read_whole() -> bool:
    """Whether the current reader may read a letter as it came: words, subject, sender and files are all in it."""
    return may_read("message", "text", "subject", "sender", "attachments")


def raw_bytes(message: Message) -> bytes | None:
    """The letter as it came, byte for byte; None for our own or after an erasure. Raises FieldHidden for a reader who
    may not read all of it."""
    if not may_read_whole():
        raise FieldHidden("message", "text")
    if message.delivery is None:
        return None
    try:
        return raw_of(message.delivery)
    except RawMail.DoesNotExist:
        return None
    except ARCHIVE_LOST:  # `hustings archive --check` names the file
        log.exception("the archived bytes of delivery %s cannot be read", message.delivery_id)
        return None


def headers_of(raw: bytes) -> str:
    """The head of a raw message as text, byte for byte where it is ASCII; at most 64 KB of it."""
    head = raw[:65536]
    for end in (b"\r\n\r\n", b"\n\n"):
        if end in head:
            head = head.split(end, 1)[0]
            break
    return head.decode("utf-8", "replace")


def header_values(raw: bytes, names: Sequence[str]) -> dict[str, str]:
    """The first value of each of these headers (lower case) that the message has, unfolded."""
    values = split_headers(raw[:65536]).values
    return {name: values[name][0] for name in names if values.get(name)}


def first_letters(inquiry_ids: Sequence[int]) -> list[Message]:
    """The first message of theirs in each of these inquiries."""
    rows = Message.objects.filter(inquiry_id__in=inquiry_ids, direction=Direction.IN)
    return list(rows.order_by("inquiry_id", "at", "id").distinct("inquiry_id"))
