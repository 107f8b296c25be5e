"""Raw bytes to a ``ParsedMessage``: what a good mail reader would show, and what the rest of the engine needs.

``parse`` never raises.  What cannot be taken apart has ``problem`` set (and is then quarantined by ``kinds``) with
everything that could be understood, at least the headers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from . import mime
from .bodies import Attachment, Bodies, gather
from .charsets import storable
from .headers import (
    LONGEST_SUBJECT,
    Address,
    Block,
    addresses,
    date_of,
    decode_words,
    message_ids,
    split_headers,
)

__all__ = ["Address", "Attachment", "ParsedMessage", "normal_id", "parse"]


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """One message as understood.

    ``headers`` holds every header unfolded but otherwise as sent, values by lower-case name.  ``sent_at`` is aware and
    in UTC.  ``problem`` is empty unless the message must be quarantined.  ``notes`` says what was repaired.
    """

    raw: bytes
    message_id: str
    content_hash: bytes
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: datetime | None
    headers: Mapping[str, list[str]]
    content_type: str
    full_text: str
    html: str
    attachments: tuple[Attachment, ...]
    problem: str = ""
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first value of the header ``name`` (lower case), or an empty string."""
        found = self.headers.get(name)
        return found[0] if found else ""


_NOBODY = Address("", "")
_MARKS_OF_MAIL = frozenset({"subject", "to", "message-id", "date"})
# Written or rewritten on the way, or kept by a mailbox: the same letter over two paths differs only in these.
_TRACE = frozenset(
    [
        "received",
        "return-path",
        "delivered-to",
        "x-original-to",
        "authentication-results",
        "received-spf",
        "dkim-signature",
        "domainkey-signature",
        "arc-seal",
        "arc-message-signature",
        "arc-authentication-results",
        "x-received",
        "envelope-to",
        "x-delivered-to",
        "x-apparently-to",
        "status",
        "x-status",
        "x-uid",
        "x-uidl",
        "x-keywords",
        "x-imapbase",
        "x-mozilla-status",
        "x-mozilla-status2",
        "x-mozilla-keys",
        "content-length",
        "lines",
        "x-gmail-labels",
        "x-gm-thrid",
        "x-google-smtp-source",
        "x-gm-message-state",
        "x-google-dkim-signature",
        "x-virus-scanned",
        "x-originalarrivaltime",
        "old-authentication-results",
        "authentication-results-original",
        "x-pobox-client-id",
        "delivery-date",
        "mailing-list-path",
    ]
)
_TRACE_STARTS = (
    "x-spam",
    "x-envelope",
    "x-ms-exchange-",
    "x-forefront",
    "x-microsoft-antispam",
    "x-dkim",
    "x-dspam",
    "x-barracuda",
)


def parse(raw: bytes) -> ParsedMessage:
    """What ``raw`` says; never raises."""
    try:
        return _parse(raw)
    except Exception as error:
        return _unreadable(raw, f"it could not be read ({type(error).__name__}: {str(error)[:200]})")


def normal_id(message_id: str) -> str:
    """The form of a message id that ids are compared in: without brackets, comments and spaces, the case as sent."""
    start, end = message_id.find("<"), message_id.rfind(">")
    inner = message_id[start + 1 : end] if 0 <= start < end else message_id
    return "".join(inner.split()).strip("<>")


def _parse(raw: bytes) -> ParsedMessage:
    source = _with_line_feeds(raw)
    block = split_headers(source)
    values = block.values
    notes: list[str] = []
    problem = "" if values else "it has no mail headers" if raw.strip() else "it is empty"
    try:
        bodies = gather(mime.part_tree(block, source))
    except (mime.Refused, RecursionError) as refused:
        bodies = Bodies()
        problem = problem or (str(refused) if isinstance(refused, mime.Refused) else "its parts are nested too deeply")
    senders = addresses(values.get("from", ())) or addresses(values.get("sender", ()))
    nothing_said = not bodies.text.strip() and not bodies.attachments and not _MARKS_OF_MAIL & values.keys()
    if not senders and nothing_said and not problem:
        problem = "it has no sender and nothing to read"
    if len(senders) > 1:
        notes.append(f"it names {len(senders)} senders; the first is used")
    subject = values.get("subject")
    date = values.get("date")
    return ParsedMessage(
        raw=raw,
        message_id=_message_id(values.get("message-id") or values.get("message-id:")),
        content_hash=_content_hash(block, source),
        in_reply_to=message_ids(values["in-reply-to"]) if "in-reply-to" in values else (),
        references=message_ids(values["references"]) if "references" in values else (),
        from_=senders[0] if senders else _NOBODY,
        reply_to=addresses(values["reply-to"]) if "reply-to" in values else (),
        to=addresses(values.get("to", ())),
        cc=addresses(values["cc"]) if "cc" in values else (),
        subject=decode_words(subject[0][:LONGEST_SUBJECT]) if subject else "",
        sent_at=date_of(date[0]) if date else None,
        headers=values,
        content_type=bodies.content_type,
        full_text=bodies.text,
        html=bodies.html,
        attachments=tuple(bodies.attachments),
        problem=problem,
        notes=(*notes, *bodies.notes) if notes or bodies.notes else (),
    )


def _with_line_feeds(raw: bytes) -> bytes:
    """``raw`` with ``\\n`` for bare CR where the headers use bare CR."""
    top = raw[:4096]
    if b"\r" in top and top.count(b"\r") > top.count(b"\r\n") and top.count(b"\n") * 10 < top.count(b"\r"):
        return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def _message_id(values: list[str] | None) -> str:
    if not values or not values[0]:
        return ""
    value = values[0][:998].strip()
    found = _ANGLE.search(value)
    return storable(found[0] if found else value)


_ANGLE = re.compile(r"<[^<>]+>")


def _content_hash(block: Block, source: bytes) -> bytes:
    """sha256 over the message without trace headers, folding, line-end style and trailing blank lines."""
    kept = [
        f"{name}:{value}"
        for name, value in block.lines
        if name not in _TRACE and not (name[0] == "x" and name.startswith(_TRACE_STARTS))
    ]
    digest = sha256("\n".join(kept).encode("utf-8", "surrogatepass"))
    body = source[block.body_at :]
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n")
    digest.update(b"\n\n")
    digest.update(body.rstrip())
    return digest.digest()


def _unreadable(raw: bytes, problem: str) -> ParsedMessage:
    empty = ParsedMessage(
        raw, "", sha256(raw).digest(), (), (), _NOBODY, (), (), (), "", None, {}, "", "", "", (), problem
    )
    try:
        values = split_headers(raw[:1_000_000]).values
        senders = addresses(values.get("from", ()))
        return replace(
            empty,
            message_id=_message_id(values.get("message-id")),
            from_=senders[0] if senders else _NOBODY,
            subject=decode_words(values.get("subject", [""])[0][:1000]),
            headers=values,
        )
    except Exception:
        return empty
