"""What follows from a batch besides its rows: seals, failed addresses, unsubscribes, threads found to be one, mail
campaigns."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hustings.constituents.people.actions.arriving import mark_all_bounced, record_refusals
from hustings.constituents.timeline.actions import gathering
from hustings.constituents.topics.rules import DANGERS
from hustings.foundation.channels.models import Outcome
from hustings.service.campaigns.actions import waiting
from hustings.service.campaigns.actions.letters import NewLetter
from hustings.service.desk.actions.answering import record_undelivered
from hustings.service.desk.actions.intake import hold_threads
from hustings.service.desk.actions.merging import merge
from hustings.service.desk.models import Inquiry
from hustings.service.desk.rules import Refused
from hustings.service.incidents.actions.reporting import Found, report_found

from ..models import Direction, Message
from . import acknowledging, sealing
from .intake_letter import Letter
from .intake_rows import Stored

log = logging.getLogger(__name__)
UNSUBSCRIBED_FROM = ("email",)
BOUNCE = Outcome.BOUNCE.value


def acknowledge(stored: Sequence[Stored], *, now: datetime) -> None:
    """Tell those whose letter opened an inquiry that it came."""
    acknowledging.acknowledge([row for row in stored if row.letter.may_acknowledge and not row.letter.threat], now=now)


def comparable(stored: Sequence[Stored]) -> dict[int, NewLetter]:
    """The letters as mail campaigns compare them, by message, without those that are never compared: made before any
    lock is held."""
    letters = (
        NewLetter(
            *(row.message_id, row.inquiry_id, row.person_id, row.letter.at, row.letter.text),
            name=row.letter.name or row.letter.from_name,
            subject=row.letter.subject,
            state_code=row.state_code,
            language=row.letter.language,
            sealed=_in_danger(row.letter),
        )
        for row in stored
    )
    return {letter.message_id: letter for letter in letters if letter.numbers}


def _in_danger(letter: Letter) -> bool:
    """A threat, or someone in crisis: a person answers, and nobody reads of it in a campaign."""
    nature = letter.reading.nature if letter.reading else ""
    return bool(letter.threat or letter.crisis) or nature in DANGERS


def follow(
    stored: Sequence[Stored],
    set_aside: Sequence[tuple[Letter, int | None]],
    joins: Sequence[tuple[int, int]],
    *,
    now: datetime,
) -> None:
    """All of it, in the batch's transaction."""
    _seal([row for row in stored if row.letter.threat], now)
    bounces = [(letter, inquiry_id) for letter, inquiry_id in set_aside if letter.outcome == BOUNCE]
    with gathering():
        _unsubscribe([row for row in stored if row.letter.unsubscribes], now)
        mark_all_bounced([failure for letter, _ in bounces for failure in letter.bounced], now=now)
    for letter, inquiry_id in bounces:
        if inquiry_id is not None and any(for_good for _, for_good in letter.bounced):
            _give_back(letter, inquiry_id, now)
    for goes, stays in dict.fromkeys(joins):
        _join(goes, stays, now)


def _seal(rows: Sequence[Stored], now: datetime) -> None:
    if not rows:
        return
    inquiries = Inquiry.objects.in_bulk([row.inquiry_id for row in rows])
    for row in rows:
        sealing.seal(actor=None, inquiry=inquiries[row.inquiry_id], evidence=row.letter.threat, now=now)


def compare_later(letters: Sequence[NewLetter], stored: Sequence[Stored], *, now: datetime) -> None:
    """Leave these to whoever compares them with others (`intake_grouping`), each with the incident that it tells of: a
    copy of a mail campaign tells of nothing that its writer saw. The incidents of all others are on the board at
    once."""
    told = {row.message_id: _incident(row) for row in stored if row.letter.incident}
    waiting.leave([(letter, told.get(letter.message_id)) for letter in letters])
    wait = {letter.message_id for letter in letters}
    rows = [row for row in stored if row.message_id in told.keys() - wait]
    found = [
        Found(row.inquiry_id, at=row.letter.at, what=row.letter.text, state_code=row.state_code, **told[row.message_id])
        for row in rows
    ]
    report_found(found, now=now)


def _incident(row: Stored) -> dict[str, str]:
    """As `Found` has it, without what every letter has."""
    found = row.letter.incident
    assert found is not None
    return {
        "kind": found.kind,
        "county_fips": row.letter.county_fips,
        "precinct": found.precinct,
        "place": found.place,
    }


def _unsubscribe(rows: Sequence[Stored], now: datetime) -> None:
    """Their wish is kept; what they asked is answered all the same."""
    refusals = [(row.person_id, f"letter:{row.uid}") for row in rows]
    record_refusals(refusals, channels=UNSUBSCRIBED_FROM, now=now)


def _give_back(letter: Letter, inquiry_id: int, now: datetime) -> None:
    """If it was an answer of ours that failed for good, its inquiry comes back."""
    answered = Message.objects.filter(inquiry_id=inquiry_id, direction=Direction.OUT)
    if letter.signed is None:
        answered = answered.filter(message_key__in=list(letter.parents))
    if answered.exists():
        inquiry = Inquiry.objects.get(pk=inquiry_id)
        record_undelivered(inquiry=inquiry, reason=letter.reason, now=now)


def _join(goes: int, stays: int, now: datetime) -> None:
    """A letter that answers one thread is what another one answers: of the same person, they are one."""
    threads = hold_threads([goes, stays])
    if goes not in threads or stays not in threads:
        return
    gone, kept = threads[goes], threads[stays]
    if gone.id == kept.id or gone.person_id != kept.person_id:
        return
    inquiries = Inquiry.objects.in_bulk([gone.id, kept.id])
    try:
        with transaction.atomic():
            merge(actor=None, inquiry=inquiries[gone.id], into=inquiries[kept.id], now=now)
    except Refused as refusal:
        log.info("inquiries %s and %s stay apart: %s", goes, stays, refusal)
