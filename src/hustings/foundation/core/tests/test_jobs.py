"""Jobs outlive their workers: what a worker had begun when it died is begun again, and not for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hustings.foundation.core import jobs
from hustings.foundation.core.tasks import take_up_fallen

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def begun_by(worker: int | None, *, attempts: int = 0) -> int:
    """A job that a worker has begun."""
    jobs.enqueue("core.forget_attempts", timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s, attempts = %s"
            " where id = (select max(id) from procrastinate_jobs) returning id",
            [worker, attempts],
        )
        return int(cursor.fetchone()[0])


def worker_last_heard(ago: timedelta) -> int:
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now() - %s) returning id", [ago])
        return int(cursor.fetchone()[0])


def states() -> dict[int, tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("select id, status::text, attempts from procrastinate_jobs")
        return {number: (status, attempts) for number, status, attempts in cursor.fetchall()}


def test_what_a_dead_worker_had_begun_is_begun_again():
    alive = begun_by(worker_last_heard(timedelta(seconds=20)))
    silent = begun_by(worker_last_heard(timedelta(seconds=60)))
    swept_away = begun_by(None)
    assert jobs.take_up_fallen(now=NOW) == 2
    assert states() == {alive: ("doing", 0), silent: ("todo", 1), swept_away: ("todo", 1)}
    assert jobs.take_up_fallen(now=NOW) == 0


def test_a_job_that_ends_its_workers_is_given_up():
    deadly = begun_by(None, attempts=jobs.MOST_ATTEMPTS - 1)
    assert jobs.take_up_fallen(now=NOW) == 0
    assert states()[deadly][0] == "failed"


def test_it_is_looked_for_each_minute():
    fallen = begun_by(None)
    take_up_fallen(timestamp=int(NOW.timestamp()))
    assert states() == {fallen: ("todo", 1)}
    assert "core.take_up_fallen" in jobs.names()
