from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from hustings.service.desk.actions import life
from hustings.service.desk.actions.bulk import go_on, start_run, stop_run, undo_run
from hustings.service.desk.models import BulkRun, Event, Inquiry, Status
from hustings.service.desk.rules import Refused, Stale
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry, make_person

LATER = NOW + timedelta(minutes=5)


def test_a_few_are_done_at_once_and_the_untouchable_are_counted(cast: Cast) -> None:
    mine = [make_inquiry(cast.help) for _n in range(3)]
    skipped = [
        make_inquiry(cast.gifts),
        make_inquiry(cast.help, status="closed"),
        make_inquiry(cast.help, is_sealed=True),
    ]
    ids = [row.pk for row in mine + skipped]
    run = start_run(actor=cast.june, verb="close", values={"none_needed": True}, ids=ids, now=NOW)
    assert (run.total, run.done, run.skipped, run.ended_at) == (6, 3, 3, NOW)
    assert set(Inquiry.objects.filter(status=Status.CLOSED, stage="none")) == set(mine)
    assert undo_run(actor=cast.june, run=run, now=LATER) == 3
    assert Inquiry.objects.filter(pk__in=[row.pk for row in mine], status=Status.OPEN, stage="new").count() == 3
    with pytest.raises(Stale):
        undo_run(actor=cast.june, run=run, now=LATER)


@pytest.mark.parametrize(
    ("verb", "values", "field", "value"),
    [
        ("assign", {"assignee": "theo"}, "assignee", "theo"),
        ("tag", {"add": ["Ohio"]}, "tags", ["Ohio"]),
        ("snooze", {"until": LATER.isoformat()}, "status", "snoozed"),
        ("move", {"queue": "gifts"}, "queue", "gifts"),
    ],
)
def test_each_verb(cast: Cast, verb: str, values: dict, field: str, value: object) -> None:
    rows = [make_inquiry(cast.help) for _n in range(3)]
    known = {"theo": cast.theo, "gifts": cast.gifts}
    given = {key: known[it].pk if isinstance(it, str) and it in known else it for key, it in values.items()}
    start_run(actor=cast.june, verb=verb, values=given, ids=[row.pk for row in rows], now=NOW)
    for row in rows:
        row.refresh_from_db()
        assert getattr(row, field) == (known.get(value, value) if isinstance(value, str) else value)


def test_undoing_leaves_what_changed_since(cast: Cast) -> None:
    rows = [make_inquiry(cast.help) for _n in range(2)]
    run = start_run(actor=cast.june, verb="close", values={}, ids=[row.pk for row in rows], now=NOW)
    life.reopen(actor=cast.theo, inquiry=rows[0], now=LATER)
    assert undo_run(actor=cast.june, run=run, now=LATER) == 1


@pytest.mark.parametrize(
    ("verb", "values", "count"),
    [("explode", {}, 1), ("close", {}, 0), ("snooze", {"until": NOW.isoformat()}, 1), ("snooze", {}, 1)],
)
def test_what_makes_no_sense_is_refused(cast: Cast, verb: str, values: dict, count: int) -> None:
    ids = [make_inquiry(cast.help).pk for _n in range(count)]
    with pytest.raises(Refused):
        start_run(actor=cast.june, verb=verb, values=values, ids=ids, now=NOW)
    assert (BulkRun.objects.count(), Event.objects.count()) == (0, 0)


def test_many_go_on_in_the_background_and_can_be_stopped(cast: Cast) -> None:
    person = make_person()
    rows = [make_inquiry(cast.help, person=person) for _n in range(401)]
    run = start_run(
        actor=cast.june, verb="assign", values={"assignee": cast.june.pk}, ids=[r.pk for r in rows], now=NOW
    )
    assert (run.done, run.ended_at) == (0, None)
    assert ProcrastinateJob.objects.get().task_name == "desk.go_on_with_run"
    with pytest.raises(Stale, match="still at work"):
        undo_run(actor=cast.june, run=run, now=LATER)
    run = go_on(run_id=run.pk, now=LATER)
    assert (run.done, run.percent, run.ended_at) == (401, 100, LATER)
    assert go_on(run_id=run.pk, now=LATER).done == 401
    with pytest.raises(Refused):
        undo_run(actor=cast.theo, run=run, now=LATER)
    assert Inquiry.objects.filter(assignee=cast.june).count() == 401


def test_a_stopped_run_ends_where_it_is(cast: Cast) -> None:
    person = make_person()
    ids = [make_inquiry(cast.help, person=person).pk for _n in range(201)]
    run = start_run(actor=cast.june, verb="close", values={}, ids=ids, now=NOW)
    with pytest.raises(Refused):
        stop_run(actor=cast.theo, run=run, now=LATER)
    stop_run(actor=cast.june, run=run, now=LATER)
    run = go_on(run_id=run.pk, now=LATER)
    assert (run.done, run.ended_at) == (0, LATER)
    assert Inquiry.objects.filter(status=Status.CLOSED).count() == 0
