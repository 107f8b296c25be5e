"""The rows of a batch, as the tables of this room want them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from hustings.constituents.people.actions.writers import Writer
from hustings.constituents.timeline.actions import Line
from hustings.constituents.topics.rules import DANGERS, INCIDENT, Reading
from hustings.foundation.core import bulk
from hustings.foundation.core.ids import new_uid
from hustings.service.desk.actions.intake import SNIPPET, IncomingOnInquiry, NewInquiry
from hustings.service.desk.models import Priority
from hustings.service.desk.queries.routing import Router, Routing

from ..models import Direction
from ..queries.threads import TIMELINE_LETTER
from .intake_letter import Letter

MESSAGE = bulk.Table(
    "correspondence_message",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    message_key=bulk.uid,
    content_key=bulk.uid,
    inquiry_id=bulk.bigint,
    person_id=bulk.bigint,
    delivery_id=bulk.bigint,
    direction=bulk.smallint,
    at=bulk.moment,
    same_id_other_content=bulk.boolean,
)
BODY = bulk.Table(
    "correspondence_messagebody",
    message_id=bulk.bigint,
    at=bulk.moment,
    sent_at=bulk.moment,
    message_id_header=bulk.text,
    from_name=bulk.text,
    from_address=bulk.text,
    reply_to=bulk.word,
    to=bulk.json,
    cc=bulk.json,
    subject=bulk.text,
    text=bulk.text,
    quoted=bulk.text,
    signature=bulk.text,
    language=bulk.word,
    has_html=bulk.boolean,
    notes=bulk.json,
)
REFERENCE = bulk.Table("correspondence_reference", id=bulk.bigint, key=bulk.uid, message_id=bulk.bigint)
ATTACHMENT = bulk.Table(
    "correspondence_attachment",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    message_id=bulk.bigint,
    position=bulk.smallint,
    name=bulk.text,
    type=bulk.text,
    size=bulk.integer,
    sha256=bulk.text,
    content_id=bulk.word,
    inline=bulk.boolean,
)
SET_ASIDE = bulk.Table(
    "correspondence_setaside",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    delivery_id=bulk.bigint,
    kind=bulk.word,
    reason=bulk.text,
    message_key=bulk.uid,
    content_key=bulk.uid,
    from_address=bulk.text,
    subject=bulk.text,
    at=bulk.moment,
    inquiry_id=bulk.bigint,
)

_IN, HIGH = Direction.IN.value, Priority.HIGH.value
_NOTHING = Reading()
FIRST = (*DANGERS, INCIDENT)


@dataclass(slots=True)
class Stored:
    """A letter with the ids it is stored under."""

    letter: Letter
    person_id: int
    state_code: str
    same_id: bool
    uid: UUID
    message_id: int = 0
    inquiry_id: int = 0
    vip: str = ""  # the kind of VIP its writer is

    @property
    def delivery_id(self) -> int:
        """Of the delivery, which is kept by now."""
        assert self.letter.arrival.delivery_id is not None
        return self.letter.arrival.delivery_id


def writer_of(letter: Letter, uid: UUID) -> Writer:
    """Who wrote it, with what they say of themselves; the letter is the source, or the form it came by."""
    kind = "form" if letter.channel == "form" else "letter"
    return Writer(
        email=letter.from_address,
        source=f"{kind}:{uid}",
        at=letter.at,
        name=letter.name,
        phone=letter.phone,
        language=letter.language if letter.language_is_sure else "",
        state_code=letter.state_code,
        zip=letter.zip,
        city=letter.city,
        county_fips=letter.county_fips,
        is_child=letter.is_child,
    )


def write_messages(stored: Sequence[Stored], *, now: datetime) -> list[Line]:
    """Messages, bodies, references and attachments by COPY; the lines for the timelines of their writers."""
    bulk.copy(MESSAGE, [_message(row, now) for row in stored])
    bulk.copy(BODY, [_body(row) for row in stored])
    references = [(key, row.message_id) for row in stored for key in row.letter.parents]
    enclosed = [(row, place, one) for row in stored for place, one in enumerate(row.letter.enclosed)]
    reference_ids, enclosed_ids = bulk.take_ids(
        correspondence_reference=len(references), correspondence_attachment=len(enclosed)
    )
    bulk.copy(REFERENCE, [(number, *pair) for number, pair in zip(reference_ids, references, strict=True)])
    bulk.copy(
        ATTACHMENT,
        [
            (
                *(number, new_uid(), now, row.message_id, min(place, 32767), one.name, one.type, one.size, one.sha256),
                *(one.content_id, one.inline),
            )
            for number, (row, place, one) in zip(enclosed_ids, enclosed, strict=True)
        ],
    )
    return [Line(at=row.letter.at, person_id=row.person_id, kind=TIMELINE_LETTER, ref=row.uid) for row in stored]


def _message(row: Stored, now: datetime) -> tuple[object, ...]:
    letter = row.letter
    return (
        *(row.message_id, row.uid, now, letter.message_key, letter.content_key, row.inquiry_id, row.person_id),
        *(letter.arrival.delivery_id, _IN, letter.at, row.same_id),
    )


def _body(row: Stored) -> tuple[object, ...]:
    letter = row.letter
    return (
        *(row.message_id, letter.at, letter.sent_at, letter.header_id, letter.from_name, letter.from_address),
        *(letter.reply_to, letter.to, letter.cc, letter.subject, letter.text, letter.quoted, letter.signature),
        *(letter.language, letter.has_html, letter.notes or None),
    )


def write_set_aside(letters: Sequence[tuple[Letter, int | None]], *, now: datetime) -> None:
    """What is no person's letter, each with the inquiry it speaks of."""
    (ids,) = bulk.take_ids(correspondence_setaside=len(letters))
    bulk.copy(
        SET_ASIDE,
        [
            (
                *(number, new_uid(), now, letter.arrival.delivery_id, letter.outcome, letter.reason),
                *(letter.message_key, letter.content_key, letter.from_address, letter.subject, letter.at, inquiry_id),
            )
            for number, (letter, inquiry_id) in zip(ids, letters, strict=True)
        ],
    )


