"""What goes on in every worker is done by one of them."""

import pytest
from django.db import connection

from hustings.service.surge import tasks
from hustings.service.surge.models import Freeze, FrozenChange, Rising, Sample


@pytest.fixture
def other(db):
    """Another worker's connection."""
    there = connection.copy()
    yield there
    there.close()


def test_a_second_worker_has_nothing_to_look_at(cast, other):
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s), pg_advisory_lock(%s)", [tasks._LOCK, tasks._LOCK + 1])
        tasks.watch()
        tasks.rising()
        assert (Sample.objects.count(), Rising.objects.count()) == (0, 0)
        cursor.execute("select pg_advisory_unlock_all()")
    tasks.watch()
    tasks.rising()
    assert (Sample.objects.count(), Rising.objects.count()) == (1, 1)


def test_but_says_with_which_program_it_runs(cast, other):
    Freeze.objects.create(began_at="2028-10-19T13:00Z", kinds=["code"], code="0.1 before")
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [tasks._LOCK])
        tasks.watch()
        cursor.execute("select pg_advisory_unlock_all()")
    assert FrozenChange.objects.get().action == "program"
