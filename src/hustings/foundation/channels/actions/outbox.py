"""The outbox and what it promises (DESIGN section 4): no doubles, none lost silently, uncertain ones counted.

    waiting -> attempting -> sent | waiting (refused for now, or not reached) | failed | uncertain
    waiting -> cancelled

An attempt is recorded, committed, before DATA. Whoever finds a message `attempting` whose sender is gone marks it
`uncertain`: it may have arrived. It is never sent again by itself.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from hustings.foundation.core import bus, live
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.guard import action
from hustings.foundation.core.locks import holds

from ..announcements import OutgoingSettled
from ..compression import compress, expand
from ..models import WRITTEN, Outgoing, OutgoingState, SendAttempt
from ..smtp import Refused, Smtp, Transport, Unreached
from .caught import Caught

log = logging.getLogger(__name__)
BATCH = 20
MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
# One number of our own for PostgreSQL's advisory locks: a sender holds it, with the row's id, while it attempts.
LOCK_SPACE = 0x4875


def queue_mail(
    *, matter: str, message_id: str, envelope_from: str, envelope_to: str, content: bytes, not_before: datetime
) -> Outgoing:
    """Put one message in the outbox, in the caller's transaction. The same matter twice gives the first row."""
    row, made = Outgoing.objects.get_or_create(
        matter=matter,
        defaults={
            "message_id": message_id,
            "envelope_from": envelope_from,
            "envelope_to": envelope_to,
            "content": compress(content),
            "not_before": not_before,
        },
    )
    if made:
        live.publish("mail-out")
    return row


@action
def cancel(*, outgoing_id: int, now: datetime) -> bool:
    """Stop a message that has not begun to leave. True only then: afterwards it never leaves."""
    _hold([outgoing_id])
    stopped = Outgoing.objects.filter(pk=outgoing_id, state=OutgoingState.WAITING).update(
        state=OutgoingState.CANCELLED, settled_at=now
    )
    if stopped:
        bus.announce(OutgoingSettled(outgoing_id=outgoing_id, state=OutgoingState.CANCELLED))
    return bool(stopped)


@action
def cancel_many(*, outgoing_ids: Sequence[int], now: datetime) -> list[int]:
    """The same for many in one statement; the ids of those that were stopped. Nothing is announced: the caller follows
    them up itself."""
    if not outgoing_ids:
        return []
    _hold(outgoing_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "update channels_outgoing set state = %s, settled_at = %s where id = any(%s) and state = %s returning id",
            [OutgoingState.CANCELLED.value, now, list(outgoing_ids), OutgoingState.WAITING.value],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _hold(outgoing_ids: Sequence[int]) -> None:
    """Until the transaction ends, in whichever state they are: one that a sender is putting back in line at this moment
    is waited for, and then seen to wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from channels_outgoing where id = any(%s) order by id for no key update", [list(outgoing_ids)]
        )


@action
def settle(*, actor_id: int, outgoing_id: int, sent: bool, now: datetime) -> bool:
    """A person's word on an uncertain message: it arrived, or (sent=False) it is to leave again. False when it was
    not uncertain any more; nothing is changed then."""
    rows = Outgoing.objects.filter(pk=outgoing_id, state=OutgoingState.UNCERTAIN)
    state = OutgoingState.SENT if sent else OutgoingState.WAITING
    if sent:
        changed = rows.update(state=state, settled_at=now, settled_by=actor_id)
    else:
        changed = rows.update(state=state, not_before=now, settled_by=actor_id, settled_at=None)
        live.publish("mail-out")
    if changed:
        bus.announce(OutgoingSettled(outgoing_id=outgoing_id, state=state))
    return bool(changed)


def send_due(now: datetime | None = None) -> bool:
    """One turn of a sender: settle what died, then send what is due. True when there may be more at once.

    Must run outside a transaction: each step commits by itself, or the promise would be empty.
    """
    moment = now or read_clock()
    mark_abandoned(moment)
    due = _due(moment)
    if not due:
        return False
    with _line() as line:
        for pk in due:
            _send_one(pk, line, now)
    return len(due) == BATCH


def _due(now: datetime) -> list[int]:
    """The next ones: what people wrote before what is said by itself (acknowledgements, digests), each in its order."""
    waiting = (
        Outgoing.objects.filter(state=OutgoingState.WAITING, not_before__lte=now)
        .order_by("not_before")
        .values_list("pk", flat=True)
    )
    written = list(waiting.filter(matter__startswith=WRITTEN)[:BATCH])
    return written + list(waiting.exclude(matter__startswith=WRITTEN)[: BATCH - len(written)])


def _line() -> Transport:
    """The line that the settings name."""
    url = settings.HUSTINGS_SMTP_URL
    return Caught() if url.startswith("caught:") else Smtp(url)


def mark_abandoned(now: datetime) -> int:
    """Rows left `attempting` by a sender that is gone become uncertain; how many. A living sender holds the row's
    advisory lock, which the database lets go of when its connection ends."""
    marked = 0
    for pk in Outgoing.objects.filter(state=OutgoingState.ATTEMPTING).values_list("pk", flat=True):
        with transaction.atomic():
            if holds(LOCK_SPACE, pk % 2**31):
                marked += _settle_attempt(pk, OutgoingState.UNCERTAIN, "the sender ended during the hand-over", now)
    return marked


def _send_one(pk: int, line: Transport, fixed: datetime | None) -> None:
    """Claim, record the attempt, hand over, settle. The lock is held on this connection all the while."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, pk % 2**31])
        if not cursor.fetchone()[0]:
            return  # another sender has it
    try:
        try:
            line.open()
        except Unreached as problem:
            _put_off(pk, str(problem), fixed or read_clock())
            return
        row = _claim(pk, fixed or read_clock())
        if row is None:
            return  # cancelled, or sent by another meanwhile
        state, words = _hand_over(row, line)
        if state == OutgoingState.WAITING:
            _put_off(pk, words, fixed or read_clock())
        else:
            _settle_attempt(pk, state, words, fixed or read_clock())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCK_SPACE, pk % 2**31])


