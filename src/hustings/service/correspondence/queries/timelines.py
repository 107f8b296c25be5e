"""How letters and replies read on a person's timeline, and which reply carried which approved language."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from hustings.constituents.timeline.kinds import RenderedLine
from hustings.constituents.timeline.models import Entry
from hustings.foundation.access.models import User
from hustings.service.answers.models import Article
from hustings.service.answers.registry import Use
from hustings.service.desk.models import Inquiry

from ..models import Citation, Message, MessageBody, Reply, ReplyState
from . import messages, replies
from .threads import state_words

WORDS = 280  # characters of a letter on a timeline
_LEFT = (ReplyState.LEAVING, ReplyState.SENT, ReplyState.UNCERTAIN, ReplyState.FAILED)


def read_letters(user: User, entries: Sequence[Entry]) -> Mapping[UUID, RenderedLine]:
    """Letters of theirs; those this user may not see are left out, as if they were not there."""
    refs = {entry.ref for entry in entries if entry.ref}
    visible = messages.visible_to(user, among=Message.objects.filter(uid__in=refs))
    found = list(visible.select_related("inquiry__merged_into").filter(uid__in=refs))
    bodies = messages.bodies_of(found)
    lines = {}
    for message in found:
        body = bodies.get(message.pk)
        lines[message.uid] = RenderedLine(
            title=(body.subject if body else "") or _("A letter"),
            text=_short(body.text) if body else _("The words of this letter were erased."),
            url=_place(message.inquiry),
            tone="letter",
            icon="file-text" if message.delivery and message.delivery.source == "form" else "mail",
        )
    return lines


def read_replies(user: User, entries: Sequence[Entry]) -> Mapping[UUID, RenderedLine]:
    """Our replies, with what became of them; undone ones never were."""
    refs = {entry.ref for entry in entries if entry.ref}
    visible = replies.visible_to(user, among=Reply.objects.filter(uid__in=refs))
    rows = visible.select_related("inquiry__merged_into").filter(uid__in=refs, state__in=_LEFT)
    return {
        reply.uid: RenderedLine(
            who=_("You") if reply.author_id == user.pk else reply.author.name,
            title=reply.subject,
            text=_short(reply.text),
            url=_place(reply.inquiry),
            aside="" if reply.state == ReplyState.SENT else state_words(reply)[1],
            tone="out",
            icon="reply",
        )
        for reply in rows
    }


def uses_of(user: User, article: Article) -> Iterable[Use]:
    """The newest replies that carried a version of the article; whom they went to only where the user sees them."""
    seen = replies.visible_to(user).filter(state__in=_LEFT)
    rows = Citation.objects.filter(version__article=article, reply__in=seen)
    rows = rows.select_related("version", "reply__author", "reply__inquiry", "reply__inquiry__person")
    return [
        Use(
            version_number=citation.version.number,
            to=citation.reply.inquiry.person.name or citation.reply.to_address,
            at=citation.reply.written_at,
            by=citation.reply.author.name,
            url=_place(citation.reply.inquiry),
        )
        for citation in rows.order_by("-id")[:20]
    ]


def first_texts(inquiry_ids: Sequence[int]) -> dict[int, str]:
    """The text of each inquiry's first letter: what a queue rule is tried on."""
    rows = messages.first_letters(inquiry_ids)
    bodies = messages.bodies_of(rows)
    return {m.inquiry_id: f"{b.subject}\n{b.text}" for m in rows if (b := bodies.get(m.pk)) is not None}


def letter_texts(message_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Subject with text, and the language, of each of these letters that is still there: what models learn from."""
    rows = MessageBody.objects.filter(message_id__in=list(message_ids)).values_list(
        "message_id", "subject", "text", "language"
    )
    return {pk: (f"{subject}\n{text}", language) for pk, subject, text, language in rows if subject or text}


def _place(inquiry: Inquiry) -> str:
    return reverse("desk:inquiry", args=[(inquiry.merged_into or inquiry).uid])


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= WORDS else f"{plain[: WORDS - 1].rsplit(' ', 1)[0]}…"
