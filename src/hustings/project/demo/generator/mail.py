"""Mail as bytes: what each kind of mail program would have sent, without building message objects."""

from __future__ import annotations

import html
import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

HOST = "adair.example.org"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FROM_LINE = re.compile(rb"^(>*From )", re.M)
_AGENTS = {
    "iphone": "X-Mailer: iPhone Mail (24A331)",
    "outlook": "X-Mailer: Microsoft Outlook 16.0",
    "thunderbird": "User-Agent: Mozilla Thunderbird",
    "webmail": "User-Agent: Roundcube Webmail/1.6.9",
}
_WIDTH = {"thunderbird": 72, "webmail": 74, "gmail": 76}


@dataclass(slots=True)
class Attachment:
    name: str
    type: str
    content: bytes


@dataclass(slots=True)
class Envelope:
    """All that one message is made of. ``text`` is the whole plain text; ``headers`` come after the usual ones."""

    sender_name: str
    sender: str
    to: str
    subject: str
    text: str
    message_id: str
    received_at: datetime
    offset: timedelta
    client: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    cc: str = ""
    headers: tuple[str, ...] = ()
    html: str = ""
    charset: str = ""
    attachments: list[Attachment] = field(default_factory=list)


def message_bytes(envelope: Envelope, rng: Random) -> bytes:
    """The message with its headers, lines ended by a bare newline as in an mbox."""
    head = _head(envelope, rng)
    type_lines, body = _body(envelope, rng)
    return ("\n".join((*head, *type_lines)) + "\n\n").encode("ascii") + body


def mbox_entry(raw: bytes, sender: str, received_at: datetime) -> bytes:
    """The message as one entry of an mboxrd file."""
    at = received_at.astimezone(UTC)
    day = f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S} {at.year}"
    if b"From " in raw:
        raw = _FROM_LINE.sub(rb">\1", raw)
    end = b"\n" if raw.endswith(b"\n") else b"\n\n"
    return f"From {sender} {day}\n".encode("ascii") + raw + end


def mail_date(moment: datetime, offset: timedelta) -> str:
    """A date as RFC 5322 has it, in the zone of ``offset``."""
    local = moment + offset
    minutes = int(offset.total_seconds()) // 60
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return (
        f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year} "
        f"{local.hour:02d}:{local.minute:02d}:{local.second:02d} {sign}{minutes // 60:02d}{minutes % 60:02d}"
    )


def header_text(text: str) -> str:
    """A header's words, encoded as RFC 2047 asks when they are not plain ASCII."""
    if text.isascii():
        return text
    words = [text[at : at + 18] for at in range(0, len(text), 18)]
    return "\n ".join(f"=?utf-8?B?{b64encode(word.encode()).decode()}?=" for word in words)


def address_text(name: str, address: str) -> str:
    if not name:
        return address
    if not name.isascii():
        return f"{header_text(name)} <{address}>"
    return f'"{name}" <{address}>' if re.search(r"[^\w '!#-]", name) else f"{name} <{address}>"


def wrapped(text: str, width: int) -> str:
    """Text with its lines broken at ``width``; quoted lines are left alone."""
    out = []
    for line in text.split("\n"):
        if len(line) <= width or line.startswith(">"):
            out.append(line)
            continue
        now = ""
        for word in line.split(" "):
            if now and len(now) + len(word) >= width:
                out.append(now)
                now = word
            else:
                now = f"{now} {word}" if now else word
        out.append(now)
    return "\n".join(out)


def html_of(text: str, client: str) -> str:
    """The HTML part a mail program writes for this text."""
    blocks = []
    for block in text.split("\n\n"):
        inner = html.escape(block, quote=False).replace("\n", "<br>\n")
        if client == "outlook":
            blocks.append(f'<p class="MsoNormal">{inner}</p>\n<p class="MsoNormal">&nbsp;</p>')
        elif client == "gmail":
            blocks.append(f"<div>{inner}</div><div><br></div>")
        else:
            blocks.append(f"<p>{inner}</p>")
    body = "\n".join(blocks)
    if client == "outlook":
        return (
            '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal '
            '{margin:0in;font-size:11.0pt;font-family:"Calibri",sans-serif;} --></style></head>\n'
            f'<body lang="EN-US"><div class="WordSection1">\n{body}\n</div></body></html>\n'
        )
    if client == "gmail":
        return f'<div dir="ltr">{body}</div>\n'
    return f'<html><head><meta charset="utf-8"></head><body dir="auto">{body}</body></html>\n'


