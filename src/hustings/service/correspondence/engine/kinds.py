"""What a message is: a person's inquiry, or a machine's auto-reply, a bounce, list mail, junk, or nothing readable.

Losing a voter's question costs more than showing one newsletter, so every kind but ``inquiry`` needs evidence:

* ``X-Auto-Response-Suppress`` alone proves nothing: Outlook and Exchange put it on people's mail;
* an empty return path alone proves nothing: some providers send people's mail so;
* ``List-Unsubscribe`` alone proves nothing: people write through mailing providers; with a bulk ``Precedence``, a
  ``List-Id`` or a campaign's feedback id it is a newsletter;
* a mailbox that is itself a mailing list (a Google group) puts list headers on every letter: name it in ``own_lists``.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from . import bounces, junk
from .bounces import Bounced
from .parse import ParsedMessage

__all__ = ["Bounced", "Kind", "KindName", "kind_of", "suppress_acknowledgement"]

KindName = Literal["inquiry", "auto_reply", "bounce", "list", "junk", "quarantined"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a message is and why; ``bounced`` names the failing addresses of a bounce."""

    kind: KindName
    reason: str
    bounced: tuple[Bounced, ...] = ()


def kind_of(
    parsed: ParsedMessage,
    envelope_from: str | None = None,
    *,
    own_lists: Collection[str] = (),
    trusted_spam_header: str = "",
) -> Kind:
    """What ``parsed`` is.

    ``envelope_from`` is the SMTP sender, ``""`` for the null sender, ``None`` when unknown (then Return-Path is read).
    ``own_lists`` are list addresses or ids of the campaign's own mailboxes.  ``trusted_spam_header`` names the header
    in which our own mail server gives its verdict (``X-Spam-Flag`` or ``X-Spam-Status``); others' verdicts are ignored.
    """
    if parsed.problem:
        return Kind("quarantined", parsed.problem)
    headers = parsed.headers
    null_sender = _is_null(parsed, envelope_from)
    if found := _bounce(parsed, null_sender):
        return found
    if null_sender or not _is_ordinary(parsed):
        of_a_list = "list-id" in headers and parsed.header("auto-submitted").lower().startswith("auto-generated")
        if not of_a_list and (reason := _automatic(parsed, null_sender)):
            return Kind("auto_reply", reason)
        if reason := _list(parsed, own_lists):
            return Kind("list", reason)
    if reason := junk.verdict(parsed, trusted_spam_header):
        return Kind("junk", reason)
    return _INQUIRY


_INQUIRY = Kind("inquiry", "nothing says that a machine sent it")


def suppress_acknowledgement(parsed: ParsedMessage, kind: Kind, envelope_from: str | None = None) -> bool:
    """Whether no acknowledgement may go to the sender: a machine, a list, nobody, or one that asks for none."""
    if kind.kind != "inquiry" or not parsed.from_.address or _is_null(parsed, envelope_from):
        return True
    headers = parsed.headers
    asked = parsed.header("x-auto-response-suppress").lower()
    if any(word in asked for word in ("all", "autoreply", "oof")):
        return True
    if any(name in headers for name in ("list-id", "list-post", "list-unsubscribe", "x-loop", "feedback-id")):
        return True
    if parsed.header("precedence").lower() in ("bulk", "list", "junk", "auto_reply"):
        return True
    sender = (parsed.reply_to[0] if parsed.reply_to else parsed.from_).address
    return (
        bounces.is_mailer(sender)
        or bool(_NO_REPLY.match(sender))
        or ("auto-submitted" in headers and _automatic(parsed, False) != "")
    )


_NO_REPLY = re.compile(
    r"(?:do-?not-?reply|no-?reply|no-?responder|bounces?[+-]|notifications?@|owner-|.{1,60}-(?:request|bounces?"
    r"|owner)@)",
    re.IGNORECASE,
)


def _is_null(parsed: ParsedMessage, envelope_from: str | None) -> bool:
    if envelope_from is not None:
        return envelope_from.strip() in ("", "<>")
    return parsed.header("return-path") == "<>"


# ------------------------------------------------------------------------------------------------------- bounces


def _bounce(parsed: ParsedMessage, null_sender: bool) -> Kind | None:
    evidence = bounces.evidence(parsed, null_sender)
    if not evidence:
        return None
    on_a_list = "list-id" in parsed.headers or "list-post" in parsed.headers
    if evidence == bounces.READS_SO and on_a_list and not bounces.SAYS_SO.match(parsed.subject):
        return None
    bounced = bounces.failing(parsed)
    if bounced:
        gone = sum(one.permanent for one in bounced)
        what = f"{gone} gone for good" if gone else "delayed, not gone"
        return Kind("bounce", f"{evidence}; {len(bounced)} addresses, {what}", bounced)
    return Kind("bounce", f"{evidence}; it names no address") if evidence in bounces.SURE else None


# -------------------------------------------------------------------------------------------------- auto-replies

