from collections.abc import Callable
from datetime import timedelta

import pytest

from hustings.service.desk.actions import life
from hustings.service.desk.actions.taking import take
from hustings.service.desk.models import Closure, Event, Inquiry, Priority, Snooze, Stage, Status
from hustings.service.desk.registry import registry
from hustings.service.desk.rules import Refused, Stale
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry

LATER = NOW + timedelta(minutes=5)


def test_closing_and_reopening_say_who_when_and_why(cast: Cast) -> None:
    row = make_inquiry(cast.help, due=timedelta(hours=-1))
    life.close(actor=cast.june, inquiry=row, now=NOW, reason="spam", none_needed=True)
    row.refresh_from_db()
    assert (row.status, row.stage, row.closed_at, row.unread) == (Status.CLOSED, Stage.NONE, NOW, False)
    assert life.close(actor=cast.june, inquiry=row, now=LATER) is None
    life.reopen(actor=cast.theo, inquiry=row, now=LATER)
    row.refresh_from_db()
    assert (row.status, row.closed_at, row.due_at) == (Status.OPEN, None, LATER + timedelta(hours=48))
    closure = Closure.objects.get()
    assert (closure.by, closure.at, closure.reason) == (cast.june, NOW, "spam")
    assert (closure.reopened_by, closure.reopened_at) == (cast.theo, LATER)


def test_a_room_above_may_refuse_closing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = make_inquiry(cast.help)
    monkeypatch.setattr(registry, "before_close", [lambda _row: "A reply waits for release."])
    with pytest.raises(Refused, match="waits for release"):
        life.close(actor=cast.june, inquiry=row, now=NOW)
    row.refresh_from_db()
    assert (row.status, Event.objects.count(), Closure.objects.count()) == (Status.OPEN, 0, 0)


def test_snoozed_comes_back_on_time_and_says_why(cast: Cast) -> None:
    row = make_inquiry(cast.help, assignee=cast.june)
    until = NOW + timedelta(hours=3)
    life.snooze(actor=cast.june, inquiry=row, until=until, now=NOW)
    row.refresh_from_db()
    assert (row.status, row.snoozed_until) == (Status.SNOOZED, until)
    assert life.wake_due(until - timedelta(seconds=1)) == 0
    assert life.wake_due(until) == 1
    row.refresh_from_db()
    assert (row.status, row.snoozed_until, row.unread) == (Status.OPEN, None, True)
    assert Event.objects.get(kind="woken").detail == {"because": "time"}
    snooze = Snooze.objects.get()
    assert (snooze.ended_at, snooze.ended_because) == (until, "time")


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_snoozing_to_a_moment_that_makes_no_sense_is_refused(cast: Cast, until: object) -> None:
    row = make_inquiry(cast.help)
    with pytest.raises(Refused):
        life.snooze(actor=cast.june, inquiry=row, until=until, now=NOW)  # type: ignore[arg-type]
    row.refresh_from_db()
    assert (row.status, Snooze.objects.count(), Event.objects.count()) == (Status.OPEN, 0, 0)


def test_reviewing_priority_queue_and_tags(cast: Cast) -> None:
    row = make_inquiry(cast.help, assignee=cast.june, tags=["Mail ballot"])
    life.set_stage(actor=cast.june, inquiry=row, stage=Stage.ANSWER, now=NOW)
    life.set_priority(actor=cast.june, inquiry=row, priority=Priority.HIGH, now=NOW)
    life.tag(actor=cast.june, inquiry=row, add=["mail ballot", " Rural  route "], now=NOW)
    life.move_queue(actor=cast.june, inquiry=row, queue=cast.gifts, now=NOW)
    row.refresh_from_db()
    assert (row.stage, row.priority, row.queue, row.assignee) == (Stage.ANSWER, 1, cast.gifts, None)
    assert row.tags == ["Mail ballot", "Rural route"]
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == [
        "staged",
        "priority",
        "tagged",
        "moved",
    ]
    with pytest.raises(Refused):
        life.tag(actor=cast.june, inquiry=row, add=["x"], now=NOW)  # it is not June's to see any more


