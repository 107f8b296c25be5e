"""Lines are only ever added; they are read a page at a time, and only what the reader may see."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from hustings.constituents.timeline import kinds, queries
from hustings.constituents.timeline.actions import Line, write_lines
from hustings.constituents.timeline.kinds import RenderedLine
from hustings.constituents.timeline.models import Entry
from hustings.constituents.timeline.sections import stretches
from hustings.foundation.access.models import User

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
READER = User(id=7, name="June Oduya", email="june@example.org")


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Two kinds: letters that say "sealed" in their detail are out of the reader's sight. Yields the calls."""
    calls: list[tuple[str, int]] = []

    def render(group: str):
        def lines(user, entries):
            assert user is READER
            calls.append((group, len(entries)))
            return {e.ref: RenderedLine(f"{group} {e.id}") for e in entries if not (e.detail or {}).get("sealed")}

        return lines

    monkeypatch.setattr(kinds.registry, "kinds", {})
    kinds.register("desk.letter", label="Letter", icon="mail", group="letters", render=render("letters"))
    kinds.register("desk.note", label="Note", icon="pencil", group="notes", render=render("notes"))
    return calls


def write(count: int, *, person: int = 1, kind: str = "desk.letter", start: datetime = NOW, **detail: object) -> None:
    write_lines([Line(start - timedelta(hours=n), person, kind, uuid4(), None, detail or None) for n in range(count)])


@pytest.mark.django_db
def test_the_newest_come_first_and_each_page_goes_on_where_the_last_ended():
    write(7)
    write(5, person=2, start=NOW - timedelta(minutes=30))
    write(3, person=3)
    # Two lines of the very same moment are parted by their ids.
    write_lines([Line(NOW, 1, "desk.letter", uuid4()), Line(NOW, 2, "desk.letter", uuid4())])
    seen, before = [], None
    while entries := queries.of_people([1, 2], before=before, limit=4):
        seen += entries
        before = (entries[-1].at, entries[-1].id)
    assert len(seen) == 14
    assert len({entry.id for entry in seen}) == 14
    assert [(e.at, e.id) for e in seen] == sorted(((e.at, e.id) for e in seen), reverse=True)
    assert {entry.person_id for entry in seen} == {1, 2}


@pytest.mark.django_db
def test_only_the_kinds_asked_for():
    write(2)
    write(3, kind="desk.note")
    assert {entry.kind for entry in queries.of_people([1], kinds=["desk.note"])} == {"desk.note"}
    assert queries.of_people([1], kinds=[]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["update timeline_entry set person_id = 2", "delete from timeline_entry"])
def test_no_line_is_changed_or_taken_away(sql):
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Entry.objects.get().person_id == 1
    assert issubclass(InternalError, DatabaseError)
    assert issubclass(ProgrammingError, DatabaseError)


@pytest.mark.django_db
def test_lines_roll_back_with_what_they_tell_of():
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_each_kind_is_asked_once_for_all_its_lines(registered, number, django_assert_num_queries):
    write(number)
    write(number, kind="desk.note")
    with django_assert_num_queries(1):
        page = queries.page_of(READER, [1])
    assert registered == [("letters", number), ("notes", number)] or registered == [
        ("notes", number),
        ("letters", number),
    ]
    assert len(page.lines) == number * 2


@pytest.mark.django_db
def test_what_the_reader_may_not_see_is_neither_shown_nor_counted(registered):
    write(2)
    write(3, sealed=True)
    write(1, kind="desk.note")
    page = queries.page_of(READER, [1])
    assert (len(page.lines), page.next) == (3, None)
    assert page.counts == {"letters": 2, "calls": 0, "notes": 1, "facts": 0}


@pytest.mark.django_db
def test_a_kind_nobody_registered_is_shown_plainly(registered):
    write(1, kind="giving.gift_refund")
    (line,) = queries.page_of(READER, [1]).lines
    assert (line.reads.title, line.group, line.drawn_as) == ("Gift refund (giving)", "facts", "fact")


@pytest.mark.django_db
def test_the_newest_few_are_found_behind_what_may_not_be_seen_and_no_more_is_read(registered):
    write(40, start=NOW - timedelta(days=9))
    write(7, sealed=True)
    lines = queries.newest_of(READER, [1], limit=3)
    whole = queries.page_of(READER, [1]).lines
    assert [line.entry.id for line in lines] == [line.entry.id for line in whole[:3]]
    assert registered[:2] == [("letters", 6), ("letters", 6)]
    assert queries.newest_of(READER, [2], limit=3) == []


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["", "letters"])
def test_pages_of_what_may_be_seen_leave_nothing_out(registered, group):
    for n in range(25):
        write(1, start=NOW - timedelta(days=n))
        write(1, start=NOW - timedelta(days=n, minutes=1), sealed=True)
        write(1, kind="desk.note", start=NOW - timedelta(days=n, minutes=2))
    seen: list[int] = []
    before = None
    for _round in range(30):
        page = queries.page_of(READER, [1], group=group, before=before, limit=4)
        seen += [line.entry.id for line in page.lines]
        before = page.next
        if before is None:
            break
    assert before is None
    assert len(seen) == len(set(seen)) == (25 if group else 50)


@pytest.mark.django_db
def test_a_long_history_counts_its_newest_lines_and_reads_on(registered, monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 6)
    write(4)
    write(10, kind="desk.note", start=NOW - timedelta(days=1))
    page = queries.page_of(READER, [1], limit=5)
    assert (page.counts["letters"], page.counts["notes"], page.more_than_counted) == (4, 2, True)
    rest = queries.page_of(READER, [1], before=page.next, limit=50)
    assert len(page.lines) + len(rest.lines) == 14
    notes = queries.page_of(READER, [1], group="notes", limit=5)
    assert [line.group for line in notes.lines] == ["notes"] * 5
    assert notes.counts["notes"] == 2


def test_a_group_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no group"):
        kinds.register("x.y", label="X", icon="x", group="gossip", render=lambda _user, _entries: {})


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(0, 10**15))  # noqa: DTZ001 given a zone below
def test_a_place_in_the_timeline_goes_through_an_address_unchanged(moment, number):
    cursor = (moment.replace(tzinfo=UTC), number)
    assert queries.cursor_of(queries.cursor_text(cursor)) == cursor


@pytest.mark.parametrize(
    "text", ["", "x", "1", "-", "1-", "-1", "1-x", "99999999999999999999-1", "1-9999999999999999999", "²-1"]
)
def test_what_is_no_place_begins_at_the_top(text):
    assert queries.cursor_of(text) is None


def test_lines_are_grouped_by_today_and_by_month():
    days = [0, 0, 3, 30, 300, 301]
    lines = [
        kinds.Line(
            Entry(id=n, at=NOW - timedelta(days=day), kind="x.y", ref=UUID(int=n)),
            "facts",
            "",
            "fact",
            RenderedLine("x"),
        )
        for n, day in enumerate(days)
    ]
    found = [(stretch.label, len(stretch.lines)) for stretch in stretches(lines, NOW)]
    assert found == [("Today", 2), ("October", 1), ("September", 1), ("December 2027", 2)]
