"""One act over many inquiries: those chosen, or all of a list. Rows the actor may not touch are skipped and counted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import jobs, live
from hustings.foundation.core.guard import action

from ..models import BulkRun, Event, Inquiry, Queue, Status
from ..rules import Refused, Stale, may_be_given, may_undo_run
from .changing import Became, change, lock, lock_own
from .life import (
    closed_fields,
    moved_fields,
    put_back,
    refuse_closing,
    refuse_moment,
    refuse_queue,
    reopened_fields,
    snoozed_fields,
    tagged_fields,
)

AT_ONCE = 200  # more than this goes on in the background, this many in each transaction
MOST = 100_000
KINDS = {"assign": "assigned", "tag": "tagged", "close": "closed", "snooze": "snoozed", "move": "moved",
         "reopen": "reopened"}  # fmt: skip


@action
def start_run(*, actor: User, verb: str, values: Mapping[str, Any], ids: Sequence[int], now: datetime) -> BulkRun:
    """Do `verb` (assign, tag, close, snooze, move, reopen) to the inquiries: at once when they are few, else by a job
    whose progress the run shows. `values`: {"assignee": id or None}, {"add": […]}, {"until": iso}, {"queue": id}."""
    if verb not in KINDS:
        raise Refused(_("There is no such act over many inquiries."))
    if not ids:
        raise Refused(_("No inquiry was chosen. Choose some, then do it again."))
    if len(ids) > MOST:
        raise Refused(_("That is more than {n} at once. Narrow the list first; nothing was changed.").format(n=MOST))
    if verb == "snooze":
        refuse_moment(_moment(values), now)
    run = BulkRun.objects.create(actor=actor, at=now, verb=verb, values=dict(values), wanted=list(dict.fromkeys(ids)))
    if run.total <= AT_ONCE:
        return go_on(run_id=run.pk, now=now)
    jobs.enqueue("desk.go_on_with_run", run_id=run.pk)
    return run


def go_on(*, run_id: int, now: datetime) -> BulkRun:
    """Do what is left of the run, a transaction for each two hundred. Safe to call again after a crash; a run that was
    asked to stop ends where it is."""
    while True:
        with transaction.atomic():
            run = BulkRun.objects.select_for_update().get(pk=run_id)
            at = run.done + run.skipped
            part = run.wanted[at : at + AT_ONCE]
            if run.ended_at is not None or not part or run.stop_asked:
                run.ended_at = run.ended_at or now
                run.save(update_fields=["ended_at"])
                live.publish(f"user:{run.actor_id}", kind="run")
                return run
            done = _do(run, part, now)
            run.done += done
            run.skipped += len(part) - done
            run.save(update_fields=["done", "skipped"])
            live.publish(f"user:{run.actor_id}", kind="run")


@action
def stop_run(*, actor: User, run: BulkRun, now: datetime) -> None:
    """End it after the two hundred it is at; what was done stays and can be undone."""
    if run.actor_id != actor.pk:
        raise Refused(_("Only who started it can stop it."))
    BulkRun.objects.filter(pk=run.pk, ended_at=None).update(stop_asked=True)


@action
def undo_run(*, actor: User, run: BulkRun, now: datetime) -> int:
    """Take back all of it that nobody changed since; how many were restored."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    if not may_undo_run(actor, run, now):
        raise Refused(_("This cannot be undone by you. Nothing was changed."))
    if run.undone_at is not None:
        raise Stale(_("That was undone already."))
    if run.ended_at is None:
        raise Stale(_("It is still at work. Stop it first; then it can be undone."))
    restored = 0
    events = list(Event.objects.filter(bulk=run, undone_at=None, before__isnull=False).order_by("id"))
    for start in range(0, len(events), AT_ONCE):
        part = events[start : start + AT_ONCE]
        rows = lock_own(actor, [event.inquiry_id for event in part])
        restored += put_back(part, rows, actor=actor, now=now)
    run.undone_at = now
    run.save(update_fields=["undone_at"])
    return restored


def _do(run: BulkRun, ids: Sequence[int], now: datetime) -> int:
    actor = run.actor
    if not actor.is_active:
        return 0
    rows = [row for row in lock(actor, ids) if row.status != Status.MERGED]
    fields = _fields(run, now)

    def became(row: Inquiry) -> Mapping[str, Any] | None:
        try:
            return fields(row)
        except Refused:
            return None

    reason = str(run.values.get("reason", ""))
    events = change(
        rows, actor=actor, now=now, kind=KINDS[run.verb], became=became, bulk=run, reason=reason, detail=_detail(run)
    )
    return len(events)


def _fields(run: BulkRun, now: datetime) -> Became:
    values = run.values
    if run.verb == "assign":
        return _assigned(values.get("assignee"))
    if run.verb == "tag":
        return lambda row: tagged_fields(row, values.get("add", []), values.get("remove", []))
    if run.verb == "snooze":
        until = _moment(values)
        return lambda row: snoozed_fields(row, until)
    if run.verb == "reopen":
        return lambda row: reopened_fields(row, now)
    if run.verb == "move":
        return _moved(Queue.objects.get(pk=values["queue"]))
    none_needed = bool(values.get("none_needed", False))
    return lambda row: _closed(row, now, none_needed)


def _assigned(user_id: int | None) -> Became:
    user = User.objects.get(pk=user_id) if user_id else None

    def fields(row: Inquiry) -> dict[str, Any] | None:
        if user is not None and not may_be_given(user, row):
            return None
        return {"assignee_id": user_id} if row.assignee_id != user_id else None

    return fields


def _moved(queue: Queue) -> Became:
    def fields(row: Inquiry) -> dict[str, Any] | None:
        refuse_queue(row, queue)
        return moved_fields(row, queue) if row.queue_id != queue.pk else None

    return fields


def _closed(row: Inquiry, now: datetime, none_needed: bool) -> dict[str, object] | None:
    refuse_closing(row)
    return closed_fields(row, now, none_needed=none_needed)


def _moment(values: Mapping[str, Any]) -> datetime:
    until = parse_datetime(str(values.get("until", "")))
    if until is None:
        raise Refused(_("Say until when. Nothing was changed."))
    return until


def _detail(run: BulkRun) -> dict[str, Any]:
    names: dict[str, Callable[[], dict[str, Any]]] = {
        "assign": lambda: {
            "to": User.objects.get(pk=run.values["assignee"]).name if run.values.get("assignee") else ""
        },
        "move": lambda: {"to": Queue.objects.get(pk=run.values["queue"]).name},
        "tag": lambda: {"added": run.values.get("add", []), "removed": run.values.get("remove", [])},
        "snooze": lambda: {"until": run.values["until"]},
    }
    return names.get(run.verb, dict)()
