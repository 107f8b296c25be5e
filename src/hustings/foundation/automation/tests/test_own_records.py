"""A rule asks by fields of records that an administrator built: the database's answer is each record's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hustings.foundation.access import grants
from hustings.foundation.access.actions import make_user
from hustings.foundation.access.models import Role, User
from hustings.foundation.automation.conditions.evaluate import holds
from hustings.foundation.automation.conditions.filters import filter_of
from hustings.foundation.automation.conditions.tree import Group, Leaf
from hustings.foundation.automation.queries.asking import frame_of, reading_for, subject_of
from hustings.foundation.core import records
from hustings.foundation.objects.actions.making import make_record
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.queries.shape import forget, shape

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
ASKED = [
    *((op, "note", value) for op in ("is", "is_not", "contains", "lacks") for value in ("x", "")),
    *((op, "size", "small") for op in ("is", "is_not")),
    *((op, "size", ["small"]) for op in ("one_of", "none_of")),
    *((op, "count", "3") for op in ("is", "is_not", "more", "less")),
    *((op, "paid", "") for op in ("yes", "no")),
    *((op, name, "") for op in ("empty", "filled") for name in ("note", "size", "count")),
    *((op, "wanted", "2028-10-20") for op in ("on_day", "before", "after")),
]


@pytest.fixture
def admin(db: None) -> Iterator[User]:
    forget()
    boss = make_user(actor=None, email="m@adair.example.org", name="Marguerite", role=Role.ADMINISTRATOR, now=NOW)
    boss.time_zone = "America/New_York"
    boss.save()
    yield boss
    forget()


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked)))
def test_asked_of_the_database_as_of_each(admin: User, asked: tuple[str, str, Any]) -> None:
    kind = make_object(actor=admin, label="Sign", plural="Signs", now=NOW)
    for label, holds_what, more in (
        ("Name", "text", {}),
        ("Note", "long_text", {}),
        ("Size", "choice", {"choices": ["Small", "Large"]}),
        ("Count", "number", {}),
        ("Paid", "yes_no", {}),
        ("Wanted", "date", {}),
    ):
        add_field(actor=admin, record=kind.record, label=label, kind=holds_what, now=NOW, **more)
    grants.forget(admin)
    built = shape().by_slug["sign"]
    every = {"name": "A", "note": "x", "size": "small", "count": 3, "paid": True, "wanted": "2028-10-20"}
    rows = [make_record(actor=admin, kind=built, values=values, now=NOW) for values in (every, {"name": "B"})]
    record = records.get("x_sign")
    assert record is not None
    op, name, value = asked
    tree = Group((Leaf(name, op, value),))
    with reading_for(admin):
        found = filter_of(tree, frame_of(admin, record, NOW))
        assert found.whole
        told = list(record.visible_to(admin).filter(found.q).order_by("pk"))
        assert told == [row for row in rows if holds(tree, subject_of(admin, record, row, NOW))]
