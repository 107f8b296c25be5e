"""What may and may not be done. Answering what was asked is never in question."""

import pytest

from hustings.constituents.people.actions import changes
from hustings.constituents.people.models import Identifier
from hustings.constituents.people.queries import best_email, members
from hustings.constituents.people.queries.standing import prohibitions, reachable_by


def codes(person) -> list[str]:
    return [item.code for item in prohibitions(person)]


def ways(person) -> dict[str, tuple[str, str]]:
    return {way.channel: (way.tone, way.verdict) for way in reachable_by(person)}


def test_writing_in_subscribes_nobody(places, make_person):
    person = make_person(email="ruth@example.org", phone="+16145550142", street="12 Parsons Ave", zip="43211")
    assert codes(person) == ["no_text"]
    assert ways(person) == {
        "email": ("some", "To answer only"),
        "phone": ("some", "To answer only"),
        "text": ("none", "No"),
        "post": ("some", "To answer only"),
    }


def test_of_someone_nothing_is_known(places, make_person):
    assert ways(make_person("")) == {
        "email": ("none", "None"),
        "phone": ("none", "None"),
        "text": ("none", "No"),
        "post": ("none", "None"),
    }


def test_the_newest_word_on_a_channel_holds(cast, make_person, now):
    person = make_person(email="ruth@example.org")
    changes.record_consent(actor=None, person=person, channel="email", state="agreed", source="form", now=now)
    assert ways(person)["email"] == ("ok", "Yes")
    changes.record_consent(actor=None, person=person, channel="email", state="refused", source="letter", now=now)
    assert codes(person) == ["unsubscribed", "no_text"]
    assert prohibitions(person)[0].since == now
    assert ways(person)["email"] == ("some", "To answer only")


def test_consent_to_texts_needs_a_number(cast, make_person, now):
    person = make_person()
    changes.record_consent(actor=cast["lead"], person=person, channel="text", state="agreed", now=now)
    assert ways(person)["text"] == ("none", "None")
    changes.add_identifier(actor=cast["lead"], person=person, kind="phone", value="614 555 0142", now=now)
    assert ways(person)["text"] == ("ok", "Yes")
    assert codes(person) == []


def test_a_child_joins_no_list_and_is_never_texted(cast, make_person, now):
    person = make_person(phone="+16145550142", email="tim@example.org")
    for channel in ("email", "text"):
        changes.record_consent(actor=None, person=person, channel=channel, state="agreed", source="form", now=now)
    changes.set_child(actor=cast["volunteer"], person=person, on=True, now=now)
    assert codes(person) == ["child", "no_text"]
    assert ways(person)["email"] == ("some", "To answer only")
    assert ways(person)["text"] == ("none", "No")


def test_do_not_contact_leaves_answering(cast, make_person, now):
    person = make_person(email="ruth@example.org")
    changes.record_consent(actor=None, person=person, channel="email", state="agreed", source="form", now=now)
    changes.set_do_not_contact(actor=cast["volunteer"], person=person, on=True, now=now)
    person.refresh_from_db()
    assert codes(person) == ["do_not_contact", "no_text"]
    assert prohibitions(person)[0].since == now
    assert ways(person)["email"] == ("some", "To answer only")


def test_a_merged_record_marks_the_whole_person(make_person, now):
    person = make_person(email="new@example.org")
    old = make_person("R. Abernathy", email="old@example.org", canonical=person, do_not_contact=True)
    changes.record_consent(actor=None, person=old, channel="phone", state="refused", source="letter", now=now)
    changes.mark_bounced(address="old@example.org", for_good=True, now=now)
    assert codes(person) == ["do_not_contact", "no_calls", "no_text", "bounced"]


@pytest.mark.parametrize(
    ("marks", "best"),
    [
        ({}, "second@example.org"),
        ({"second@example.org": False}, "first@example.org"),
        ({"second@example.org": False, "first@example.org": True}, "second@example.org"),
        ({"second@example.org": True, "first@example.org": True}, ""),
    ],
)
def test_the_best_address_does_not_fail(make_person, now, marks, best):
    person = make_person(email="first@example.org")
    Identifier.objects.create(person=person, kind="email", value="second@example.org")
    for address, for_good in marks.items():
        changes.mark_bounced(address=address, for_good=for_good, now=now)
    assert best_email(members(person.pk)) == best
