from collections.abc import Sequence
from datetime import timedelta

import pytest

from hustings.foundation.core import bus
from hustings.service.desk.actions import life
from hustings.service.desk.actions.merging import merge, split_off, undo_merge
from hustings.service.desk.announcements import InquiriesMerged
from hustings.service.desk.models import Event, Inquiry, InquiryMerge, Status
from hustings.service.desk.registry import Mover, Whole, registry
from hustings.service.desk.rules import Refused, Stale
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry, make_person

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[InquiriesMerged]:
    heard: list[InquiriesMerged] = []
    monkeypatch.setitem(bus._inside, InquiriesMerged, [heard.append])
    return heard


def test_two_become_one_and_two_again(cast: Cast, told: list[InquiriesMerged]) -> None:
    kept = make_inquiry(cast.help, tags=["Ohio"], status="closed", closed_at=NOW, unread=False)
    gone = make_inquiry(
        cast.help, person=make_person("Clement Abernathy"), tags=["ohio", "Ramp"], messages=3, priority=1,
        last_message_at=NOW, last_message_id=7, snippet="And one thing more", assignee=cast.theo,
    )  # fmt: skip
    done = merge(actor=cast.june, inquiry=gone, into=kept, now=NOW)
    for row in (kept, gone):
        row.refresh_from_db()
    assert (gone.status, gone.merged_into, gone.assignee) == (Status.MERGED, kept, None)
    assert (kept.messages, kept.tags, kept.priority, kept.snippet) == (4, ["Ohio", "Ramp"], 1, "And one thing more")
    assert (kept.status, kept.last_message_id, kept.due_at, kept.unread) == (Status.OPEN, 7, gone.due_at, True)
    undo_merge(actor=cast.june, merge=done, now=LATER)
    for row in (kept, gone):
        row.refresh_from_db()
    assert (gone.status, gone.merged_into, gone.assignee) == (Status.OPEN, None, cast.theo)
    assert (kept.messages, kept.last_message_id, kept.status, kept.closed_at) == (1, 1, Status.CLOSED, NOW)
    assert told == [InquiriesMerged(gone.pk, kept.pk), InquiriesMerged(gone.pk, kept.pk, undone=True)]
    with pytest.raises(Stale):
        undo_merge(actor=cast.june, merge=done, now=LATER)


def test_merges_stay_flat(cast: Cast, told: list[InquiriesMerged]) -> None:
    first, second, third = (make_inquiry(cast.help) for _n in range(3))
    merge(actor=cast.june, inquiry=first, into=second, now=NOW)
    done = merge(actor=cast.june, inquiry=second, into=third, now=LATER)
    assert set(Inquiry.objects.filter(merged_into=third)) == {first, second}
    undo_merge(actor=cast.june, merge=done, now=LATER)
    first.refresh_from_db()
    assert first.merged_into == second


def test_undoing_from_the_thread(cast: Cast, told: list[InquiriesMerged]) -> None:
    kept, gone = make_inquiry(cast.help), make_inquiry(cast.help)
    merge(actor=cast.june, inquiry=gone, into=kept, now=NOW)
    life.undo(actor=cast.june, event=Event.objects.get(kind="merged"), now=LATER)
    gone.refresh_from_db()
    assert gone.status == Status.OPEN


@pytest.mark.parametrize("case", ["itself", "unseen", "sealed", "crisis", "merged"])
def test_what_cannot_be_merged(cast: Cast, told: list[InquiriesMerged], case: str) -> None:
    row = make_inquiry(cast.help)
    other = {
        "itself": lambda: row,
        "unseen": lambda: make_inquiry(cast.gifts),
        "sealed": lambda: make_inquiry(cast.help, is_sealed=True),
        "crisis": lambda: make_inquiry(cast.crisis, is_crisis=True),
        "merged": lambda: make_inquiry(cast.help, status="merged"),
    }[case]()
    with pytest.raises(Refused):
        merge(actor=cast.dana if case == "crisis" else cast.vera, inquiry=other, into=row, now=NOW)
    row.refresh_from_db()
    assert (row.status, row.messages, InquiryMerge.objects.count(), Event.objects.count(), told) == (
        "open",
        1,
        0,
        0,
        [],
    )


def _whole(person_id: int, messages: int) -> Whole:
    return Whole(person_id, "A ramp", "My chair", "mail", "", NOW, NOW, 9, messages, False)


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, Sequence[str], int]]:
    moves: list[tuple[int, Sequence[str], int]] = []

    def preview(inquiry: Inquiry, keys: Sequence[str]) -> Whole:
        if "message:unknown" in keys:
            raise ValueError
        return _whole(inquiry.person_id, len(keys))

    mover = Mover(
        preview=preview,
        move=lambda inquiry, keys, into: moves.append((inquiry.pk, keys, into.pk)),
        whole=lambda inquiry: _whole(inquiry.person_id, 2),
    )
    monkeypatch.setattr(registry, "mover", mover)
    return moves


def test_splitting_off_a_letter(cast: Cast, moved: list[tuple[int, Sequence[str], int]]) -> None:
    row = make_inquiry(cast.help, messages=3)
    new = split_off(actor=cast.june, inquiry=row, keys=["message:a"], now=NOW)
    assert moved == [(row.pk, ["message:a"], new.pk)]
    row.refresh_from_db()
    assert (row.messages, new.subject, new.queue, new.assignee, new.status) == (
        2,
        "A ramp",
        cast.help,
        cast.june,
        "open",
    )


@pytest.mark.parametrize("keys", [[], ["message:unknown"], ["message:a", "message:b", "message:c"]])
def test_splitting_off_nothing_the_unknown_or_all_is_refused(
    cast: Cast, moved: list[tuple[int, Sequence[str], int]], keys: list[str]
) -> None:
    row = make_inquiry(cast.help, messages=3)
    with pytest.raises(Refused):
        split_off(actor=cast.june, inquiry=row, keys=keys, now=NOW)
    assert (Inquiry.objects.count(), moved, Event.objects.count()) == (1, [], 0)
