"""A reply that waits for release, side by side with the letter it answers and the language it cites."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.constituents.people.queries import members
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.ui.words import Fuse, fuse
from hustings.service.answers.models import ArticleState
from hustings.service.desk.models import Inquiry

from ..models import Citation, Message, Reply
from . import composing, messages, replies
from .alike import asked_alike
from .marking import Marked, mark
from .threads import letters


@dataclass(frozen=True)
class Waiting:
    """A line of the list."""

    reply: Reply
    fuse: Fuse
    tone: str
    words: str
    record: dict[str, int]

    @property
    def as_approved(self) -> bool:
        return self.tone == ""


@dataclass(frozen=True)
class Numbered:
    """A citation with the number it carries on the page."""

    number: int
    citation: Citation
    withdrawn: bool


def waiting_list(user: User, *, order: str, now: datetime, limit: int = 100) -> list[Waiting]:
    """What this lead may decide on; `order` is urgent, person or approved (those as approved first)."""
    found = list(replies.waiting_for_release(user).prefetch_related("citations__version__article")[:limit])
    records = {author: replies.record_of(author, today=now) for author in {reply.author for reply in found}}
    lines = [_line(reply, records[reply.author], now) for reply in found]
    if order == "person":
        return sorted(lines, key=lambda line: (line.reply.author.name, line.reply.author_id, line.reply.pk))
    if order == "approved":
        return sorted(lines, key=lambda line: line.tone != "")
    return lines


def _line(reply: Reply, record: dict[str, int], now: datetime) -> Waiting:
    tone, words = in_words(sorted(reply.citations.all(), key=lambda c: c.pk), reply)
    inquiry = reply.inquiry
    timed = may_read("inquiry", "opened_at", "due_at")
    used = fuse(inquiry.opened_at if timed else now, inquiry.due_at if timed else None, now)
    return Waiting(reply, used, tone, words, record)


def is_as_approved(reply: Reply) -> bool:
    """Whether it says what was approved, and nothing that differs from it, now: in truth, whatever of it the reader may
    read."""
    with unveiled():
        return in_words(replies.citations_of(reply), reply)[0] == ""


def in_words(citations: Sequence[Citation], reply: Reply) -> tuple[str, str]:
    """(tone, words): how far the reply is what was approved."""
    if any(c.version.article.state == ArticleState.WITHDRAWN for c in citations):
        return "late", _("Cites what was withdrawn")
    if not citations:
        return "late", _("No approved text used")
    marked = mark(reply.text, [c.text for c in citations])
    if marked.differing:
        return "late", ngettext("%(n)d sentence differs", "%(n)d sentences differ", marked.differing) % {
            "n": marked.differing
        }
    return "", _("As approved, in Spanish") if citations[0].language == "es" else _("As approved")


def side_by_side(user: User, reply: Reply, *, now: datetime) -> dict[str, Any]:
    """What the page of one waiting reply shows."""
    inquiry = reply.inquiry.merged_into or reply.inquiry
    found = [m for m in messages.of_inquiry(inquiry, limit=40) if m.direction == 0][-8:]
    citations = replies.citations_of(reply)
    marked = mark(reply.text, [c.text for c in citations])
    newest, crossing = messages.newest_letter_by_arrival(inquiry), replies.crossed(inquiry, since_id=reply.pk)
    return {
        "reply": reply,
        "inquiry": inquiry,
        "letters": letters(found),
        "newer": [m.pk for m in found if m.pk > reply.last_message_seen],
        "crossing": crossing,
        "marked": marked,
        "numbered": [
            Numbered(n, c, c.version.article.state == ArticleState.WITHDRAWN) for n, c in enumerate(citations, 1)
        ],
        "seen_letter": newest.uid if newest else "",
        "seen_reply": crossing[-1].uid if crossing else reply.uid,
        "record": replies.record_of(reply.author, today=now),
        "mended": marked.mended if _can_be_mended(marked) else "",
        "before": wrote_before(inquiry, newest),
        "checks": checks(inquiry, reply),
        "alike": asked_alike(user, inquiry),
    }


def _can_be_mended(marked: Marked) -> bool:
    return any(sentence.instead for sentence in marked.differs)


def wrote_before(inquiry: Inquiry, newest: Message | None) -> dict[str, Any]:
    """How often this person wrote in other matters, and when last."""
    rows = Message.objects.filter(person_id__in=members(inquiry.person_id), direction=0).exclude(inquiry=inquiry)
    last = rows.order_by("-at").first()
    return {"count": rows.count(), "last": last.at if last else None}


def checks(inquiry: Inquiry, reply: Reply) -> list[tuple[bool, str]]:
    """What a machine can say of the reply: (fine, words)."""
    name = inquiry.person.last_name or inquiry.person.first_name
    greeting = reply.text.strip().split("\n", 1)[0]
    found = []
    if name:
        fits = name.lower() in greeting.lower() or inquiry.person.first_name.lower() in greeting.lower()
        found.append((fits, _("The name matches the letter.") if fits else _("The greeting does not name them.")))
    with unveiled():
        goes = reply.to_address in {r.address for r in composing.recipients(inquiry)}
    found.append((goes, _("The address is theirs.") if goes else _("The address is not one of theirs.")))
    blank = "{{" in reply.text
    found.append((not blank, _("A field is not filled in.") if blank else _("No blank left to fill.")))
    return found
