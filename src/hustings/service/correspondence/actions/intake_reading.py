"""From bytes to a letter: the engine's reading, with what only this house knows (its mailboxes, its places)."""

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from hustings.foundation.channels.actions.reading import Arrival
from hustings.foundation.channels.models import Outcome, Source
from hustings.foundation.channels.queries import mailboxes, reply_secret
from hustings.foundation.channels.webform import facts_of
from hustings.foundation.core import storage
from hustings.foundation.geography.queries import place_of_zip, state_code_of

from ..engine import extract, incidents, kinds, language, reply, safety, threading_keys
from ..engine.headers import date_of, split_headers
from ..engine.parse import ParsedMessage, parse
from . import intake_feed
from .intake_letter import QUARANTINED, STORED, Enclosed, Letter

log = logging.getLogger(__name__)
EARLIEST = datetime(1985, 1, 1, tzinfo=UTC)  # a letter dated before mail was common is dated wrongly
_FORM, _LMTP, _FILE = Source.FORM.value, Source.LMTP.value, Source.FILE.value
_BOUNCE = Outcome.BOUNCE.value
NO_ADDRESS = "It names no address to answer to."
_OUTCOME = {"inquiry": STORED, **{value: value for value in Outcome.values if value}}
_SIGNED = re.compile(rb"[^\s<>\"]{1,64}\+r\.[a-z2-7]{30,60}@[A-Za-z0-9.-]{1,255}", re.IGNORECASE)
_RETURNED_ID = re.compile(
    rb"^[> \t]{0,4}(?:message-id|in-reply-to):\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE
)
_MOST_RETURNED = 200_000  # of a bounce is searched for what it brings back


class Reader:
    """Reads arrivals. Made anew when the campaign's mailboxes may have changed."""

    def __init__(self) -> None:
        boxes = mailboxes()
        self._ours = {box.address for box in boxes}
        self._default = [boxes[0].address] if boxes else []
        self._secret = reply_secret()

    def read(self, arrival: Arrival, *, as_letter: bool = False) -> Letter:
        """What it says; quarantined with the reason when it cannot be read. Its files are put in object storage.
        `as_letter`: someone has looked and says that a person wrote it."""
        try:
            return self._letter(arrival, parse(arrival.raw), as_letter=as_letter)
        except Exception as error:
            log.exception("delivery %s could not be read", arrival.uid)
            return self.unread(arrival, f"it could not be read ({type(error).__name__}: {error})")

    def read_filed(self, raw: bytes, *, now: datetime) -> Letter:
        """The same for a letter out of a file: it came when its own headers say, if that is past."""
        arrival = Arrival(_FILE, raw, now)
        try:
            parsed = parse(raw)
            arrival.received_at = filed_at(parsed.headers.get("received", ()), parsed.sent_at, now)
            return self._letter(arrival, parsed)
        except Exception as error:
            log.exception("a letter of a file could not be read")
            return self.unread(arrival, f"it could not be read ({type(error).__name__}: {error})")

    def unread(self, arrival: Arrival, reason: str) -> Letter:
        """A letter that nobody reads: its bytes and the reason."""
        key = UUID(bytes=threading_keys.content_key(sha256(arrival.raw).digest()))
        return Letter(arrival, QUARANTINED, reason[:1000], key, key)

    def _letter(self, arrival: Arrival, parsed: ParsedMessage, *, as_letter: bool = False) -> Letter:
        is_form = arrival.source == _FORM
        envelope_from = arrival.envelope_from if arrival.source == _LMTP else None
        trusted = settings.HUSTINGS_TRUSTED_SPAM_HEADER
        kind = kinds.kind_of(parsed, envelope_from, own_lists=self._ours, trusted_spam_header=trusted)
        sender = parsed.from_.address.strip().lower()
        letter = Letter(
            arrival,
            STORED if (is_form or as_letter) and kind.kind != "quarantined" else _OUTCOME[kind.kind],
            kind.reason,
            UUID(bytes=threading_keys.message_key(parsed)),
            UUID(bytes=threading_keys.content_key(parsed.content_hash)),
            header_id=parsed.message_id,
            from_name=parsed.from_.name,
            from_address=sender if _is_address(sender) else "",
            subject=parsed.subject,
            sent_at=parsed.sent_at,
        )
        if letter.outcome == QUARANTINED:
            return letter
        self._place(letter, parsed)
        if letter.outcome == _BOUNCE:
            self._read_bounce(letter, kind)
        if not letter.is_stored:
            return letter
        if not (is_form or as_letter) and _plain(letter.from_address) in self._ours:
            letter.outcome = Outcome.AUTO_REPLY.value
            letter.reason = f"it was sent from {letter.from_address}, which is ours"
            return letter
        self._read_words(letter, parsed)
        if letter.feed_address and not (is_form or as_letter):
            letter.outcome, letter.reason = Outcome.FEED.value, intake_feed.WAITS
            return letter
        if is_form:
            _read_form(letter)
        elif arrival.source != _FILE:
            letter.may_acknowledge = not kinds.suppress_acknowledgement(parsed, kind, envelope_from)
        return letter

    def _place(self, letter: Letter, parsed: ParsedMessage) -> None:
        """Whom it was sent to, and what it answers."""
        named = [*letter.arrival.envelope_to, *(one.address for one in parsed.to), *(one.address for one in parsed.cc)]
        for header in ("delivered-to", "x-original-to"):
            named += parsed.headers.get(header, ())
        plain = dict.fromkeys(_plain(address) for address in named)
        letter.mailboxes = [address for address in plain if address in self._ours] or self._default
        letter.signed = self._inquiry_of(address for address in named if "+" in address)
        letter.feed_address = intake_feed.address_in(named)
        letter.parents = [UUID(bytes=key) for key in threading_keys.parent_keys(parsed)]

    def _inquiry_of(self, addresses: Iterable[str]) -> UUID | None:
        found = (threading_keys.inquiry_of(address, self._secret) for address in addresses)
        return next((uid for uid in found if uid is not None), None)

    def _read_bounce(self, letter: Letter, kind: kinds.Kind) -> None:
        """Which addresses failed, and which message of ours came back: its id or its reply address is in the report."""
        letter.bounced = [(one.address, one.permanent) for one in kind.bounced]
        returned = letter.arrival.raw[:_MOST_RETURNED]
        ids = [
            UUID(bytes=threading_keys.id_key(one.decode("utf-8", "replace"))) for one in _RETURNED_ID.findall(returned)
        ]
        letter.parents = [key for key in dict.fromkeys([*letter.parents, *ids]) if key != letter.message_key]
        if letter.signed is None:
            letter.signed = self._inquiry_of(one.decode("ascii") for one in _SIGNED.findall(returned))

    def _read_words(self, letter: Letter, parsed: ParsedMessage) -> None:
        split = reply.split_reply(parsed.full_text, parsed.html, sender=parsed.from_.name or parsed.from_.address)
        letter.text, letter.quoted, letter.signature = split.new_words, split.quoted, split.signature
        letter.has_html = bool(parsed.html)
        letter.to = [(one.name, one.address) for one in parsed.to]
        letter.cc = [(one.name, one.address) for one in parsed.cc]
        letter.reply_to = parsed.reply_to[0].address if parsed.reply_to else ""
        letter.notes = list(parsed.notes)
        if not letter.from_address:
            letter.notes.append(NO_ADDRESS)
        code, is_sure = language.language_of(split.new_words or parsed.subject)
        letter.language, letter.language_is_sure = code[:8], is_sure
        letter.enclosed = [
            Enclosed(one.name, one.type, one.size, storage.put(one.content), one.content_id, one.inline)
            for one in parsed.attachments
        ]
        _read_writer(letter, extract.writer_facts(parsed, split.new_words, split.signature))
        _read_need(letter)


