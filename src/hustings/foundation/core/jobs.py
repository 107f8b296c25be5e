"""Background jobs: rows in the same database, so that a job and its cause commit together.

    @jobs.job("desk.wake_snoozed")
    def wake_snoozed(timestamp: int) -> None: ...

    jobs.enqueue("desk.wake_snoozed", timestamp=0)

A job takes ids and calls one action. It may run more than once (a worker that dies is replaced, and what it had begun
is begun again by another), so actions are idempotent. Names are "room.verb"; a name nobody registered is refused when
it is enqueued, not when it would run.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 12
JOB_RETRY = RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=4)
SILENCE = 45.0  # a worker says every ten seconds that it lives


def job(name: str, *, cron: str | None = None, queue: str = "default") -> Callable[[Callable[..., None]], Any]:
    """Decorator: register the function under `name`; with `cron` it also runs by that schedule, once a tick over
    all workers, with the keyword `timestamp`."""

    def register(function: Callable[..., None]) -> Any:
        task = app.task(name=name, queue=queue, retry=JOB_RETRY)(function)
        if cron:
            app.periodic(cron=cron)(task)
        return task

    return register


def enqueue(name: str, *, at: datetime | None = None, once: str | None = None, **ids: Any) -> None:
    """Write the job row in the caller's transaction. `at`: not before. `once`: a lock name; while a job with it
    waits, another is not added. Raises KeyError for a name nobody registered."""
    if name not in app.tasks:
        raise KeyError(f"no job is registered as {name!r}")
    options: dict[str, Any] = {}
    if at is not None:
        options["schedule_at"] = at
    if once is not None:
        options["queueing_lock"] = once
    try:
        with transaction.atomic():  # a savepoint, so that "already there" does not spoil the caller's transaction
            app.configure_task(name, **options).defer(**ids)
    except AlreadyEnqueued:
        pass


def take_up_fallen(*, now: datetime, silent_for: float = SILENCE) -> int:
    """Put the jobs back in line whose worker was not heard of for so many seconds: it ended in the midst of them. How
    many. A job that ended a dozen of its workers is given up, and logged."""
    taken = 0
    for fallen in async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=silent_for):
        assert fallen.id is not None
        if fallen.attempts + 1 >= MOST_ATTEMPTS:
            log.error("the job %s (%s) ended its worker again and again: given up", fallen.id, fallen.task_name)
            async_to_sync(app.job_manager.finish_job)(fallen, status=Status.FAILED, delete_job=False)
            continue
        try:
            with transaction.atomic():
                app.job_manager.retry_job_by_id(fallen.id, retry_at=now)
        except ConnectorException:  # its worker was slow, not dead, and has ended it
            continue
        taken += 1
    return taken


def names() -> set[str]:
    """Every registered name of ours."""
    return {name for name in app.tasks if not name.startswith(("procrastinate.", "builtin:"))}
