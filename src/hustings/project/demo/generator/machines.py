"""What is not a person writing: automatic replies, bounces, lists and junk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from .composing import scene_for
from .grammar import Scene, render, words
from .mail import HOST, Envelope, html_of, mail_date, message_bytes
from .people import Person

_FAILURES = (
    ("5.1.1", "550 5.1.1 <{address}>: Recipient address rejected: User unknown", "failed"),
    ("5.2.2", "552 5.2.2 <{address}>: Mailbox is full", "failed"),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "failed"),
    ("5.4.4", "Host or domain name not found for {domain}", "failed"),
    ("4.4.1", "connect to mail.{domain}[192.0.2.9]:25: Connection timed out", "delayed"),
    ("5.7.1", "554 5.7.1 Message refused by the recipient's rules", "failed"),
)


@dataclass(slots=True)
class Made:
    raw: bytes
    sender_name: str
    sender: str
    mailbox: str
    subject: str
    text: str
    message_id: str


def make(kind: str, *, number: int, person: Person, received_at: datetime, rng: Random) -> Made:
    """A message of ``kind``: auto_reply, bounce, list or junk."""
    scene = scene_for(person, sent_at=received_at, rng=rng)
    return _MAKERS[kind](number, person, scene, received_at, rng)


def _auto_reply(number: int, person: Person, scene: Scene, received_at: datetime, rng: Random) -> Made:
    subject, text = _split(scene, f"auto_reply_{person.language}")
    headers = ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "Precedence: bulk")
    chosen = headers[:1] if rng.random() < 0.6 else headers
    envelope = _envelope(number, person.name, person.address, subject, text, received_at, chosen)
    return _made(envelope, "help", rng)


def _bounce(number: int, person: Person, scene: Scene, received_at: datetime, rng: Random) -> Made:
    domain = person.address.rpartition("@")[2]
    status, diagnosis, action = _FAILURES[int(rng.random() * len(_FAILURES))]
    diagnosis = diagnosis.format(address=person.address, domain=domain)
    subject = "Delayed Mail (still being retried)" if action == "delayed" else "Undelivered Mail Returned to Sender"
    text = render(words("machines")[f"bounce_{action}"][0], scene).replace(" // ", "\n\n")
    text = f"{text}\n\n<{person.address}>: {diagnosis}"
    sender = f"MAILER-DAEMON@mail.{domain}"
    boundary = f"{rng.getrandbits(40):X}.{number}/mail.{domain}"
    when = mail_date(received_at, timedelta())
    raw = (
        f"Return-Path: <>\nReceived: by mail.{domain} (Postfix)\n\tid {rng.getrandbits(40):010X}; {when}\n"
        f"From: Mail Delivery System <{sender}>\nTo: help@{HOST}\nSubject: {subject}\nDate: {when}\n"
        f"Message-ID: <{number}.{rng.getrandbits(40):x}@mail.{domain}>\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"\n\n'
        f"--{boundary}\nContent-Type: text/plain; charset=us-ascii\n\n{text}\n\n"
        f"--{boundary}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.{domain}\n"
        f"Arrival-Date: {when}\n\nFinal-Recipient: rfc822; {person.address}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {diagnosis}\n\n"
        f"--{boundary}\nContent-Type: text/rfc822-headers\n\nFrom: Adair for America <help@{HOST}>\n"
        f"To: {person.address}\nSubject: Re: your letter to Adair for America\n\n--{boundary}--\n"
    )
    identity = raw.partition("Message-ID: ")[2].partition("\n")[0]
    return Made(raw.encode(), "Mail Delivery System", sender, "help", subject, text, identity)


def _list(number: int, person: Person, scene: Scene, received_at: datetime, rng: Random) -> Made:
    sources = words("machines")["list_source"]
    name, _, box = scene.pick(sources).partition(" | ")
    subject, text = _split(scene, "list")
    headers = (
        f"List-Id: {name} <{box}.lists.example.org>",
        f"List-Unsubscribe: <mailto:{box}-leave@lists.example.org>",
        "Precedence: list",
    )
    envelope = _envelope(number, name, f"{box}@lists.example.org", subject, text, received_at, headers)
    if rng.random() < 0.5:
        envelope.html = html_of(text, "gmail")
    return _made(envelope, "info", rng)


def _junk(number: int, person: Person, scene: Scene, received_at: datetime, rng: Random) -> Made:
    name, _, box = scene.pick(words("machines")["junk_source"]).partition(" | ")
    subject, text = _split(scene, "junk")
    sender = f"{box}{rng.getrandbits(12)}@bulk{1 + int(rng.random() * 40)}.example.net"
    headers = ("X-Spam-Flag: YES", f"X-Spam-Score: {6 + rng.random() * 12:.1f}") if rng.random() < 0.7 else ()
    envelope = _envelope(number, name, sender, subject, text, received_at, headers)
    if rng.random() < 0.4:
        envelope.html = html_of(text, "webmail")
    return _made(envelope, ("info", "help", "press")[int(rng.random() * 3)], rng)


_MAKERS = {"auto_reply": _auto_reply, "bounce": _bounce, "list": _list, "junk": _junk}


def _split(scene: Scene, section: str) -> tuple[str, str]:
    """A piece is ``subject || text``."""
    subject, _, text = scene.pick(words("machines")[section]).partition(" || ")
    return subject, text.replace(" // ", "\n\n")


def _envelope(
    number: int, name: str, sender: str, subject: str, text: str, received_at: datetime, headers: tuple[str, ...]
) -> Envelope:
    domain = sender.rpartition("@")[2]
    return Envelope(
        sender_name=name,
        sender=sender,
        to=f"help@{HOST}",
        subject=subject,
        text=text,
        message_id=f"<m{number}.{int(received_at.timestamp()):x}@{domain}>",
        received_at=received_at,
        offset=timedelta(hours=-4),
        client="",
        headers=headers,
    )


def _made(envelope: Envelope, mailbox: str, rng: Random) -> Made:
    envelope.to = f"{mailbox}@{HOST}"
    raw = message_bytes(envelope, rng)
    return Made(
        raw, envelope.sender_name, envelope.sender, mailbox, envelope.subject, envelope.text, envelope.message_id
    )
