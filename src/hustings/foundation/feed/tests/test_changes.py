"""Tracked changes: chosen per type, quiet, and told by the reader's level for each field."""

import pytest
from django.core.exceptions import PermissionDenied

from hustings.foundation.access.models import AuditEntry
from hustings.foundation.core import bus
from hustings.foundation.core.records import RecordChanged
from hustings.foundation.feed.actions.changes import set_tracked
from hustings.foundation.feed.actions.following import change_standing, set_follow
from hustings.foundation.feed.models import ChangeLine, Post
from hustings.foundation.feed.queries.stream import record_feed, stream, unread_count

from .conftest import NOW, role


@pytest.fixture
def change(record, cast):
    def changed(**changes):
        bus.announce(
            RecordChanged("pledge", record.pk, record.uid, changes, cast["june"].pk, NOW)  # as a room's action does
        )

    return changed


def told(user, record):
    page = record_feed(user, ("pledge", record.pk), record)
    return [[(line.label, line.old, line.new, line.masked) for line in one.lines] for one in page.shown]


def become(user, slug):
    user.roles = [slug]
    user.save()
    vars(user).pop("_grants", None)


def test_each_reader_is_told_by_level(cast, record, change):
    change(stage=("new", "kept"), phone=("+16145550142", "+16145550199"), secret=("plum", "pear"))
    assert told(cast["marguerite"], record) == [
        [
            ("Stage", "New", "Kept", False),
            ("Telephone", "+16145550142", "+16145550199", False),
            ("Secret", "plum", "pear", False),
        ]
    ]
    role("masked", {"stage": "read", "phone": "masked", "secret": "hidden"})
    become(cast["theo"], "masked")
    assert told(cast["theo"], record) == [
        [("Stage", "New", "Kept", False), ("Telephone", "•••-•••-0142", "•••-•••-0199", True)]
    ]
    role("blind", {"stage": "hidden"})
    become(cast["dana"], "blind")
    assert told(cast["dana"], record) == []


def test_a_hidden_change_has_no_address_either(cast, record, change, signed_in):
    change(secret=("plum", "pear"))
    role("blind", {"stage": "read"})
    become(cast["dana"], "blind")
    post = Post.objects.get()
    assert signed_in(cast["dana"]).get(f"/feed/-/post/{post.uid}/").status_code == 404
    assert signed_in(cast["dana"]).post(f"/feed/-/post/{post.uid}/comment/", {"text": "?"}).status_code == 404
    assert signed_in(cast["theo"]).get(f"/feed/-/post/{post.uid}/").status_code == 200
    assert Post.objects.count() == 1


def test_only_chosen_fields_are_told(cast, record, change):
    change(public=(False, True))
    assert Post.objects.count() == 0
    set_tracked(actor=cast["marguerite"], record_type="pledge", fields=["public"], now=NOW)
    change(public=(False, True), stage=("new", "kept"), secret=("a", "b"))
    assert told(cast["marguerite"], record) == [[("Public", "No", "Yes", False)]]
    assert list(ChangeLine.objects.values_list("field", flat=True)) == ["public"]
    assert AuditEntry.objects.get(action="feed.tracked").detail == {"fields": ["public"]}


def test_choosing_is_an_administrators(cast, signed_in):
    with pytest.raises(PermissionDenied):
        set_tracked(actor=cast["june"], record_type="pledge", fields=["public"], now=NOW)
    with pytest.raises(ValueError, match="no fields"):
        set_tracked(actor=cast["marguerite"], record_type="pledge", fields=["nothing"], now=NOW)
    assert signed_in(cast["june"]).get("/feed/fields/").status_code == 403
    client = signed_in(cast["marguerite"])
    assert b"Pledges" in client.get("/feed/fields/").content
    assert client.post("/feed/fields/pledge/", {"fields": ["public", "stage"]}).status_code == 302
    assert b'value="public" checked' in client.get("/feed/fields/pledge/").content


def test_making_and_deleting_and_nothing_new_are_told_by_no_line(cast, record):
    more = (cast["june"].pk, NOW)
    bus.announce(RecordChanged("pledge", record.pk, record.uid, {"stage": ("", "new")}, *more, is_new=True))
    bus.announce(RecordChanged("pledge", record.pk, record.uid, {"stage": ("new", "")}, *more, is_deleted=True))
    bus.announce(RecordChanged("pledge", record.pk, record.uid, {"stage": ("new", "new")}, *more))
    bus.announce(RecordChanged("unknown", 1, record.uid, {"stage": ("new", "kept")}, *more))
    assert Post.objects.count() == 0


def test_changes_are_quiet(cast, record, change):
    set_follow(actor=cast["theo"], record_type="pledge", record=record, state="follow")
    change(stage=("new", "kept"))
    assert unread_count(cast["theo"]) is None
    assert stream(cast["theo"]).shown == []
    change_standing(actor=cast["theo"], changes=True, now=NOW)
    assert len(stream(cast["theo"]).shown) == 1
    assert unread_count(cast["theo"]) is None


def test_links_are_named_only_to_those_who_may_see_them(cast, record, change, pledges):
    other = pledges.make("Pledge of Omar")
    change(owner=(None, cast["theo"].pk), beside=(None, str(other.uid)))
    assert told(cast["june"], record) == [[("Owner", "", "Theo Marsh", False), ("Beside", "", "Pledge of Omar", False)]]
    pledges.seen[cast["june"].pk] = {record.pk}
    assert told(cast["june"], record)[0][1] == ("Beside", "", "a record that you may not see", False)


def test_reading_a_sensitive_change_is_written_down(cast, record, change, signed_in):
    change(phone=("+16145550142", "+16145550199"))
    assert b"+16145550142" in signed_in(cast["marguerite"]).get(f"/feed/pledge/{record.uid}/").content
    entry = AuditEntry.objects.get(action="read", record_type="pledge")
    assert (entry.actor_id, entry.record_id, entry.detail) == (
        cast["marguerite"].pk,
        record.pk,
        {"fields": ["phone"]},
    )
