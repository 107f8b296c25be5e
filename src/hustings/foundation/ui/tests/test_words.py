from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.ui import words

NOW = datetime(2028, 10, 19, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (52, "52 min left"),
        (1, "1 min left"),
        (0.2, "1 min left"),
        (180, "3 h left"),
        (20 * 60, "Tomorrow"),
        (4 * 24 * 60, "Mon"),
        (30 * 24 * 60, "18 Nov"),
        (-18, "18 min over"),
        (-180, "3 h over"),
        (-3 * 24 * 60, "3 days over"),
        (0, "1 min over"),
    ],
)
def test_time_left_in_words(minutes: float, said: str) -> None:
    assert words.left(NOW + timedelta(minutes=minutes), NOW) == said


@pytest.mark.parametrize(
    ("opened", "due", "expected"),
    [
        (-180, 52, (78, "warn")),
        (-147, 180, (45, "")),
        (-300, -18, (100, "late")),
        (-2, 58, (3, "")),
    ],
)
def test_fuse_is_the_used_part_and_warns_in_the_last_hour(opened: int, due: int, expected: tuple[int, str]) -> None:
    fuse = words.fuse(NOW + timedelta(minutes=opened), NOW + timedelta(minutes=due), NOW)
    assert (fuse.used, fuse.state) == expected


def test_a_matter_without_due_time_has_no_fuse() -> None:
    assert words.fuse(NOW, None, NOW) == words.Fuse(0, "", "")


@given(st.integers(-100_000, 100_000), st.integers(-100_000, 100_000))
def test_fuse_stays_between_0_and_100_and_is_full_only_when_over(opened: int, due: int) -> None:
    fuse = words.fuse(NOW + timedelta(minutes=opened), NOW + timedelta(minutes=due), NOW)
    assert 0 <= fuse.used <= 100
    assert (fuse.used == 100) == (fuse.state == "late") == (due <= 0)


@pytest.mark.parametrize(
    ("hours", "day", "short"),
    [
        (-4, "Today, 9:00 am", "9:00 am"),
        (-28, "Yesterday, 9:00 am", "18 Oct"),
        (-24 * 30, "19 Sep, 1:00 pm", "19 Sep"),
        (-24 * 400, "15 Sep 2027", "Sep 2027"),
    ],
)
def test_moments_in_words(hours: int, day: str, short: str) -> None:
    moment = NOW + timedelta(hours=hours)
    assert (words.day(moment, NOW), words.short(moment, NOW)) == (day, short)


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "just now"), (12, "12 min ago"), (200, "3 h ago"), (1440, "Yesterday, 1:00 pm")]
)
def test_ago(minutes: int, said: str) -> None:
    assert words.ago(NOW - timedelta(minutes=minutes), NOW) == said
