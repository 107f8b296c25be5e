"""What the composer needs: to whom, from what, with which approved language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from hashlib import blake2b

from django.utils import translation

from hustings.constituents.people.models import Identifier, IdentifierKind
from hustings.constituents.people.queries.standing import identifiers_of, rows_of
from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.foundation.access.models import User
from hustings.foundation.channels.models import Mailbox
from hustings.foundation.channels.queries import default_mailbox, mailbox_for, reply_secret
from hustings.foundation.core.guard import Level, level_of, unveiled
from hustings.foundation.core.guard.attributes import mask_email, mask_words
from hustings.foundation.ui.models import Campaign
from hustings.foundation.ui.queries import campaign
from hustings.service.answers.queries import Suggestion, citable, wording
from hustings.service.answers.rules import Found, replace_fields
from hustings.service.desk.models import Inquiry

from ..models import MessageBody
from . import messages


@dataclass(frozen=True)
class Filled:
    """Approved language with its merge fields filled in; `missing` names those that stayed as they were written."""

    text: str
    missing: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Recipient:
    """`address` as the current reader sees it; `key` names it to us without telling it."""

    key: str
    address: str
    bounces: bool = False  # mail to it comes back for good


def recipients(inquiry: Inquiry, body: MessageBody | None = None) -> list[Recipient]:
    """Where an answer may go: what the newest letter asks for first, then the person's other addresses. Who sees an
    address masked can write to it all the same. `body`: the newest letter's, when the caller has it."""
    of_person, of_letter = level_of("person", "email"), level_of("message", "sender")
    with unveiled():
        body = body or next(iter((messages.newest_with_body(inquiry) or ())[1:]), None)
        written = _of_letter(body)
        found = _addresses(inquiry, body)
    # An address is shown by the level of what names it: the letter, the person's record, or the higher of both.
    levels = {
        address: max(of_letter if address in written else Level.HIDDEN, of_person if known else Level.HIDDEN)
        for address, _bounces, known in found
    }
    return [
        Recipient(_key(inquiry, address), _shown(address, levels[address]), bounces)
        for address, bounces, _known in found
    ]


def _shown(address: str, level: Level) -> str:
    return address if level >= Level.READ else mask_email(address) if level == Level.MASKED else mask_words(address)


def _key(inquiry: Inquiry, address: str) -> str:
    told = f"{inquiry.uid} {address}".encode()
    return blake2b(told, key=reply_secret()[:64], digest_size=12).hexdigest()


def _addresses(inquiry: Inquiry, body: MessageBody | None) -> list[tuple[str, bool, bool]]:
    """(address, it bounces, the person is known by it)."""
    found = [address for address in _of_letter(body) if "@" in address]
    identifiers = identifiers_of(inquiry.person_id)
    known = {one.value: one.bounced_for_good for one in identifiers if one.kind == IdentifierKind.EMAIL}
    strange = [address for address in found if address not in known]  # what comes back is marked wherever it is known
    bounced = Identifier.objects.filter(kind=IdentifierKind.EMAIL, value__in=strange, bounced_for_good=True)
    bouncing = set(bounced.values_list("value", flat=True)) if strange else set()
    for address in known:
        if address not in found:
            found.append(address)
    return [(address, known.get(address, False) or address in bouncing, address in known) for address in found]


def _of_letter(body: MessageBody | None) -> list[str]:
    if body is None:
        return []
    asked = parseaddr(body.reply_to)[1].strip().lower()
    written = body.from_address.strip().lower()
    return list(dict.fromkeys(address for address in (asked, written) if address))


def refuses_contact(inquiry: Inquiry) -> bool:
    """Whether they asked not to be contacted at all: that binds whoever writes, also who may not see it."""
    with unveiled():
        return _refuses(inquiry)


def _refuses(inquiry: Inquiry) -> bool:
    return any(row.do_not_contact for row in rows_of(inquiry.person_id))


def mailbox_of(inquiry: Inquiry) -> Mailbox:
    """The mailbox that the inquiry's letters came to, else the default one."""
    return mailbox_for([inquiry.mailbox] if inquiry.mailbox else []) or default_mailbox()


def sender_name(user: User) -> str:
    """ "June at Adair for America": the first name alone, since volunteers answer from home."""
    return f"{user.first_name} at {campaign().name}"


def merge_values(user: User, inquiry: Inquiry, *, ours: Campaign | None = None) -> dict[str, str]:
    """What merge fields stand for in a reply by this user on this inquiry; empty where it is not known. `ours`: the
    campaign, when the caller has it."""
    person = inquiry.person
    return wording.merge_values(user, person, person.state_code or inquiry.state_code, ours=ours)


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Fill in what is known, or the field's default. What is unknown or empty stays as it is written, never becomes
    a blank."""
    missing: list[str] = []

    def value_of(field: Found) -> str:
        value = " ".join(values.get(field.field, "").split()) or (field.default or "").strip()
        if not value:
            missing.append(field.field)
            return f"{{{{ {field.field} }}}}"
        return value

    return Filled(replace_fields(text, value_of), tuple(dict.fromkeys(missing)))


def insert(text: str, piece: str, caret: int) -> str:
    """The text with the piece as paragraphs of its own at the caret (an offset in characters; past the end: last)."""
    at = max(0, min(caret, len(text)))
    before, after = text[:at].rstrip(), text[at:].lstrip()
    return "\n\n".join(part for part in (before, _not_twice(piece.strip(), text), after) if part)


def _not_twice(piece: str, text: str) -> str:
    """The piece without a greeting that the text has already."""
    greeting, _blank, rest = piece.partition("\n\n")
    there = {part.strip() for part in text.split("\n\n")}
    return (
        rest if rest and len(greeting) <= 80 and greeting.rstrip().endswith((",", ":")) and greeting in there else piece
    )


def suggestions(
    inquiry: Inquiry, *, words: str = "", limit: int = 6, body: MessageBody | None = None
) -> list[Suggestion]:
    """Approved language for this letter, in its language and for its state; by its topics and words, or
    by `words` when the agent searches. `body`: the newest letter's, when the caller has it."""
    about = ""
    if not words.strip():
        body = body or next(iter((messages.newest_with_body(inquiry) or ())[1:]), None)
        about, words = _about(inquiry), f"{inquiry.subject} {body.text[:600] if body else inquiry.snippet}"
    state = inquiry.state_code or inquiry.person.state_code
    return citable(words=words, about=about, language=inquiry.language or "en", state_code=state, limit=limit)


def _about(inquiry: Inquiry) -> str:
    """The names of its topics in its own language: an answer that says them is likelier meant than one that merely
    shares words with the letter."""
    if not inquiry.topics:
        return ""
    with translation.override(inquiry.language or "en"):
        return " ".join(dict.fromkeys(topic_names(inquiry.topics).values()))