@action
def _claim(pk: int, now: datetime) -> Outgoing | None:
    changed = Outgoing.objects.filter(pk=pk, state=OutgoingState.WAITING, not_before__lte=now).update(
        state=OutgoingState.ATTEMPTING, attempts=F("attempts") + 1
    )
    if not changed:
        return None
    SendAttempt.objects.create(outgoing_id=pk, started_at=now)
    return Outgoing.objects.get(pk=pk)


def _hand_over(row: Outgoing, line: Transport) -> tuple[str, str]:
    """The state that follows, and the server's words."""
    try:
        words = line.send(row.envelope_from, row.envelope_to, expand(row.content))
    except Refused as refusal:
        lasting = refusal.permanent or row.attempts >= MOST_ATTEMPTS
        return (OutgoingState.FAILED if lasting else OutgoingState.WAITING), str(refusal)
    except Unreached as problem:
        return OutgoingState.WAITING, str(problem)
    except Exception as problem:  # the line dropped after DATA began: nobody knows
        log.warning("hand-over of %s is uncertain: %s", row.message_id, problem)
        return OutgoingState.UNCERTAIN, f"{type(problem).__name__}: {problem}"
    return OutgoingState.SENT, words


@action
def _settle_attempt(pk: int, state: str, words: str, now: datetime) -> int:
    changed = Outgoing.objects.filter(pk=pk, state=OutgoingState.ATTEMPTING).update(
        state=state, last_reply=words[:2000], settled_at=now
    )
    if changed:
        SendAttempt.objects.filter(outgoing_id=pk, ended_at=None).update(
            ended_at=now, outcome=state, reply=words[:2000]
        )
        bus.announce(OutgoingSettled(outgoing_id=pk, state=state))
    return changed


@action
def _put_off(pk: int, words: str, now: datetime) -> None:
    """Back to waiting, each time longer. A server not reached at all does not count towards giving up."""
    row = Outgoing.objects.select_for_update().get(pk=pk)
    if row.state not in (OutgoingState.WAITING, OutgoingState.ATTEMPTING):
        return
    pause = min(FIRST_PAUSE * 2 ** min(row.attempts, 10), LONGEST_PAUSE)
    SendAttempt.objects.filter(outgoing_id=pk, ended_at=None).update(
        ended_at=now, outcome="refused", reply=words[:2000]
    )
    Outgoing.objects.filter(pk=pk).update(state=OutgoingState.WAITING, not_before=now + pause, last_reply=words[:2000])
    if row.state == OutgoingState.ATTEMPTING:
        bus.announce(OutgoingSettled(outgoing_id=pk, state=OutgoingState.WAITING))
