"""What was stored is compared with what others sent: after the transaction that stored it, by one process at a time.

Whoever has stored letters tries to be the one. Where another is, that one goes on until none waits, so that under load
one process compares and knows what it compared before, while the others read and store. A process that dies leaves
them waiting: the next that stores letters takes them, or the worker's next turn.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from hustings.foundation.core.guard import unveiled
from hustings.service.campaigns.actions import comparing, waiting
from hustings.service.campaigns.actions.grouping import group_batch
from hustings.service.campaigns.actions.letters import NewLetter
from hustings.service.campaigns.models import Member
from hustings.service.desk.actions.intake import hold_threads
from hustings.service.incidents.actions.reporting import Found, report_found

from ..engine.incidents import incident_in
from .intake_batch import whole

log = logging.getLogger(__name__)
MOST = 500  # letters in one transaction


def group_waiting(*, now: datetime) -> None:
    """Put all that wait into their mail campaigns, and report the incidents they tell of; or leave them to whoever is
    at it. Outside the transaction that stored them."""
    with unveiled():
        while waiting.some_wait():
            if not whole(lambda: _group_some(now)):
                return


def _group_some(now: datetime) -> bool:
    """False when another is at it."""
    if not comparing.try_lock():
        return False
    rows = waiting.take_out(MOST)
    _group([letter for letter, _told in rows], now)
    _report([(letter, told) for letter, told in rows if told], now)
    return True


def _group(letters: Sequence[NewLetter], now: datetime) -> None:
    """No letter is held up because it could not be compared."""
    try:
        with transaction.atomic():
            group_batch(letters, now=now)
    except DatabaseError:
        raise  # another was there first, or the database was away: they are tried again
    except Exception:
        log.exception("a batch of %s letters was not compared with mail campaigns", len(letters))


def _report(rows: Sequence[tuple[NewLetter, Mapping[str, Any]]], now: datetime) -> None:
    """On the state's voter-protection board at once; but copies of a mail campaign, which are known by now, tell of
    nothing that their writers saw."""
    if not rows:
        return
    copies = _copies([letter.message_id for letter, _told in rows])
    found = [
        Found(letter.inquiry_id, at=letter.at, what=letter.text, state_code=letter.state_code, **told)
        for letter, told in rows
        if letter.message_id not in copies
    ]
    hold_threads([one.inquiry_id for one in found])
    report_found(found, now=now)


def _copies(message_ids: Sequence[int]) -> set[int]:
    """Of these letters, those of a mail campaign to whose text their writers added nothing that needs a person, and
    nothing that happened at the polls. Not the first of each campaign: neighbours may have written it together."""
    plain: dict[int, set[int]] = {}
    for member in Member.objects.filter(message_id__in=message_ids, reason=""):
        if incident_in("", member.added) is None:
            plain.setdefault(member.group_id, set()).add(member.message_id)
    for group_id, copies in plain.items():
        first = min(copies)
        if not Member.objects.filter(group_id=group_id, message_id__lt=first).exists():
            copies.discard(first)
    return set().union(*plain.values())
