"""What letters tell of many at once is what each would have told."""

import pytest

from hustings.constituents.people.actions import arriving, changes
from hustings.constituents.people.models import Consent, Identifier
from hustings.constituents.timeline.actions import gathering
from hustings.constituents.timeline.models import Entry


def lines() -> list[tuple[int, str, bool]]:
    rows = Entry.objects.order_by("id").values_list("person_id", "kind", "detail")
    return [(person_id, kind, bool((detail or {}).get("for_good"))) for person_id, kind, detail in rows]


def test_many_bounces_mark_what_one_after_the_other_would(make_person, now):
    failures = [
        ("nobody@example.org", True),
        ("Ruth@Example.org ", False),
        ("ruth@example.org", False),
        ("ruth@example.org", True),
        ("ruth@example.org", False),
        ("clement@example.org", False),
    ]
    make_person(email="ruth@example.org")
    make_person("Clement", email="clement@example.org")
    arriving.mark_all_bounced(failures, now=now)
    together = list(Identifier.objects.order_by("value").values_list("value", "bounced_at", "bounced_for_good"))
    told = lines()
    Identifier.objects.update(bounced_at=None, bounced_for_good=False)
    for address, for_good in failures:
        changes.mark_bounced(address=address, for_good=for_good, now=now)
    assert list(Identifier.objects.order_by("value").values_list("value", "bounced_at", "bounced_for_good")) == together
    assert lines() == told + told
    assert [for_good for _, _, for_good in told] == [False, True, False]


def test_many_refusals_are_kept_each_with_its_letter(make_person, now):
    ruth, clement = make_person(), make_person("Clement")
    refusals = [(ruth.pk, "letter:1"), (clement.pk, "letter:2")]
    with gathering():
        arriving.record_refusals(refusals, channels=("email",), now=now)
        assert lines() == []
    assert list(Consent.objects.order_by("id").values_list("person_id", "channel", "state", "source", "at")) == [
        (ruth.pk, "email", "refused", "letter:1", now),
        (clement.pk, "email", "refused", "letter:2", now),
    ]
    assert lines() == [(ruth.pk, "people.consent", False), (clement.pk, "people.consent", False)]


def test_no_channel_of_our_making(make_person, now):
    with pytest.raises(ValueError, match="pigeon"):
        arriving.record_refusals([(make_person().pk, "letter:1")], channels=("pigeon",), now=now)
    assert not Consent.objects.exists()


def test_lines_that_were_gathered_are_not_written_after_an_error(make_person, now):
    person = make_person()
    with pytest.raises(ValueError, match="pigeon"), gathering():
        _refuse_twice(person.pk, now)
    assert lines() == []


def _refuse_twice(person_id, now):
    arriving.record_refusals([(person_id, "letter:1")], channels=("email",), now=now)
    arriving.record_refusals([(person_id, "letter:1")], channels=("pigeon",), now=now)
