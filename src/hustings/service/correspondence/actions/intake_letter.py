"""A letter as intake holds it between its bytes and its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hustings.constituents.topics.rules import Reading
from hustings.foundation.channels.actions.reading import Arrival
from hustings.foundation.channels.models import Outcome

from ..engine.incidents import Incident

STORED = Outcome.STORED.value
DUPLICATE = Outcome.DUPLICATE.value
QUARANTINED = Outcome.QUARANTINED.value


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment whose bytes are in object storage."""

    name: str
    type: str
    size: int
    sha256: str
    content_id: str
    inline: bool


@dataclass(slots=True)
class Letter:
    """What was understood of one arrival. `outcome` is "stored" for a person's letter."""

    arrival: Arrival
    outcome: str
    reason: str
    message_key: UUID
    content_key: UUID
    parents: Sequence[UUID] = ()  # the messages it answers, the nearest first
    signed: UUID | None = None  # the inquiry that a reply address of ours names
    header_id: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    to: Sequence[tuple[str, str]] = ()
    cc: Sequence[tuple[str, str]] = ()
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    quoted: str = ""
    signature: str = ""
    language: str = ""
    language_is_sure: bool = False
    has_html: bool = False
    notes: list[str] = field(default_factory=list)
    enclosed: Sequence[Enclosed] = ()
    mailboxes: Sequence[str] = ()  # of ours, in the order in which it names them
    channel: str = "mail"
    name: str = ""
    phone: str = ""
    state_code: str = ""
    zip: str = ""
    city: str = ""
    county_fips: str = ""
    is_child: bool = False
    threat: str = ""  # the evidence
    crisis: str = ""
    incident: Incident | None = None  # what happened at the polls, by its words
    unsubscribes: str = ""
    bounced: Sequence[tuple[str, bool]] = ()  # address, for good
    may_acknowledge: bool = False
    reading: Reading | None = None  # what it is about
    feed_address: str = ""  # a reply address of a digest that it came to

    @property
    def at(self) -> datetime:
        return self.arrival.received_at

    @property
    def is_stored(self) -> bool:
        return self.outcome == STORED

    @property
    def keys(self) -> tuple[UUID, UUID]:
        return self.message_key, self.content_key

    def quarantined(self, reason: str) -> "Letter":
        """The same, put aside: only its bytes and the reason are kept."""
        return Letter(
            self.arrival,
            QUARANTINED,
            reason[:1000],
            self.message_key,
            self.content_key,
            from_address=self.from_address,
            subject=self.subject,
        )

    def duplicate(self) -> "Letter":
        """The same as one we have."""
        return replace(self, outcome=DUPLICATE, reason="the same message came before")
