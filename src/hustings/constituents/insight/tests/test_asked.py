"""What people ask, by place: small numbers are withheld, and no difference gives them away."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.constituents.insight.actions.counting import TallyKey, write_counts
from hustings.constituents.insight.models import Kind
from hustings.constituents.insight.queries.asked import asked
from hustings.constituents.insight.rules import LEAST, withhold

TODAY = date(2028, 10, 18)  # a Wednesday; the last whole week ends on the 15th
LAST = date(2028, 10, 10)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 40), max_size=12))
def test_the_whole_less_what_is_shown_tells_of_nobody_or_of_many(counts):
    shown = withhold(counts)
    assert all(counts[key] == count >= LEAST for key, count in shown.items())
    hidden = {key: count for key, count in counts.items() if key not in shown and count}
    if hidden and shown:
        assert sum(hidden.values()) >= LEAST
        assert len(hidden) >= 2


@pytest.mark.django_db
def test_small_counties_are_not_shown_and_neither_is_what_would_tell_them():
    counties = {"39049": 40, "39035": 25, "39061": 12, "39113": 3}
    write_counts(Counter({TallyKey(LAST, Kind.VIEW, "a", "mail", "en", "OH", fips): n for fips, n in counties.items()}))
    found = asked(level="county", state_code="OH", weeks=1, today=TODAY)
    assert {line.key: line.views for line in found.lines} == {"39049": 40, "39035": 25}
    assert found.withheld == 2
    whole = asked(level="state", weeks=1, today=TODAY)
    assert [(line.key, line.total) for line in whole.lines] == [("OH", 80)]


@pytest.mark.django_db
def test_views_and_searches_together_by_topic_and_week_with_a_spike():
    counts = Counter()
    for week in range(4):
        day = LAST - timedelta(weeks=week)
        counts[TallyKey(day, Kind.VIEW, "a", "mail", "en", "OH")] = 20 if week else 200
        counts[TallyKey(day, Kind.SEARCH, "", "giving", "en", "PA")] = 30
    counts[TallyKey(TODAY, Kind.VIEW, "a", "mail", "en", "OH")] = 999  # this week is not over
    write_counts(counts)
    found = asked(level="state", weeks=4, today=TODAY)
    assert [(line.key, line.views, line.searches, line.is_spike) for line in found.lines] == [
        ("OH", 260, 0, True),
        ("PA", 0, 120, False),
    ]
    assert [(line.key, line.total) for line in found.topics] == [("mail", 260), ("giving", 120)]
    assert [count for _week, count in found.weeks] == [50, 50, 50, 230]
    only = asked(level="state", topic="giving", weeks=4, today=TODAY)
    assert [line.key for line in only.lines] == ["PA"]