def _head(envelope: Envelope, rng: Random) -> list[str]:
    sent = envelope.received_at - timedelta(seconds=1 + int(rng.random() * 40))
    domain = envelope.sender.rpartition("@")[2] or HOST
    trace = f"{rng.getrandbits(48):012X}"
    head = [
        f"Return-Path: <{envelope.sender}>",
        f"Received: from out.{domain} (out.{domain} [192.0.2.{1 + int(rng.random() * 254)}])",
        f"\tby mx{1 + int(rng.random() * 2)}.{HOST} (Postfix) with ESMTPS id {trace[:10]}",
        f"\tfor <{envelope.to}>; {mail_date(envelope.received_at, timedelta())}",
        f"From: {address_text(envelope.sender_name, envelope.sender)}",
        f"To: {envelope.to}",
    ]
    if envelope.cc:
        head.append(f"Cc: {envelope.cc}")
    head.append(f"Subject: {header_text(envelope.subject)}")
    head.append(f"Date: {mail_date(sent, envelope.offset)}")
    head.append(f"Message-ID: {envelope.message_id}")
    if envelope.in_reply_to:
        head.append(f"In-Reply-To: {envelope.in_reply_to}")
        head.append("References: " + "\n ".join(envelope.references))
    if agent := _AGENTS.get(envelope.client):
        head.append(agent)
    head.extend(envelope.headers)
    head.append("MIME-Version: 1.0")
    return head


def _body(envelope: Envelope, rng: Random) -> tuple[list[str], bytes]:
    width = _WIDTH.get(envelope.client)
    text = wrapped(envelope.text, width) if width else envelope.text
    lines, body = _text_part(text + "\n", "plain", envelope, rng)
    if envelope.html:
        other_lines, other = _text_part(envelope.html, "html", envelope, rng)
        lines, body = _multipart("alternative", [(lines, body), (other_lines, other)], rng)
    if envelope.attachments:
        parts = [(lines, body), *(_attached(a) for a in envelope.attachments)]
        lines, body = _multipart("mixed", parts, rng)
    return lines, body


def _text_part(text: str, subtype: str, envelope: Envelope, rng: Random) -> tuple[list[str], bytes]:
    charset = envelope.charset or "utf-8"
    content = text.encode(charset, "replace")
    kind = f"Content-Type: text/{subtype}; charset={charset}"
    if content.isascii() and (subtype == "plain" and not _has_long_line(text)):
        flowed = "; format=flowed" if envelope.client == "thunderbird" and subtype == "plain" else ""
        return [kind + flowed, "Content-Transfer-Encoding: 7bit"], content
    draw = rng.random()
    if envelope.client == "android" and draw < 0.5:
        return [kind, "Content-Transfer-Encoding: base64"], encodebytes(content)
    if envelope.client in ("iphone", "gmail", "outlook") or _has_long_line(text) or draw < 0.4:
        return [kind, "Content-Transfer-Encoding: quoted-printable"], b2a_qp(content)
    return [kind, "Content-Transfer-Encoding: 8bit"], content


def _has_long_line(text: str) -> bool:
    return len(text) > 900 and any(len(line) > 900 for line in text.split("\n"))


def _multipart(subtype: str, parts: list[tuple[list[str], bytes]], rng: Random) -> tuple[list[str], bytes]:
    boundary = f"=_{subtype[:3]}_{rng.getrandbits(64):016x}"
    out = []
    for lines, body in parts:
        out.append(f"--{boundary}\n".encode() + "\n".join(lines).encode() + b"\n\n" + body)
        if not body.endswith(b"\n"):
            out.append(b"\n")
    out.append(f"--{boundary}--\n".encode())
    return [f'Content-Type: multipart/{subtype}; boundary="{boundary}"'], b"".join(out)


def _attached(attachment: Attachment) -> tuple[list[str], bytes]:
    name = attachment.name if attachment.name.isascii() else header_text(attachment.name)
    lines = [
        f'Content-Type: {attachment.type}; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"',
    ]
    if attachment.type == "message/rfc822":
        return [*lines, "Content-Transfer-Encoding: 8bit"], attachment.content
    return [*lines, "Content-Transfer-Encoding: base64"], encodebytes(attachment.content)
