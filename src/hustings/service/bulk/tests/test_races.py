"""Two at once: approvals of replies that overlap, workers on one reply, a stop and a worker. Real locks."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from hustings.constituents.people.actions import merges
from hustings.constituents.people.models import Identifier, Person
from hustings.constituents.people.queries import canonical_ids
from hustings.foundation.channels.models import Outgoing, OutgoingState
from hustings.foundation.core import partitions
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.tests.races import until_somebody_waits
from hustings.service.answers.actions import withdraw
from hustings.service.bulk.actions import approving, halting, leaving
from hustings.service.bulk.models import BulkState, Claim, Copy, CopyState, Why
from hustings.service.bulk.rules import Refused
from hustings.service.correspondence.actions import replies
from hustings.service.correspondence.models import Reply
from hustings.service.correspondence.rules import SendRefused
from hustings.service.correspondence.tests.replying import NOW, article, cast, seen
from hustings.service.desk.models import Event

from .many import MINUTE, WORDS, approved, drafted, writers, wrote
from .polls import BEFORE, OHIO, begun, closings

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """All of them at the same moment, each on a connection of its own; results and refusals in their order. Anything
    else that one raised (a deadlock) is raised here."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)
    failed: list[Exception] = []

    def run(position: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[position] = call()
        except Refused as refused:
            found[position] = refused
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
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


def test_a_withdrawal_and_a_turn_never_wait_for_each_other() -> None:
    """A turn and a withdrawal want the article and the bulk reply's row, both: in one order. Each begins while the
    other has its first, again and again."""
    us = cast()
    rows = writers(us, 4)
    for again in range(4):
        text = article(body=WORDS)
        bulk = approved(us, drafted(us, rows, text=text, pace=1200))
        found = at_once(
            lambda bulk=bulk: leaving.leave_some(bulk_id=bulk.pk, now=NOW + MINUTE),  # type: ignore[misc]
            lambda text=text: withdraw(  # type: ignore[misc]
                actor=us.administrator, article=text.version.article, reason="Wrong.", now=NOW + MINUTE
            ),
        )
        assert found[0] in (True, False), again
        halting.put_back_taken(now=NOW + MINUTE)
        assert set(Copy.objects.filter(bulk=bulk).values_list("why", flat=True)) == {Why.WITHDRAWN}
        assert not Outgoing.objects.exclude(state=OutgoingState.CANCELLED).exists()
        assert Claim.objects.count() == 0


def test_a_turn_that_has_its_row_lets_a_withdrawal_wait_and_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst moment: the turn has the bulk reply's row, the withdrawal comes, then the turn looks at the article."""
    us, text = cast(), article(body=WORDS)
    bulk = approved(us, drafted(us, writers(us, 2), text=text, pace=1200))
    has_row, begun = threading.Event(), threading.Event()
    slots = leaving._slots

    def waits(*given: Any) -> int:
        has_row.set()
        assert begun.wait(20)
        until_somebody_waits()
        return slots(*given)

    def withdrawal() -> None:
        assert has_row.wait(20)
        begun.set()
        withdraw(actor=us.administrator, article=text.version.article, reason="Wrong.", now=NOW + MINUTE)

    monkeypatch.setattr(leaving, "_slots", waits)
    assert at_once(lambda: leaving.leave_some(bulk_id=bulk.pk, now=NOW + MINUTE), withdrawal) == [True, None]
    assert set(Outgoing.objects.values_list("state", flat=True)) == {OutgoingState.CANCELLED}
    assert set(Copy.objects.values_list("why", flat=True)) == {Why.WITHDRAWN}


def test_an_approval_and_a_withdrawal_at_once_leave_nothing_running() -> None:
    us = cast()
    rows = writers(us, 3)
    for again in range(3):
        text = article(body=WORDS)
        bulk = drafted(us, rows, text=text)
        approving.ask_approval(actor=us.lead, bulk=bulk, now=NOW)
        at_once(
            lambda bulk=bulk: approving.approve(  # type: ignore[misc]
                actor=us.administrator, bulk=bulk, revision=bulk.revision, now=NOW
            ),
            lambda text=text: withdraw(  # type: ignore[misc]
                actor=us.administrator, article=text.version.article, reason="Wrong.", now=NOW
            ),
        )
        bulk.refresh_from_db()
        assert bulk.state in (BulkState.STOPPED, BulkState.CHECKED), again
        assert Claim.objects.count() == 0


def test_a_merge_waits_for_the_turn_and_takes_nothing_from_what_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writers are found to be one while the letter of one of them is being written: it left, so its claim and its
    copy stay as they are, and the other's letter gives way."""
    us = cast()
    rows = writers(us, 2)
    approved(us, drafted(us, rows, pace=60))
    partitions.ensure_around("timeline_entry", [NOW], now=NOW)  # a month’s first letter makes it, and locks the table
    one, two = (Person.objects.get(pk=row.person_id) for row in rows)
    writing, begun = threading.Event(), threading.Event()
    put = leaving._put_in_outbox

    def waits(copy: Copy, turn: Any) -> None:
        writing.set()
        assert begun.wait(20)
        until_somebody_waits()
        put(copy, turn)

    def merge() -> None:
        assert writing.wait(20)
        begun.set()
        merges.merge_people(actor=us.lead, person=one, into=two, now=NOW)

    monkeypatch.setattr(leaving, "_put_in_outbox", waits)
    at_once(lambda: leaving.leave_due(NOW), merge)
    monkeypatch.undo()
    leaving.leave_due(NOW + MINUTE)
    copies = Copy.objects.order_by("pk")
    assert [copy.why or copy.state for copy in copies] == [CopyState.LEAVING, Why.SAME_PERSON]
    claim = Claim.objects.get()
    assert (claim.copy, claim.person) == (copies[0], two)
    assert Reply.objects.count() == 1


def test_two_jobs_put_each_conversation_back_once_and_what_is_true_leaves_once() -> None:
    """Two workers put back what the polls stopped, a third stops the whole: nobody begins it again after."""
    closings()
    us = cast()
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", "OH", "OH", successor=after, pace=1200)
    leaving.leave_due(BEFORE + MINUTE)
    leaving.leave_due(BEFORE + 2 * MINUTE)
    bulk.refresh_from_db()
    assert bulk.state == BulkState.DONE
    halting.stop_expired(OHIO)
    at_once(
        lambda: halting.put_back_taken(now=OHIO),
        lambda: halting.put_back_taken(now=OHIO),
        lambda: halting.stop(actor=us.administrator, bulk=bulk, now=OHIO),
    )
    halting.put_back_taken(now=OHIO)
    bulk.refresh_from_db()
    if bulk.state == BulkState.STOPPED:  # it began again, and was stopped
        assert not Copy.objects.filter(state__in=(CopyState.READY, CopyState.LEAVING)).exists()
        assert Claim.objects.count() == 0
    else:  # it had ended, so there was nothing to stop: those that came back leave, each once
        leaving.leave_due(OHIO + MINUTE)
        assert Reply.objects.filter(state="leaving").count() == Claim.objects.count() == 3
    assert Event.objects.filter(kind="undone").count() == 3


def test_a_stop_waits_for_what_is_being_put_back_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that comes back to leave with other words does not come back into a reply that was stopped meanwhile."""
    closings()
    us = cast()
    after = article("The polls have closed", body="If you stand in line, stay: you may still vote.")
    bulk = begun(us, "OH", "IA", successor=after)
    leaving.leave_due(BEFORE)
    halting.stop_expired(OHIO)
    coming, stopped = threading.Event(), threading.Event()
    take_back = halting.answering.take_back_answered_with

    def waits(**given: Any) -> int:
        coming.set()
        until_somebody_waits(or_else=stopped.is_set)
        return take_back(**given)

    def stop() -> None:
        assert coming.wait(20)
        halting.stop(actor=us.administrator, bulk=bulk, now=OHIO)
        stopped.set()

    monkeypatch.setattr(halting.answering, "take_back_answered_with", waits)
    at_once(lambda: halting.put_back_taken(now=OHIO), stop)
    monkeypatch.undo()
    halting.put_back_taken(now=OHIO)
    assert set(Copy.objects.values_list("state", "why")) == {(CopyState.LEFT_OUT, Why.STOPPED)}
    assert Claim.objects.count() == 0


def test_a_worker_that_is_killed_in_a_turn_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection dies after some letters of the turn were written: none of them is there, and each is written once
    by the worker that comes next."""
    us = cast()
    bulk = approved(us, drafted(us, writers(us, 5), pace=1200))
    written: list[int] = []
    put = leaving._put_in_outbox

    def dies(copy: Copy, turn: Any) -> None:
        put(copy, turn)
        written.append(copy.pk)
        if len(written) == 3:
            with connection.cursor() as cursor:
                cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(leaving, "_put_in_outbox", dies)
    with pytest.raises(OperationalError):
        at_once(lambda: leaving.leave_due(NOW + MINUTE))
    monkeypatch.undo()
    assert len(written) == 3
    assert Reply.objects.count() == Outgoing.objects.count() == Event.objects.filter(kind="answered").count() == 0
    assert set(Copy.objects.values_list("state", "tries")) == {(CopyState.READY, 0)}
    while leaving.leave_due(NOW + 2 * MINUTE):
        pass
    assert sorted(Counter(Reply.objects.values_list("to_address", flat=True)).values()) == [1] * 5
    bulk.refresh_from_db()
    assert Claim.objects.count() == bulk.people == 5


def test_a_colleague_and_a_turn_at_once_answer_one_letter_once() -> None:
    us = cast()
    rows = writers(us, 4)
    bulk = approved(us, drafted(us, rows, pace=1200))
    given = [seen(row) for row in rows]

    def by_hand() -> None:
        for row, known in zip(rows[::-1], given[::-1], strict=True):
            with suppress(SendRefused):  # the turn was before
                replies.send_reply(actor=us.volunteer, inquiry=row, token=new_uid(), text="Hello.", now=NOW, **known)

    def turns() -> None:
        for second in range(1, 8):
            leaving.leave_due(NOW + timedelta(seconds=second))

    at_once(by_hand, turns)
    assert sorted(Reply.objects.values_list("inquiry_id", flat=True)) == [row.pk for row in rows]
    assert Claim.objects.count() == Copy.objects.filter(bulk=bulk, state=CopyState.LEAVING).count()


def test_who_wrote_five_times_from_two_addresses_is_answered_once_by_four_replies_at_once() -> None:
    """Their letters are spread over four bulk replies that are approved and leave at the same moments."""
    us, text = cast(), article(body=WORDS)
    again = Person.objects.create(name="R. Abernathy", first_name="Ruth", canonical=us.person)
    Identifier.objects.create(person=again, kind="email", value="ruth@work.example")
    rows = [wrote(us, us.person, "ruth.a@example.org", at=NOW + n * MINUTE) for n in range(3)]
    rows += [wrote(us, again, "ruth@work.example", at=NOW + n * MINUTE) for n in (7, 5)]
    others = writers(us, 2)
    parts = [[rows[0], rows[3], others[0]], [rows[1], *others], [rows[2], rows[4]], [rows[4], rows[0], others[1]]]
    bulks = [drafted(us, part, text=text, pace=1200) for part in parts]
    for bulk in bulks:
        approving.ask_approval(actor=us.lead, bulk=bulk, now=NOW)
    at_once(
        *(
            lambda bulk=bulk: approving.approve(  # type: ignore[misc]
                actor=us.administrator, bulk=bulk, revision=bulk.revision, now=NOW
            )
            for bulk in bulks
        )
    )
    at_once(*(lambda: [leaving.leave_due(NOW + second * MINUTE) for second in range(1, 5)] for _worker in range(3)))
    people = Reply.objects.values_list("inquiry__person_id", flat=True)
    roots = canonical_ids(set(people))
    assert sorted(roots[one] for one in people) == sorted([us.person.pk, *(row.person_id for row in others)])
    assert Outgoing.objects.count() == Claim.objects.count() == 3


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