def routing_of(router: Router, row: Stored) -> Routing:
    """Someone in crisis goes to those who are trained, whatever else the letter says."""
    letter, said = row.letter, reading_of(row.letter)
    if is_crisis(letter):
        return router.crisis
    text = f"{letter.subject}\n{letter.text}"
    found = router.route(letter.mailboxes, text, row.state_code, letter.language, said, row.vip)
    return replace(found, priority=min(found.priority, HIGH)) if goes_first(letter) else found


def reading_of(letter: Letter) -> Reading:
    """What was read of it; nothing where nothing was."""
    return letter.reading or _NOTHING


def nature_of(letter: Letter) -> str:
    """What its writer wants; what the rules take for an incident at the polls is one."""
    said = reading_of(letter)
    return INCIDENT if letter.incident and said.nature not in DANGERS else said.nature


def is_crisis(letter: Letter) -> bool:
    """Someone in crisis, by the rules or by a model that is sure."""
    return bool(letter.crisis) or reading_of(letter).nature == "crisis"


def goes_first(letter: Letter) -> bool:
    """What may be a threat, someone in crisis or an incident at the polls goes before the rest of its queue."""
    said = reading_of(letter)
    return said.nature in FIRST or said.maybe in DANGERS


def new_inquiry(row: Stored, routing: Routing) -> NewInquiry:
    """The inquiry that this letter opens."""
    letter, said = row.letter, reading_of(row.letter)
    return NewInquiry(
        id=row.inquiry_id,
        person_id=row.person_id,
        routing=routing,
        channel=letter.channel,
        opened_at=letter.at,
        due_at=letter.at + timedelta(minutes=routing.minutes),
        message_id=row.message_id,
        subject=letter.subject[:500],
        snippet=snippet_of(letter),
        mailbox=letter.mailboxes[0] if letter.mailboxes else "",
        language=letter.language,
        state_code=row.state_code,
        county_fips=letter.county_fips,
        has_attachment=_has_attachment(letter),
        is_sealed=bool(letter.threat),
        is_crisis=is_crisis(letter),
        topics=said.topics,
        nature=nature_of(letter),
        urgency=said.urgency,
        stance=said.stance,
    )


def incoming(row: Stored, router: Router) -> IncomingOnInquiry:
    """The same letter on an inquiry that is there."""
    letter, said = row.letter, reading_of(row.letter)
    return IncomingOnInquiry(
        inquiry_id=row.inquiry_id,
        message_id=row.message_id,
        at=letter.at,
        snippet=snippet_of(letter),
        has_attachment=_has_attachment(letter),
        crisis=router.crisis if is_crisis(letter) else None,
        goes_first=goes_first(letter),
        topics=said.topics,
        nature=nature_of(letter),
        urgency=said.urgency,
    )


def snippet_of(letter: Letter) -> str:
    """The start of their words on one line."""
    return " ".join(letter.text[: SNIPPET * 4].split())[:SNIPPET]


def _has_attachment(letter: Letter) -> bool:
    return any(not one.inline for one in letter.enclosed)