def test_too_many_or_too_long_tags_are_refused(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    for tags in (["x" * 41], [str(n) for n in range(21)]):
        with pytest.raises(Refused):
            life.tag(actor=cast.june, inquiry=row, add=tags, now=NOW)
    row.refresh_from_db()
    assert (row.tags, Event.objects.count()) == ([], 0)


def test_someone_in_crisis_stays_first_and_with_the_trained(cast: Cast) -> None:
    row = make_inquiry(cast.crisis, is_crisis=True, priority=0)
    with pytest.raises(Refused):
        life.set_priority(actor=cast.sam, inquiry=row, priority=Priority.LOW, now=NOW)
    with pytest.raises(Refused):
        life.move_queue(actor=cast.sam, inquiry=row, queue=cast.gifts, now=NOW)
    row.refresh_from_db()
    assert (row.priority, row.queue, Event.objects.count()) == (0, cast.crisis, 0)


ACTS: dict[str, Callable[[Cast, Inquiry], object]] = {
    "close": lambda c, i: life.close(actor=c.june, inquiry=i, now=NOW),
    "snooze": lambda c, i: life.snooze(actor=c.june, inquiry=i, until=LATER, now=NOW),
    "stage": lambda c, i: life.set_stage(actor=c.june, inquiry=i, stage=Stage.ANSWER, now=NOW),
    "none needed": lambda c, i: life.set_stage(actor=c.june, inquiry=i, stage=Stage.NONE, now=NOW),
    "priority": lambda c, i: life.set_priority(actor=c.june, inquiry=i, priority=Priority.LOW, now=NOW),
    "move": lambda c, i: life.move_queue(actor=c.june, inquiry=i, queue=c.gifts, now=NOW),
    "tag": lambda c, i: life.tag(actor=c.june, inquiry=i, add=["Ohio"], now=NOW),
    "take": lambda c, i: take(actor=c.june, inquiry=i, now=NOW),
}
FIELDS = (
    "status",
    "stage",
    "priority",
    "queue_id",
    "assignee_id",
    "tags",
    "snoozed_until",
    "closed_at",
    "due_at",
    "unread",
)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_every_act_can_be_undone(cast: Cast, act: Callable[[Cast, Inquiry], object]) -> None:
    row = make_inquiry(cast.help)
    before = [getattr(row, name) for name in FIELDS]
    event = act(cast, row)
    assert isinstance(event, Event)
    life.undo(actor=cast.june, event=event, now=LATER)
    row.refresh_from_db()
    assert [getattr(row, name) for name in FIELDS] == before
    event.refresh_from_db()
    assert event.undone_at == LATER
    with pytest.raises(Stale, match="undone already"):
        life.undo(actor=cast.june, event=event, now=LATER)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
@pytest.mark.parametrize("facts", [{"queue": "gifts"}, {"is_sealed": True}, {"is_crisis": True}], ids=str)
def test_what_one_does_not_see_one_does_not_touch(
    cast: Cast, act: Callable[[Cast, Inquiry], object], facts: dict
) -> None:
    row = make_inquiry(
        cast.gifts if "queue" in facts else cast.help, **{k: v for k, v in facts.items() if k != "queue"}
    )
    before = [getattr(row, name) for name in FIELDS]
    with pytest.raises(Refused):
        act(cast, row)
    row.refresh_from_db()
    assert [getattr(row, name) for name in FIELDS] == before
    assert Event.objects.count() == 0


def test_undoing_stops_where_it_changed_since_or_is_anothers(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    event = life.close(actor=cast.june, inquiry=row, now=NOW)
    assert event is not None
    with pytest.raises(Refused):
        life.undo(actor=cast.theo, event=event, now=LATER)
    with pytest.raises(Refused):
        life.undo(actor=cast.june, event=event, now=NOW + timedelta(days=2))
    life.reopen(actor=cast.theo, inquiry=row, now=LATER)
    with pytest.raises(Stale, match="changed again since"):
        life.undo(actor=cast.june, event=event, now=LATER)
    row.refresh_from_db()
    assert row.status == Status.OPEN


def test_a_lead_may_undo_for_their_team(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    event = life.close(actor=cast.june, inquiry=row, now=NOW)
    assert event is not None
    life.undo(actor=cast.dana, event=event, now=LATER)
    row.refresh_from_db()
    assert row.status == Status.OPEN
