"""The letter that is sent: text and HTML, attachments, and the headers that thread it and tell machines what it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from .headers import Address
from .parse import ParsedMessage, normal_id

MOST_REFERENCES = 20
_POLICY = SMTP.clone(max_line_length=78, cte_type="7bit")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s<>\"(),:;@\\\[\]]{1,64}@[^\s<>\"(),:;@\\\[\]]{1,255}\Z")


class UnfitHeader(ValueError):
    """A header value that must not be sent; ``field`` names it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


@dataclass(frozen=True, slots=True)
class File:
    """A file to send along."""

    name: str
    type: str
    content: bytes


def compose(
    *,
    from_: Address,
    to: Sequence[Address],
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    cc: Sequence[Address] = (),
    reply_to: str = "",
    html: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    files: Sequence[File] = (),
    acknowledgement: bool = False,
) -> bytes:
    """The bytes of a letter, CRLF, 7-bit clean, ready for SMTP.

    ``message_id`` must be stable for the matter and person, so that a letter sent again is the same letter.  ``html``
    is made from ``text`` when it is not given.  An acknowledgement says ``Auto-Submitted: auto-replied`` so that no
    machine answers it.  Raises ``UnfitHeader`` naming the field for a line break or a malformed address in any header.
    """
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = _mailbox("From", from_)
    if not to:
        raise UnfitHeader("To", "a letter needs at least one recipient")
    letter["To"] = tuple(_mailbox("To", one) for one in to)
    if cc:
        letter["Cc"] = tuple(_mailbox("Cc", one) for one in cc)
    if reply_to:
        letter["Reply-To"] = _mailbox("Reply-To", Address("", reply_to))
    letter["Subject"] = _clean("Subject", subject)
    if date.tzinfo is None:
        raise UnfitHeader("Date", "the date must know its time zone")
    letter["Date"] = format_datetime(date)
    letter["Message-ID"] = _id("Message-ID", message_id)
    if in_reply_to:
        letter["In-Reply-To"] = _id("In-Reply-To", in_reply_to)
    if chain := _chain(references, in_reply_to):
        letter["References"] = " ".join(chain)
    if acknowledgement:
        letter["Auto-Submitted"] = "auto-replied"
        letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(_lines(text), charset="utf-8", cte="quoted-printable")
    letter.add_alternative(html or text_to_html(text), subtype="html", charset="utf-8", cte="quoted-printable")
    for file in files:
        _attach(letter, file)
    try:
        return letter.as_bytes()
    except (MessageError, ValueError) as error:
        raise UnfitHeader("letter", f"it cannot be written ({error})") from error


def reply_subject(subject: str) -> str:
    """``Re: …``, once, whatever prefixes the letter answered had collected."""
    bare = _PREFIX.sub("", subject, count=10).strip()
    return f"Re: {bare}" if bare else "Re: your letter"


_PREFIX = re.compile(
    r"\A(?:\s*(?:re|aw|sv|vs|antw|rv|ref|res|rif)(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[::]\s*)+", re.IGNORECASE
)


def quote_of(parsed: ParsedMessage, *, most_characters: int = 20_000) -> str:
    """The letter answered as it is quoted below a reply: an attribution line and the text behind ``> ``."""
    who = parsed.from_.name or parsed.from_.address or "you"
    when = parsed.sent_at.strftime("On %d %b %Y at %H:%M UTC, ") if parsed.sent_at else ""
    text = parsed.full_text[:most_characters].strip("\n")
    lines = [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.split("\n")]
    return f"{when}{who} wrote:\n" + "\n".join(lines)


def references_for(parsed: ParsedMessage) -> tuple[str, ...]:
    """The References chain of a reply to ``parsed`` (RFC 5322, 3.6.4), its Message-ID last."""
    chain = parsed.references or (parsed.in_reply_to[:1] if len(parsed.in_reply_to) == 1 else ())
    own = (f"<{normal_id(parsed.message_id)}>",) if normal_id(parsed.message_id) else ()
    return _chain((*chain, *own), "")


def text_to_html(text: str) -> str:
    """Plain text as simple HTML: paragraphs, line breaks, web and mail addresses as links, quotes as quotes."""
    out: list[str] = []
    for block in re.split(r"\n\s*\n", _lines(text).strip("\n")):
        lines = block.split("\n")
        if lines and all(line.startswith(">") for line in lines):
            inner = "<br>\n".join(_linked(line[1:].removeprefix(" ")) for line in lines)
            out.append(f'<blockquote type="cite">{inner}</blockquote>')
        elif block.strip():
            out.append("<p>" + "<br>\n".join(_linked(line) for line in lines) + "</p>")
    return '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n' + "\n".join(out) + "\n</body></html>\n"


_LINK = re.compile(r"\bhttps?://[^\s<>\"']{1,2000}|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def _linked(line: str) -> str:
    out: list[str] = []
    at = 0
    for link in _LINK.finditer(line):
        shown = link[0].rstrip(".,;:!?)")
        target = shown if shown.startswith("http") else f"mailto:{shown}"
        out.append(escape(line[at : link.start()]) + f'<a href="{escape(target)}">{escape(shown)}</a>')
        at = link.start() + len(shown)
    return "".join(out) + escape(line[at:])


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _clean(field: str, value: str) -> str:
    if _CONTROL.search(value):
        raise UnfitHeader(field, "a header cannot hold a line break or a control character")
    return value.encode("utf-8", "replace").decode()


def _mailbox(field: str, one: Address) -> HeaderAddress:
    name, address = _clean(field, one.name), _clean(field, one.address).strip()
    if not _ADDRESS.match(address):
        raise UnfitHeader(field, f"{address[:100]!r} is no mail address")
    local, _, domain = address.rpartition("@")
    try:
        domain = domain.encode("ascii").decode() if domain.isascii() else domain.encode("idna").decode()
        return HeaderAddress(display_name=name, username=local, domain=domain)
    except (MessageError, ValueError, IndexError) as error:
        raise UnfitHeader(field, f"{address[:100]!r} is no mail address ({error})") from error


def _id(field: str, value: str) -> str:
    inner = normal_id(_clean(field, value))
    if not inner or len(inner) > 900 or not inner.isascii():
        raise UnfitHeader(field, f"{value[:100]!r} is no message id")
    return f"<{inner}>"


def _chain(references: Sequence[str], last: str) -> tuple[str, ...]:
    """Ids in order, each once; of a long chain the first and the newest; malformed ones are left out, not sent."""
    ids = [normal_id(one) for one in (*references, last) if one and not _CONTROL.search(one)]
    seen = list(reversed(dict.fromkeys(i for i in reversed(ids) if i and i.isascii() and len(i) < 250)))
    if len(seen) > MOST_REFERENCES:
        seen = seen[:1] + seen[1 - MOST_REFERENCES :]
    return tuple(f"<{one}>" for one in seen)


def _attach(letter: EmailMessage, file: File) -> None:
    maintype, _, subtype = _clean("attachment type", file.type).partition("/")
    if not re.fullmatch(r"[\w.+-]{1,60}", maintype) or not re.fullmatch(r"[\w.+-]{1,100}", subtype):
        maintype, subtype = "application", "octet-stream"
    if maintype in ("multipart", "message"):
        maintype, subtype = "application", "octet-stream"
    name = _clean("attachment name", file.name) or "attachment"
    letter.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=name)
