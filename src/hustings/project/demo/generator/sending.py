"""From a draft to the message its writer's program sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from .chance import mixed
from .composing import PARAGRAPH, Draft
from .enclosures import any_enclosure, page, picture
from .featured import Featured
from .mail import HOST, Attachment, Envelope, html_of, message_bytes
from .people import Person
from .places import zones

# Parts in a thousand.
_HTML = 170
_ATTACHED = 22
_OTHER_MAILBOX = 110
_ODD_CHARSETS = ("iso-8859-1", "windows-1252")
_ATTACHMENT_LINES = {
    "en": (
        "I've attached it.",
        "See attached.",
        "Picture attached, I hope.",
        "I scanned it, it should be with this.",
        "attached",
        "Attached is what I have.",
    ),
    "es": ("Le adjunto lo que tengo.", "Va adjunto.", "Adjunto la foto."),
}


@dataclass(slots=True)
class Outgoing:
    message_id: str
    draft: Draft
    references: tuple[str, ...]
    received_at: datetime


@dataclass(slots=True)
class Sent:
    raw: bytes
    message_id: str
    mailbox: str
    in_reply_to: str


def send(out: Outgoing, *, person: Person, rng: Random, featured: Featured | None) -> Sent:
    """The bytes of the letter, addressed as this writer would."""
    draft = out.draft
    attachments = _attachments(draft, person, rng, featured)
    text = draft.text
    if attachments and not featured:
        lines = _ATTACHMENT_LINES[person.language]
        text += PARAGRAPH + lines[int(rng.random() * len(lines))]
    if draft.below:
        text += PARAGRAPH + draft.below
    mailbox = _mailbox(draft, person, rng, featured)
    identity = out.message_id
    envelope = Envelope(
        sender_name=_shown_name(person, rng),
        sender=person.address,
        to=f"{mailbox}@{HOST}",
        subject=draft.subject,
        text=text,
        message_id=identity,
        received_at=out.received_at,
        offset=_offset(person.place.timezone, out.received_at.toordinal()),
        client=person.client,
        in_reply_to=out.references[-1] if out.references else "",
        references=out.references,
        html=_html(text, person, rng),
        charset=_charset(text, rng),
        attachments=attachments,
    )
    return Sent(message_bytes(envelope, rng), identity, mailbox, envelope.in_reply_to)


def message_id(person: Person, number: int, seed: int) -> str:
    """The Message-ID of a writer's letter, in the manner of the program; unique by the letter's number."""
    mark = mixed(seed, number, 21)
    domain = person.address.rpartition("@")[2]
    if person.client == "iphone":
        return f"<{mark >> 32:08X}-{mark >> 16 & 0xFFFF:04X}-4{mark & 0xFFF:03X}-A{number:011X}@{domain}>"
    if person.client == "gmail":
        return f"<CA{mark:016x}{number:x}@{domain}>"
    if person.client == "outlook":
        return f"<SA{mark:016X}{number:X}@{domain}>"
    return f"<{mark:x}.{number}@{domain}>"


@lru_cache(maxsize=4096)
def _offset(zone: str, ordinal: int) -> timedelta:
    """The writer's offset from UTC at noon of a day."""
    noon = datetime.fromordinal(ordinal).replace(hour=12, tzinfo=zones()[zone])
    return noon.utcoffset() or timedelta()


def _attachments(draft: Draft, person: Person, rng: Random, featured: Featured | None) -> list[Attachment]:
    if featured:
        return [_named(name, draft, person, rng) for name in featured.attach.split()]
    if rng.random() * 1000 >= _ATTACHED:
        return []
    return [any_enclosure(rng, last=person.last, city=person.place.city)]


def _named(name: str, draft: Draft, person: Person, rng: Random) -> Attachment:
    if name.endswith(".pdf"):
        return page(name, [draft.subject, person.name, f"{person.place.city}, {person.place.state}"])
    return picture(rng, name)


def _mailbox(draft: Draft, person: Person, rng: Random, featured: Featured | None) -> str:
    """Most find the right address; some write to the first one they see."""
    if featured:
        return draft.mailbox
    draw = rng.random() * 1000
    if person.language == "es" and draw < 550:
        return "ayuda"
    return "info" if draw > 1000 - _OTHER_MAILBOX else draft.mailbox


def _shown_name(person: Person, rng: Random) -> str:
    if not person.shows_name:
        return ""
    draw = rng.random()
    if draw < 0.05:
        return person.name.lower()
    if draw < 0.08 and person.language == "en":
        return f"{person.last}, {person.first}"
    return person.name


def _html(text: str, person: Person, rng: Random) -> str:
    draw = rng.random() * 1000
    if person.client in ("gmail", "outlook", "iphone") and draw < _HTML * 2:
        return html_of(text, person.client)
    return html_of(text, person.client) if draw < _HTML / 4 else ""


def _charset(text: str, rng: Random) -> str:
    """Now and then an older program writes in a charset of its own."""
    draw = rng.random()
    if draw > 0.05 or (text.isascii() and draw > 0.01):
        return ""
    charset = _ODD_CHARSETS[int(rng.random() * len(_ODD_CHARSETS))]
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return ""
    return charset
