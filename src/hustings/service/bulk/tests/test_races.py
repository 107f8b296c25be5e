"""Two at once: approvals of replies that overlap, workers on one reply, a stop and a worker. Real locks."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hustings.foundation.channels.models import Outgoing, OutgoingState
from hustings.service.bulk.actions import approving, halting, leaving
from hustings.service.bulk.models import Claim, Copy, CopyState
from hustings.service.bulk.rules import Refused
from hustings.service.correspondence.models import Reply
from hustings.service.correspondence.tests.replying import NOW, article, cast

from .many import MINUTE, WORDS, approved, drafted, writers

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """All of them at the same moment, each on a connection of its own; results and refusals in their order."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(position: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[position] = call()
        except Refused as refused:
            found[position] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_approvals_at_once_claim_nobody_twice() -> None:
    us, text = cast(), article(body=WORDS)
    rows = writers(us, 12)
    bulks = [drafted(us, rows[:8], text=text), drafted(us, rows[4:][::-1], text=text)]
    for bulk in bulks:
        approving.ask_approval(actor=us.lead, bulk=bulk, now=NOW)
    found = at_once(
        *(
            lambda bulk=bulk: approving.approve(  # type: ignore[misc]
                actor=us.administrator, bulk=bulk, revision=bulk.revision, now=NOW
            )
            for bulk in bulks
        )
    )
    assert sum(one.people for one in found) == Claim.objects.count() == 12
    assert Copy.objects.filter(state=CopyState.LEFT_OUT, why="other_bulk").count() == 4


def test_two_workers_write_each_letter_once() -> None:
    us = cast()
    approved(us, drafted(us, writers(us, 10), pace=1200))

    def work() -> None:
        for second in range(1, 6):
            leaving.leave_due(NOW + second * timedelta(seconds=1))

    at_once(work, work)
    while leaving.leave_due(NOW + MINUTE):
        pass
    assert set(Counter(Reply.objects.values_list("to_address", flat=True)).values()) == {1}
    assert Reply.objects.count() == Outgoing.objects.count() == 10


def test_a_stop_is_before_or_after_a_turn_never_in_it() -> None:
    us, text = cast(), article(body=WORDS)
    rows = writers(us, 6)
    for _again in range(3):
        bulk = approved(us, drafted(us, rows, text=text, pace=1200))
        at_once(
            lambda bulk=bulk: leaving.leave_due(NOW + MINUTE),  # type: ignore[misc]
            lambda bulk=bulk: halting.stop(actor=us.lead, bulk=bulk, now=NOW + MINUTE),  # type: ignore[misc]
        )
        halting.put_back_taken(now=NOW + MINUTE)
        left = set(Copy.objects.filter(bulk=bulk).values_list("state", flat=True))
        assert left <= {CopyState.LEFT_OUT, CopyState.TAKEN_BACK}
        assert not Outgoing.objects.exclude(state=OutgoingState.CANCELLED).exists()
        assert Claim.objects.count() == 0
