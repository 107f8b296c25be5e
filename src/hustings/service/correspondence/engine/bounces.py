"""Mail that came back: whether a message is a bounce, and which addresses failed, for good or for now.

``flufl.bounce`` knows the formats; it is asked only where something besides the text says that a machine sent the
message, since a person who quotes a bounce would look the same to it.
"""

import logging
import re
from dataclasses import dataclass
from email import message_from_bytes

from .parse import ParsedMessage
from .stems import Stems

SURE = frozenset({"it is a delivery report", "a mail server says that mail did not arrive"})
READS_SO = "it reads like a bounce"
_REPORT, _SERVER = "it is a delivery report", "a mail server says that mail did not arrive"
_LARGEST = 300_000

_MAILER = re.compile(
    r"(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mdaemon|maildaemon|mail[-_.]?(?:system|subsystem|delivery"
    r"|router|administrator)"
    r"|(?:auto)?bounces?|microsoft.?exchange\w*|devnull|majordomo|smtp32|e?smtp|mmdf|uucp|mx|daemon|noreply-bounce"
    r"|internet[-_.]?mail"
    r"|system.?administrator|ndr)(?:[+=@.\\-]|\Z)",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"mail(?:er)?.{0,3}(?:daemon|delivery|system|subsystem)|postmaster|delivery (?:subsystem|agent|system)"
    r"|system administrator"
    r"|internet mail|mail administrator",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|undelivered|non-?deliver|deliver(?:y|ing) (?:status|fail|problem|error|notif|report|delay)"
    r"|mail delivery|returned (?:mail|e-?mail|message|to sender)"
    r"|failure (?:notice|delivery)|(?:mail|message|e-?mail|delivery)[^\n]{0,30}(?:fail|error|problem|delay|reject"
    r"|return|refus|not deliver|could not|unable)"
    r"|user unknown|unknown (?:user|recipient|address)|(?:warning|nondeliverable|unzustellbar|no entregado"
    r"|no se pudo entregar|devuelto|non remis|échec)"
    r"|address (?:change|no longer)|mailbox (?:full|unavailable)|no longer (?:valid|active|here)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:could not|cannot|can't|couldn't|unable to|was not|failed to)[^\n]{0,40}(?:be )?(?:deliver|sent|send)"
    r"|fatal errors|undeliver|user unknown"
    r"|delivery (?:has )?fail|permanent (?:fatal )?error|no such (?:user|person|account|recipient)"
    r"|recipient[^\n]{0,40}(?:reject|unknown|fail)|mailbox[^\n]{0,30}(?:full|exceed|unavailable)"
    r"|(?:will|message) (?:continue to )?be (?:retried|returned)|still trying|unknown user"
    r"|account[^\n]{0,40}(?:disabled|closed|inactive)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounced:
    """One address that mail did not reach; ``permanent`` is false for a delay."""

    address: str
    permanent: bool


def is_mailer(address: str) -> bool:
    """Whether the address is one that mail servers report from."""
    return bool(_MAILER.match(address.lstrip('"').replace('"', "")))


def evidence(parsed: ParsedMessage, null_sender: bool) -> str:
    """What says that the message is a bounce, or an empty string."""
    declared = parsed.header("content-type").lower()
    report = declared.startswith("multipart/report")
    if report:
        if "delivery-status" in declared or any(a.type == "message/delivery-status" for a in parsed.attachments):
            return _REPORT
        if "feedback-report" in declared or (
            "disposition-notification" in declared and not _names_a_mailer(parsed.from_.name)
        ):
            return ""
    mailer = is_mailer(parsed.from_.address) or _names_a_mailer(parsed.from_.name)
    if any(a.type == "message/delivery-status" for a in parsed.attachments) and (mailer or null_sender):
        return _REPORT
    if not (mailer or null_sender or report):
        return READS_SO if _subject_says_so(parsed.subject) and _machine_like(parsed) else ""
    if _subject_says_so(parsed.subject) or _BODY.search(parsed.full_text[:4000]):
        return _SERVER if mailer else "no return path, and it reads like a bounce"
    return "a mail server sent it" if mailer else ""


# A word of each of the subjects: most letters' subjects hold none.
_SUBJECT_WORDS = Stems(
    bounce=(
        "deliver", "return", "fail", "error", "problem", "delay", "reject", "refus", "could not", "unable", "unknown",
        "warning", "zustellbar", "entrega", "devuelto", "remis", "échec", "address change", "no longer", "mailbox",
    )
)  # fmt: skip


def _subject_says_so(subject: str) -> bool:
    subject = subject[:300]
    return bool(_SUBJECT_WORDS.found(subject.lower())) and _SUBJECT.search(subject) is not None


def _names_a_mailer(name: str) -> bool:
    low = name.lower()
    return any(word in low for word in ("mail", "postmaster", "deliver", "administrator")) and bool(_NAME.search(name))


def _machine_like(parsed: ParsedMessage) -> bool:
    """Enough of a bounce to let the detectors look: an original message inside, or a delivery verdict in the text."""
    text = parsed.full_text[:4000]
    return bool(_BODY.search(text)) and (
        any(a.type in ("message/rfc822", "text/rfc822-headers", "message/delivery-status") for a in parsed.attachments)
        or bool(_ORIGINAL.search(parsed.full_text[:20_000]))
    )


SAYS_SO = re.compile(
    r"\s*(?:re: )?(?:non-?deliver|undeliver|delivery (?:fail|status)|failure notice|returned mail|mail delivery fail)",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[> ]{0,4}Received: |^.{0,20}(?:original message|returned message|message follows|your message|old message)",
    re.IGNORECASE | re.MULTILINE,
)


def failing(parsed: ParsedMessage) -> tuple[Bounced, ...]:
    """The addresses the bounce names; empty when no known format fits.  Never raises."""
    from flufl.bounce import all_failures  # noqa: PLC0415 - heavy; few messages come here

    logging.getLogger("flufl.bounce").disabled = True  # it prints where its detectors trip, which they do on odd mail
    try:
        temporary, permanent = all_failures(message_from_bytes(parsed.raw[:_LARGEST]))
    except Exception:  # a detector that trips over one message must not cost the mailbox
        temporary, permanent = frozenset(), frozenset()
    found = {_shown(address): True for address in permanent}
    for address in temporary:
        found.setdefault(_shown(address), False)
    return tuple(Bounced(address, found[address]) for address in sorted(found) if "@" in address or address)


def _shown(address: bytes | str) -> str:
    text = address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)
    return text.replace("\0", "").strip().strip("<>")
