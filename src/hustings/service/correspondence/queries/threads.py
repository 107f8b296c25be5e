"""A conversation's letters, replies and what became of them, as items of the desk's thread."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_security_lead
from hustings.foundation.channels.models import Outcome
from hustings.service.answers.rules import may_make
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import ids_of_whole
from hustings.service.desk.registry import ThreadItem

from ..models import Acknowledgement, Attachment, Direction, Message, MessageBody, Reply, ReplyState, SetAside
from ..rules import may_see_raw, may_settle, may_undo
from . import messages

TIMELINE_LETTER = "correspondence.letter"
TIMELINE_REPLY = "correspondence.reply"
MOST_ITEMS = 200  # of each kind; the newest


@dataclass(frozen=True)
class Letter:
    """A letter as the thread shows it."""

    message: Message
    body: MessageBody | None
    paragraphs: list[str]
    signature: list[str]
    quoted: list[str]
    attachments: list[Attachment]
    flags: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        named = (self.body.from_name or self.body.from_address) if self.body else ""
        return self.message.person.name or named or _("Someone")


def items(user: User, inquiry: Inquiry) -> list[ThreadItem]:
    """What this user may read of the inquiry and of those merged into it. Whether they may see the inquiry at all is
    the caller's to have asked; what is sealed is left out here once more."""
    if inquiry.is_sealed and not is_security_lead(user):
        return []
    whole = ids_of_whole(inquiry)
    return [*_letters(user, whole), *_replies(user, whole), *_set_aside(user, whole), *_acknowledged(whole)]


def letters(found: list[Message]) -> list[Letter]:
    """The letters of these messages: two queries for any number."""
    bodies, files = messages.bodies_of(found), messages.attachments_of(found)
    return [_letter(message, bodies.get(message.pk), files.get(message.pk, [])) for message in found]


def _letter(message: Message, body: MessageBody | None, files: list[Attachment]) -> Letter:
    if body is None:
        return Letter(message, None, [_("The words of this letter were erased.")], [], [], [])
    return Letter(
        message=message,
        body=body,
        paragraphs=flowing(body.text),
        signature=flowing(body.signature),
        quoted=flowing(body.quoted),
        attachments=files,
        flags=list(_flags(message, body, files)),
    )


def flowing(text: str) -> list[str]:
    """Paragraphs; lines that were wrapped by a mail program flow again, lines that were meant stay lines."""
    found = []
    for paragraph in re.split(r"\n[ \t]*\n", text.strip("\n")):
        lines = [line.rstrip() for line in paragraph.split("\n") if line.strip()]
        if len(lines) > 1 and all(len(line) >= 50 for line in lines[:-1]) and not lines[0].lstrip().startswith(">"):
            lines = [" ".join(line.strip() for line in lines)]
        if lines:
            found.append("\n".join(lines))
    return found


def _flags(message: Message, body: MessageBody, files: list[Attachment]) -> Iterable[str]:
    if message.same_id_other_content:
        yield _("Another letter came under the same message id with other words. Both are kept.")
    if any(file.name.lower() == "winmail.dat" for file in files):
        yield _("Outlook packed its files into winmail.dat, which is kept as it came.")
    if not (body.text.strip() or files):
        yield _("There are no words in this letter. “Show as sent” may show more.")
    for note in body.notes or []:
        yield str(note)


def _letters(user: User, whole: list[int]) -> list[ThreadItem]:
    rows = Message.objects.filter(inquiry_id__in=whole, direction=Direction.IN)
    found = list(rows.select_related("person", "delivery").order_by("-at", "-id")[:MOST_ITEMS])
    return [
        ThreadItem(
            at=letter.message.at,
            key=f"message:{letter.message.uid}",
            template="correspondence/items/letter.html",
            context={"letter": letter, "may_see_raw": may_see_raw(user)},
            splits=len(found) > 1,
        )
        for letter in letters(found)
    ]


def _replies(user: User, whole: list[int]) -> list[ThreadItem]:
    rows = Reply.objects.filter(inquiry_id__in=whole).exclude(state=ReplyState.UNDONE)
    rows = rows.select_related("author", "released_by", "outgoing", "inquiry", "inquiry__queue")
    found = list(rows.prefetch_related("citations__version__article").order_by("-written_at", "-id")[:MOST_ITEMS])
    return [
        ThreadItem(
            at=reply.written_at,
            key=f"reply:{reply.uid}",
            template="correspondence/items/reply.html",
            context=reply_context(user, reply),
        )
        for reply in found
    ]


def reply_context(user: User, reply: Reply) -> dict[str, Any]:
    """A reply with its state in words and what this user may do about it."""
    tone, words = state_words(reply)
    return {
        "reply": reply,
        "paragraphs": flowing(reply.text),
        "before": flowing(reply.text_before_release),
        "tone": tone,
        "state": words,
        "mine": reply.author_id == user.pk,
        "may_undo": reply.state in (ReplyState.LEAVING, ReplyState.WAITING_RELEASE) and may_undo(user, reply),
        "may_settle": may_settle(user, reply),
        "may_reuse": reply.state == ReplyState.FAILED,
        "may_make_answer": reply.state == ReplyState.SENT and may_make(user),
    }


def state_words(reply: Reply) -> tuple[str, str]:
    """(tone, words) of a reply's state; colour never stands alone."""
    said = reply.outgoing.last_reply if reply.outgoing else ""
    match reply.state:
        case ReplyState.WAITING_RELEASE:
            return "warn", _("Waiting for a lead’s release")
        case ReplyState.SENT_BACK:
            return "late", _("Sent back: %(because)s") % {"because": reply.sent_back_because}
        case ReplyState.LEAVING:
            return "warn", _("Leaving")
        case ReplyState.SENT:
            return "good", _("Sent")
        case ReplyState.UNCERTAIN:
            return "warn", _("Uncertain: nobody knows whether it arrived. It is not sent again by itself.")
        case ReplyState.FAILED:
            return "late", _("Refused by the other side: %(words)s") % {"words": said or _("no reason given")}
    return "", str(reply.get_state_display())


def _set_aside(user: User, whole: list[int]) -> list[ThreadItem]:
    rows = SetAside.objects.filter(inquiry_id__in=whole, restored_at=None).order_by("-at")[:MOST_ITEMS]
    return [
        ThreadItem(
            at=row.at,
            key=f"aside:{row.uid}",
            template="correspondence/items/aside.html",
            context={
                "aside": row,
                "icon": _ICONS.get(Outcome(row.kind), "mail"),
                "words": _aside_words(row),
                "leads": user.leads,
            },
        )
        for row in rows
    ]


_ICONS = {Outcome.BOUNCE: "mail-x", Outcome.AUTO_REPLY: "bot", Outcome.DUPLICATE: "copy"}


def _aside_words(row: SetAside) -> str:
    match row.kind:
        case Outcome.BOUNCE:
            return _("A letter of ours came back")
        case Outcome.AUTO_REPLY:
            return _("A machine of theirs answered")
        case Outcome.DUPLICATE:
            return _("The same letter came once more")
    return str(row.get_kind_display())


def _acknowledged(whole: list[int]) -> list[ThreadItem]:
    deliveries = Message.objects.filter(inquiry_id__in=whole).values("delivery_id")
    rows = Acknowledgement.objects.filter(delivery_id__in=deliveries).order_by("-at")[:MOST_ITEMS]
    return [
        ThreadItem(
            at=row.at,
            key=f"ack:{row.uid}",
            template="correspondence/items/acknowledged.html",
            context={"acknowledgement": row},
        )
        for row in rows
    ]
