"""A batch of letters into the database: one transaction, exactly once, whatever another does beside it."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from hustings.constituents.people.actions.writers import find_or_make
from hustings.constituents.people.models import Person
from hustings.constituents.timeline.actions import write_lines
from hustings.foundation.channels.actions import reading
from hustings.foundation.core import bulk, live
from hustings.foundation.core.ids import new_uid
from hustings.service.desk.actions.intake import (
    IncomingOnInquiry,
    NewInquiry,
    Thread,
    add_to_new,
    hold_threads,
    open_inquiries,
    record_incoming,
    swallow_new,
)
from hustings.service.desk.queries.routing import Router, router

from . import intake_after, intake_feed, intake_rows, intake_topics
from .intake_letter import DUPLICATE, QUARANTINED, Letter
from .intake_rows import Stored
from .intake_threads import Places, children_of, find_places, inquiries_by_key

log = logging.getLogger(__name__)
Done = TypeVar("Done")
MOST_ATTEMPTS = 8
THREADS_LOCK = 0x48757374  # held while a batch looks, last of all, for threads that another has just committed
UNIQUE_VIOLATION = "23505"  # another was there first; what it wrote is visible now
# Deadlock and serialization failure: only who gives up the whole transaction lets the other one go on. Going back to a
# savepoint does not: who waits for what was locked since waits for the end of the transaction.
_GIVES_WAY = {"40P01", "40001"}

_MOVE_MESSAGES = """
update correspondence_message t set inquiry_id = u.into_id
from unnest(%s::bigint[], %s::bigint[]) as u (id, into_id) where t.inquiry_id = u.id
"""
_MOVE_SET_ASIDE = """
update correspondence_setaside t set inquiry_id = u.into_id
from unnest(%s::bigint[], %s::bigint[]) as u (id, into_id) where t.inquiry_id = u.id
"""


@dataclass(slots=True)
class _Batch:
    """What is known of a batch while it is written."""

    letters: list[Letter]
    originals: dict[int, int | None] = field(default_factory=dict)  # of a duplicate: the inquiry of the first
    same_id: set[int] = field(default_factory=set)
    stored: dict[int, Stored] = field(default_factory=dict)
    opened: dict[int, NewInquiry] = field(default_factory=dict)  # by the position of the letter that opens
    topics: set[str] = field(default_factory=set)


def take(letters: Sequence[Letter], *, now: datetime) -> Counter[str]:
    """Store the letters and count what became of each, by outcome. One that cannot be stored is found by halving and
    quarantined with the reason; the others are not held up by it. In the caller's transaction (`whole`)."""
    try:
        return _repeated(letters, now=now)
    except (InterfaceError, OperationalError):
        raise  # not the letters failed
    except Exception as error:
        return _halved(letters, error, now=now)


def _halved(letters: Sequence[Letter], error: Exception, *, now: datetime) -> Counter[str]:
    if len(letters) > 1:
        middle = len(letters) // 2
        first = take(letters[:middle], now=now)
        return first + take(letters[middle:], now=now)
    if letters[0].outcome == QUARANTINED:
        raise error
    log.error("delivery %s is quarantined", letters[0].arrival.uid, exc_info=error)
    reason = f"it could not be stored ({type(error).__name__}: {error})"
    return _repeated([letters[0].quarantined(reason)], now=now)