def filed_at(received: Sequence[str], sent_at: datetime | None, now: datetime) -> datetime:
    """When a letter out of a file came: the newest Received header's date, else its own; never in the future."""
    for stamp in (date_of(received[0].rpartition(";")[2].strip()) if received else None, sent_at):
        if stamp is not None and EARLIEST <= stamp <= now:
            return stamp
    return now


def filed_at_of(raw: bytes, now: datetime) -> datetime:
    """The same, read from the headers alone."""
    values = split_headers(raw[:100_000]).values
    date = values.get("date")
    return filed_at(values.get("received", ()), date_of(date[0]) if date else None, now)


def _read_writer(letter: Letter, facts: extract.WriterFacts) -> None:
    letter.name = " ".join((facts.name or letter.from_name).split())[:200]
    letter.phone = facts.phones[0] if len(facts.phones) == 1 else ""
    place = place_of_zip(facts.zip) if facts.zip else None
    if place is not None and facts.state in ("", place.state_code):
        letter.zip, letter.city = place.zip, facts.city or place.city
        letter.state_code, letter.county_fips = place.state_code, place.county_fips
    else:
        letter.state_code, letter.city = facts.state, facts.city


def _read_need(letter: Letter) -> None:
    """What cannot wait, and what binds us."""
    needs = safety.needs_of(letter.subject, letter.text, letter.language)
    if needs.threat:
        letter.threat = needs.threat.text
    elif needs.crisis:
        letter.crisis = needs.crisis.text
    if not letter.threat:
        letter.incident = incidents.incident_in(letter.subject, letter.text, year=letter.at.year)
    letter.is_child = needs.child is not None
    if needs.unsubscribe:
        letter.unsubscribes = needs.unsubscribe.text


def _read_form(letter: Letter) -> None:
    """What was typed into the form's own fields is surer than what the text says."""
    facts = facts_of(letter.arrival.raw)
    letter.channel = "form"
    letter.phone = facts.phone or letter.phone
    if letter.from_address.startswith("no-address@"):
        letter.from_address = ""
        letter.notes = [*letter.notes, NO_ADDRESS] if NO_ADDRESS not in letter.notes else letter.notes
    if facts.language:
        letter.language, letter.language_is_sure = facts.language[:8], True
    place = place_of_zip(facts.zip) if facts.zip else None
    if place is not None:
        letter.zip, letter.city = place.zip, place.city
        letter.state_code, letter.county_fips = place.state_code, place.county_fips
    if facts.state_code and (state := state_code_of(facts.state_code)):
        if state != letter.state_code:
            letter.zip = letter.city = letter.county_fips = ""
        letter.state_code = state
    letter.may_acknowledge = bool(letter.from_address)


def _is_address(address: str) -> bool:
    local, at, domain = address.rpartition("@")
    return bool(at and local and domain) and " " not in address and len(address) <= 320


@lru_cache(maxsize=4096)
def _plain(address: str) -> str:
    """In lower case and without what follows a plus."""
    local, at, domain = address.strip().strip("<>").lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
