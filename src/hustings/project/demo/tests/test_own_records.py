"""The sample campaign's own records, rules and posts: made once, and they are what the pages show."""

from datetime import UTC, datetime

import pytest

from hustings.foundation.automation.models import Rule
from hustings.foundation.feed.models import Post
from hustings.foundation.geography.actions import load_places
from hustings.foundation.objects.models import CustomRecord, FieldType, ObjectType
from hustings.project.demo.offices import furnish
from hustings.project.demo.own_records import FIELDS, RIDERS, set_up

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_it_is_all_there_once() -> None:
    load_places()
    furnish(now=NOW)
    for _time in range(2):
        set_up(now=NOW, seed=2028)
    kind = ObjectType.objects.get()
    assert (kind.label, kind.is_public, [label for _slug, label in kind.stages]) == (
        "Ride to the polls",
        True,
        ["Asked", "Driver found", "Driven"],
    )
    assert FieldType.objects.count() == len(FIELDS)
    assert CustomRecord.objects.count() == len(RIDERS)
    first = CustomRecord.objects.order_by("id")[0]
    assert (first.values["rider"], first.values["picked_up_at"]["city"], first.stage, first.owner) == (
        "Odalys Ferrante",
        "Toledo",
        "asked",
        None,
    )
    assert {row.stage for row in CustomRecord.objects.all()} == {slug for slug, _label in kind.stages}
    rules = Rule.objects.order_by("id")
    assert [(rule.record, rule.is_on) for rule in rules] == [("inquiry", True), ("inquiry", True), (kind.record, True)]
    assert sorted(Post.objects.values_list("record_type", flat=True)) == ["article", kind.record, kind.record]