def _repeated(letters: Sequence[Letter], *, now: datetime) -> Counter[str]:
    for attempt in range(MOST_ATTEMPTS):
        try:
            with transaction.atomic():
                return _store(letters, now=now)
        except IntegrityError as error:
            if _state(error) != UNIQUE_VIOLATION or attempt == MOST_ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def whole(work: Callable[[], Done]) -> Done:
    """Do it in a transaction, and once more from its beginning where it was in another's way."""
    for attempt in range(MOST_ATTEMPTS):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if _state(error) not in _GIVES_WAY or attempt == MOST_ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _state(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _store(letters: Sequence[Letter], *, now: datetime) -> Counter[str]:
    batch = _Batch(list(letters))
    _defer_constraints(True)
    _find_duplicates(batch)
    intake_topics.read_letters(batch.letters)
    intake_feed.post_comments(batch.letters, now=now)
    # People first, then threads, by each batch in the same order of keys: none waits for one that waits for it.
    _find_people(batch, now)
    intake_topics.mark_vips(batch.stored.values())
    places = find_places(batch.letters)
    threads = hold_threads(places.inquiry.values())
    rules = router()
    _give_ids(batch, places, threads, rules)
    _write(batch, places, threads, rules, now=now)
    # Checked before the lock, so that what is done under it is little.
    _defer_constraints(False)
    intake_after.acknowledge(_opening(batch), now=now)
    comparable = intake_after.comparable(_opening(batch))
    _join_late(batch, places, rules, now=now)
    intake_after.follow(list(batch.stored.values()), _set_aside(batch, places, threads), places.joins, now=now)
    opening = [row.message_id for row in _opening(batch)]
    compared = [comparable[key] for key in opening if key in comparable]
    intake_after.compare_later(compared, list(batch.stored.values()), now=now)
    live.publish(batch.topics)
    return Counter(letter.outcome for letter in batch.letters)


def _defer_constraints(defer: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set constraints all {'deferred' if defer else 'immediate'}")


def _find_duplicates(batch: _Batch) -> None:
    """The same Message-ID and the same content is a duplicate, also of what was set aside; the same id over other
    content is kept and flagged. `batch.letters` is changed accordingly."""
    known = _known_contents([letter.message_key for letter in batch.letters])
    for position, letter in enumerate(batch.letters):
        contents = known.setdefault(letter.message_key, {})
        mine = letter.arrival.delivery_id if letter.arrival.is_kept else None
        if letter.content_key in contents and (mine is None or contents[letter.content_key][1] != mine):
            batch.letters[position] = letter.duplicate()
            batch.originals[position] = contents[letter.content_key][0]
            continue
        if letter.is_stored and any(is_message for _, _, is_message in contents.values()):
            batch.same_id.add(position)
        contents[letter.content_key] = (None, None, letter.is_stored)


def _known_contents(keys: list[UUID]) -> dict[UUID, dict[UUID, tuple[int | None, int | None, bool]]]:
    """By message key and content key: the inquiry, the delivery, and whether it is a message (else set aside)."""
    known: dict[UUID, dict[UUID, tuple[int | None, int | None, bool]]] = {}
    wanted = bulk.uids(keys)
    rows = bulk.fetch(
        "select message_key, content_key, inquiry_id, delivery_id, true from correspondence_message"
        " where message_key = any(%s) union all"
        " select message_key, content_key, inquiry_id, delivery_id, false from correspondence_setaside"
        " where message_key = any(%s) and kind <> 'duplicate' and restored_at is null",
        *(wanted, wanted),
    )
    for message_key, content_key, inquiry_id, delivery_id, is_message in rows:
        known.setdefault(message_key, {})[content_key] = (inquiry_id, delivery_id, is_message)
    return known


def _find_people(batch: _Batch, now: datetime) -> None:
    wanted = {position: new_uid() for position, letter in enumerate(batch.letters) if letter.is_stored}
    writers = [intake_rows.writer_of(batch.letters[position], uid) for position, uid in wanted.items()]
    people = find_or_make(writers=writers, now=now)
    stateless = {
        person for person, position in zip(people, wanted, strict=True) if not batch.letters[position].state_code
    }
    states = dict(Person.objects.filter(pk__in=stateless).values_list("pk", "state_code")) if stateless else {}
    for person, (position, uid) in zip(people, wanted.items(), strict=True):
        letter = batch.letters[position]
        state = letter.state_code or states.get(person, "")
        batch.stored[position] = Stored(letter, person, state, position in batch.same_id, uid)


def _give_ids(batch: _Batch, places: Places, threads: dict[int, Thread], rules: Router) -> None:
    """Ids are taken now that the threads are held: on one inquiry a later message has the higher id."""
    openers = [position for position in batch.stored if places.opener.get(position) == position]
    inquiries, messages = bulk.take_ids(desk_inquiry=len(openers), correspondence_message=len(batch.stored))
    new = dict(zip(openers, inquiries, strict=True))
    for (position, row), message_id in zip(batch.stored.items(), messages, strict=True):
        row.message_id = message_id
        if position in places.inquiry:
            row.inquiry_id = threads[places.inquiry[position]].id
        else:
            row.inquiry_id = new[places.opener[position]]
    for position in openers:
        row = batch.stored[position]
        batch.opened[position] = intake_rows.new_inquiry(row, intake_rows.routing_of(rules, row))


def _write(batch: _Batch, places: Places, threads: dict[int, Thread], rules: Router, *, now: datetime) -> None:
    new: list[Letter] = []
    kept: dict[int, str] = {}
    for letter in batch.letters:
        if letter.arrival.is_kept and letter.arrival.delivery_id is not None:
            kept[letter.arrival.delivery_id] = letter.outcome
        else:
            new.append(letter)
    reading.keep_many([letter.arrival for letter in new], [letter.outcome for letter in new], now=now)
    reading.set_outcomes(kept)
    joining = _gathered([row for position, row in batch.stored.items() if position not in batch.opened], rules)
    opened = {row.id: row for row in batch.opened.values()}
    for inquiry_id in opened.keys() & joining.keys():
        add_to_new(opened[inquiry_id], joining.pop(inquiry_id))
    batch.topics |= open_inquiries(list(opened.values()), now=now)
    intake_topics.keep([batch.stored[position] for position in batch.opened])
    write_lines(intake_rows.write_messages(list(batch.stored.values()), now=now))
    intake_rows.write_set_aside(_set_aside(batch, places, threads), now=now)
    held = {thread.id: thread for thread in threads.values()}
    batch.topics |= record_incoming([row for rows in joining.values() for row in rows], held, now=now)


def _gathered(stored: Sequence[Stored], rules: Router) -> dict[int, list[IncomingOnInquiry]]:
    found: dict[int, list[IncomingOnInquiry]] = {}
    for row in stored:
        found.setdefault(row.inquiry_id, []).append(intake_rows.incoming(row, rules))
    return found


def _set_aside(batch: _Batch, places: Places, threads: dict[int, Thread]) -> list[tuple[Letter, int | None]]:
    """What is not stored, each with its inquiry: the thread it speaks of, or that of the message it doubles."""
    found = []
    here = {row.letter.keys: row.inquiry_id for row in batch.stored.values()}
    for position, letter in enumerate(batch.letters):
        if letter.is_stored:
            continue
        inquiry_id = batch.originals.get(position) or here.get(letter.keys)
        if letter.outcome != DUPLICATE:
            if position in places.inquiry:
                inquiry_id = threads[places.inquiry[position]].id
            elif (opener := places.opener.get(position)) is not None and opener in batch.opened:
                inquiry_id = batch.opened[opener].id
        found.append((letter, inquiry_id))
    return found


def _opening(batch: _Batch) -> list[Stored]:
    return [batch.stored[position] for position in batch.opened]


def _join_late(batch: _Batch, places: Places, rules: Router, *, now: datetime) -> None:
    """Two readers may hold both ends of one thread, each unseen by the other. Whoever commits second finds the first
    here: a lock lets one look and commit at a time."""
    groups: dict[int, list[Stored]] = {}
    for row in batch.stored.values():
        groups.setdefault(row.inquiry_id, []).append(row)
    new = {row.id for row in batch.opened.values()}
    fresh = [row for inquiry_id in new for row in groups[inquiry_id]]
    if not fresh:
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [THREADS_LOCK])
    above = inquiries_by_key({key for row in fresh for key in row.letter.parents})
    below = children_of({row.letter.message_key for row in fresh})
    moves: dict[int, int] = {}
    for row in fresh:
        found = [above[key] for key in row.letter.parents if key in above]
        found += below.get(row.letter.message_key, [])
        if other := next((inquiry_id for inquiry_id in found if inquiry_id not in new), None):
            moves.setdefault(row.inquiry_id, other)
    if moves:
        _move(batch, groups, moves, rules, now=now)


def _move(
    batch: _Batch, groups: dict[int, list[Stored]], moves: dict[int, int], rules: Router, *, now: datetime
) -> None:
    """Letters of inquiries opened a moment ago, by nobody seen yet, join the threads that were found."""
    threads = hold_threads(moves.values())
    rows = []
    for inquiry_id, other in moves.items():
        for row in groups[inquiry_id]:
            row.inquiry_id = threads[other].id
            rows.append(row)
    pairs = [list(moves), [threads[other].id for other in moves.values()]]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_MESSAGES, pairs)
        cursor.execute(_MOVE_SET_ASIDE, pairs)
    swallow_new(list(moves), now=now)
    intake_topics.forget(list(moves))
    batch.opened = {position: row for position, row in batch.opened.items() if row.id not in moves}
    held = {thread.id: thread for thread in threads.values()}
    batch.topics |= record_incoming([intake_rows.incoming(row, rules) for row in rows], held, now=now)
