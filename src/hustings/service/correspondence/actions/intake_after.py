"""What follows from a batch besides its rows: seals, failed addresses, unsubscribes, threads found to be one, mail
campaigns."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, transaction

from hustings.constituents.people.actions.arriving import mark_all_bounced, record_refusals
from hustings.constituents.timeline.actions import gathering
from hustings.constituents.topics.rules import DANGERS
from hustings.foundation.channels.models import Outcome
from hustings.service.campaigns.actions.grouping import NewLetter, group_batch
from hustings.service.campaigns.models import Member
from hustings.service.desk.actions.answering import record_undelivered
from hustings.service.desk.actions.intake import hold_threads
from hustings.service.desk.actions.merging import merge
from hustings.service.desk.models import Inquiry
from hustings.service.desk.rules import Refused
from hustings.service.incidents.actions.reporting import Found, report_found

from ..engine.incidents import incident_in
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
    """The letters as mail campaigns compare them, by message: made before the lock."""
    return {
        row.message_id: NewLetter(
            *(row.message_id, row.inquiry_id, row.person_id, row.letter.at, row.letter.text),
            name=row.letter.name or row.letter.from_name,
            subject=row.letter.subject,
            state_code=row.state_code,
            language=row.letter.language,
            sealed=_in_danger(row.letter),
        )
        for row in stored
    }


def group(letters: Sequence[NewLetter], *, now: datetime) -> None:
    """Letters that share their text with others, into their mail campaigns; late, since it holds a lock. No
    letter is held up because it could not be compared."""
    try:
        with transaction.atomic():
            group_batch(letters, now=now)
    except DatabaseError:
        raise  # another was there first, or the database was away: the whole batch is tried again
    except Exception:
        log.exception("a batch of %s letters was not compared with mail campaigns", len(letters))


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


def report_incidents(stored: Sequence[Stored], *, now: datetime) -> None:
    """On the state's voter-protection board at once; what is sealed as a threat goes to the security leads instead.
    Copies of a mail campaign, which are known by now, tell of nothing that their writers saw."""
    rows = [row for row in stored if row.letter.incident]
    copies = _copies([row.message_id for row in rows])
    found = []
    for row in rows:
        letter, told = row.letter, row.letter.incident
        if told is None or row.message_id in copies:
            continue
        place = {"state_code": row.state_code, "county_fips": letter.county_fips}
        where = {"precinct": told.precinct, "place": told.place}
        found.append(Found(row.inquiry_id, told.kind, letter.at, letter.text, **place, **where))
    report_found(found, now=now)


def _copies(message_ids: Sequence[int]) -> set[int]:
    """Of these letters, those of a mail campaign to whose text their writers added nothing that needs a person, and
    nothing that happened at the polls. Not the first of each campaign: neighbours may have written it together."""
    members = Member.objects.filter(message_id__in=message_ids, reason="") if message_ids else ()
    plain: dict[int, set[int]] = {}
    for member in members:
        if incident_in("", member.added) is None:
            plain.setdefault(member.group_id, set()).add(member.message_id)
    for group_id, copies in plain.items():
        first = min(copies)
        if not Member.objects.filter(group_id=group_id, message_id__lt=first).exists():
            copies.discard(first)
    return set().union(*plain.values())


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