_MACHINE_HEADERS = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply", "x-auto-reply-from",
    "x-fc-machinegenerated", "x-autogenerated", "x-autoreplied",
)  # fmt: skip
_AWAY_SUBJECT = re.compile(
    r"\s*(?:auto(?:matic|mated|matisch|mática|matica|matique)?[ -]?(?:reply|response|antwort|réponse|respuesta"
    r"|risposta|svar)?\s*:"
    r"|automatic reply|autom(?:ated|atic) response|auto-?reply|auto-?response|out[ -]of[ -](?:the[ -])?office|ooo\b"
    r"|vacation"
    r"|respuesta autom[aá]tica|fuera de (?:la )?oficina|r[ée]ponse automatique|absen(?:ce|t) du bureau|abwesenheit"
    r"|automatische antwort|resposta autom[aá]tica|risposta automatica|fuori ufficio|automatisch antwoord|afwezig"
    r"|away from (?:my|the) (?:mail|office|desk)|ich bin nicht im b[üu]ro)",
    re.IGNORECASE,
)
_AWAY_TEXT = re.compile(
    r"(?:i am|i'm|i will be|i'll be|we are) (?:currently |now |presently )?(?:out of|away from) (?:the "
    r"|my )?(?:office|desk|e-?mail)"
    r"|on (?:annual |maternity |paternity |medical )?(?:leave|vacation) (?:until|from|through)"
    r"|limited access to (?:my )?e-?mail"
    r"|this is an auto(?:mated|matic) (?:reply|response|message)|estar[ée] fuera de la oficina|me encuentro fuera"
    r"|este es un mensaje autom[aá]tico|je suis (?:actuellement )?absent|ich bin (?:derzeit "
    r"|zur zeit )?nicht im b[üu]ro",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(?:please )?confirm (?:that )?(?:your (?:message|e-?mail)|you sent)|your (?:message"
    r"|e-?mail).{0,80}(?:is (?:being )?held|awaits? (?:your )?confirmation)"
    r"|challenge[/-]response|spam ?arrest|boxtrapper",
    re.IGNORECASE,
)


def _automatic(parsed: ParsedMessage, null_sender: bool) -> str:
    """The evidence that a machine answered, or an empty string."""
    headers = parsed.headers
    submitted = parsed.header("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted says {submitted[:40]}"
    declared = parsed.header("content-type").lower()
    if declared.startswith("multipart/report"):
        if "disposition-notification" in declared:
            return "it is a read receipt"
        if "feedback-report" in declared:
            return "it is a mail provider's complaint report"
    for name in _MACHINE_HEADERS:
        if name in headers and parsed.header(name).lower() not in ("no", "false", "0"):
            return f"it has the header {name}"
    precedence = (parsed.header("precedence") or parsed.header("x-precedence")).lower()
    if precedence in ("auto_reply", "auto-reply", "autoreply"):
        return f"Precedence says {precedence}"
    if (
        "autoresponder" in parsed.header("x-post-messageclass").lower()
        or parsed.header("delivered-to").lower() == "autoresponder"
    ):
        return "it comes from an autoresponder"
    subject = parsed.subject
    if _AWAY_SUBJECT.match(subject):
        if null_sender or precedence in ("bulk", "junk") or "x-auto-response-suppress" in headers:
            return "an absence notice: its subject, and how it was sent"
        if _AWAY_TEXT.search(parsed.full_text[:3000]):
            return "an absence notice: its subject and its text"
    if null_sender and (_CHALLENGE.search(subject) or _AWAY_TEXT.search(parsed.full_text[:1500])):
        return "a machine's answer: no return path, and what it says"
    return ""


# --------------------------------------------------------------------------------------------------------- lists

_LIST_SOFTWARE = (
    "x-beenthere",
    "x-mailman-version",
    "mailing-list",
    "x-mailing-list",
    "list-post",
    "x-ml-name",
    "x-listname",
)
_CAMPAIGN_SOFTWARE = (
    "feedback-id",
    "x-campaign",
    "x-campaignid",
    "x-mc-user",
    "x-mailer-lid",
    "x-csa-complaints",
    "x-mailgun-campaign-id",
)


# Without any of these headers neither a machine's answer nor a list shows itself in how it was sent.
_TELLING = frozenset(
    (
        *_MACHINE_HEADERS, *_LIST_SOFTWARE, *_CAMPAIGN_SOFTWARE, "auto-submitted", "precedence", "x-precedence",
        "x-post-messageclass", "list-id", "list-unsubscribe",
    )
)  # fmt: skip


def _is_ordinary(parsed: ParsedMessage) -> bool:
    """Nothing in its headers is worth a closer look; so it is with most letters."""
    return (
        _TELLING.isdisjoint(parsed.headers)
        and parsed.header("content-type")[:16].lower() != "multipart/report"
        and parsed.header("delivered-to").lower() != "autoresponder"
        and not _AWAY_SUBJECT.match(parsed.subject)
    )


def _list(parsed: ParsedMessage, own_lists: Collection[str]) -> str:
    """The evidence that the message came over a list or in a mailing, or an empty string."""
    headers = parsed.headers
    precedence = parsed.header("precedence").lower()
    bulk = precedence in ("bulk", "list", "junk")
    list_id = parsed.header("list-id")
    if (
        own_lists
        and (list_id or "list-post" in headers)
        and _is_ours(list_id + " " + parsed.header("list-post"), own_lists)
    ):
        return ""
    if list_id and (bulk or "list-post" in headers or "list-unsubscribe" in headers or _software(headers)):
        return f"it came over the list {list_id[:120]}"
    if "list-post" in headers or (bulk and (name := _software(headers))):
        return (
            "it came over a mailing list" if "list-post" in headers else f"it is sent in bulk by list software ({name})"
        )
    if "list-unsubscribe" in headers:
        if bulk:
            return f"it is a newsletter: List-Unsubscribe, and Precedence says {precedence}"
        for name in _CAMPAIGN_SOFTWARE:
            if name in headers:
                return f"it is a newsletter: List-Unsubscribe and {name}"
    return ""


def _software(headers: Collection[str]) -> str:
    return next((name for name in _LIST_SOFTWARE if name in headers), "")


def _is_ours(value: str, own_lists: Collection[str]) -> bool:
    value = value.lower()
    return any(own.lower() in value or own.lower().replace("@", ".") in value for own in own_lists if own)
