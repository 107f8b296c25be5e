"""Limits: so many in a window, counted for all processes, forgotten when it is long over."""

from datetime import UTC, datetime, timedelta

import pytest

from hustings.foundation.core import jobs, limits
from hustings.foundation.core.models import Attempt
from hustings.foundation.core.tasks import forget_attempts

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_so_many_in_a_window_and_again_in_the_next():
    assert [limits.allow("ask:a", most=2, per=HOUR, now=NOW) for _ in range(3)] == [True, True, False]
    assert limits.allow("ask:b", most=2, per=HOUR, now=NOW)
    assert limits.allow("ask:a", most=2, per=HOUR, now=NOW + HOUR)


def test_old_counts_are_forgotten_and_young_ones_kept():
    limits.allow("old", most=2, per=HOUR, now=NOW - timedelta(days=3))
    limits.allow("young", most=2, per=HOUR, now=NOW)
    forget_attempts(timestamp=int(NOW.timestamp()))
    assert list(Attempt.objects.values_list("key", flat=True)) == ["young"]
    assert "core.forget_attempts" in jobs.names()
