"""What is stated is kept with its source, the surest shows, and a refusal changes nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hustings.constituents.people.actions import changes
from hustings.constituents.people.actions.notes import write_note
from hustings.constituents.people.models import Consent, Household, Identifier, Note, Person, PersonFact
from hustings.constituents.timeline.models import Entry


def kinds() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("kind", flat=True))


def test_a_changed_name_is_split_and_kept_with_its_source(cast, make_person, now):
    person = make_person("R Abernathy")
    fact = changes.change_fact(actor=cast["volunteer"], person=person, field="name", value=" Ruth  Abernathy ", now=now)
    person.refresh_from_db()
    assert (person.name, person.first_name, person.last_name) == ("Ruth Abernathy", "Ruth", "Abernathy")
    assert (fact.value, fact.source, fact.actor_id) == (
        "Ruth Abernathy",
        f"user:{cast['volunteer'].uid}",
        cast["volunteer"].pk,
    )
    assert kinds() == ["people.fact"]


def test_the_same_value_again_is_no_statement(cast, make_person, now):
    person = make_person("Ruth Abernathy")
    assert changes.change_fact(actor=cast["lead"], person=person, field="name", value="Ruth Abernathy", now=now) is None
    assert not PersonFact.objects.exists()
    assert kinds() == []


def test_a_letter_does_not_outdo_a_colleague(cast, make_person, now):
    person = make_person()
    changes.change_fact(actor=cast["lead"], person=person, field="language", value="es", now=now)
    later = now + timedelta(days=3)
    changes.change_fact(actor=None, person=person, field="language", value="en", source="letter:1", now=later)
    person.refresh_from_db()
    assert person.language == "es"
    assert set(PersonFact.objects.values_list("value", flat=True)) == {"es", "en"}
    changes.change_fact(actor=cast["volunteer"], person=person, field="language", value="fr", now=later)
    person.refresh_from_db()
    assert person.language == "fr"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("zip", "99999"),
        ("zip", "432"),
        ("state_code", "Narnia"),
        ("language", "much too long"),
        ("care_note", "x" * 501),
    ],
)
def test_a_value_that_cannot_be_is_refused(cast, make_person, now, field, value):
    person = make_person(city="Columbus")
    with pytest.raises(ValidationError):
        changes.change_fact(actor=cast["lead"], person=person, field=field, value=value, now=now)
    person.refresh_from_db()
    assert getattr(person, field) == {"name": "Ruth Abernathy"}.get(field, "")
    assert not PersonFact.objects.exists()
    assert kinds() == []


def test_whose_access_ended_changes_nothing(cast, make_person, now):
    person, user = make_person(), cast["lead"]
    user.is_active = False
    with pytest.raises(PermissionDenied):
        changes.change_fact(actor=user, person=person, field="language", value="es", now=now)
    assert not PersonFact.objects.exists()


def test_several_details_change_together_or_not_at_all(cast, make_person, now):
    person = make_person()
    with pytest.raises(ValidationError):
        changes.change_details(actor=cast["lead"], person=person, values={"language": "es", "name": ""}, now=now)
    person.refresh_from_db()
    assert person.language == ""
    assert not PersonFact.objects.exists()


def test_a_zip_brings_city_state_and_county(cast, make_person, now):
    person = make_person()
    facts = changes.change_place(
        actor=cast["lead"], person=person, street="12 Parsons Ave", city="", state_code="", zip_code="43211", now=now
    )
    person.refresh_from_db()
    place = (person.street, person.city, person.state_code, person.zip, person.county_fips)
    assert place == ("12 Parsons Ave", "Columbus", "OH", "43211", "39049")
    assert {fact.field for fact in facts} == {"street", "city", "state_code", "zip"}


def test_a_city_changed_by_hand_makes_the_zip_as_sure(cast, make_person, now):
    person = make_person(city="Columbus", state_code="OH", zip="43211")
    changes.change_place(
        actor=cast["lead"], person=person, street="", city="Linden", state_code="OH", zip_code="43211", now=now
    )
    sources = dict(PersonFact.objects.values_list("field", "source"))
    assert sources == {"city": f"user:{cast['lead'].uid}", "zip": f"user:{cast['lead'].uid}"}


def test_an_unknown_zip_changes_nothing_of_the_place(cast, make_person, now):
    person = make_person(city="Columbus")
    with pytest.raises(ValidationError) as refused:
        changes.change_place(
            actor=cast["lead"], person=person, street="1 Elm", city="X", state_code="OH", zip_code="00000", now=now
        )
    assert set(refused.value.error_dict) == {"zip"}
    person.refresh_from_db()
    assert (person.street, person.city) == ("", "Columbus")


def test_an_address_that_is_someone_elses_is_refused_with_who(cast, make_person, now):
    other, person = make_person("Clement", email="ca@example.org"), make_person()
    with pytest.raises(ValidationError) as refused:
        changes.add_identifier(actor=cast["lead"], person=person, kind="email", value="CA@example.org", now=now)
    (error,) = refused.value.error_dict["value"]
    assert (error.code, error.params["uid"]) == ("taken", str(other.uid))
    assert Identifier.objects.get().person_id == other.pk
    assert not PersonFact.objects.exists()


def test_another_number_is_added_once(cast, make_person, now):
    person = make_person()
    for text in ("614 555 0142", "(614) 555-0142"):
        changes.add_identifier(actor=cast["lead"], person=person, kind="phone", value=text, now=now)
    assert Identifier.objects.get().value == "+16145550142"
    assert PersonFact.objects.count() == 1


def test_consent_is_kept_with_who_said_it(cast, make_person, now):
    person = make_person()
    changes.record_consent(actor=cast["volunteer"], person=person, channel="text", state="agreed", now=now)
    consent = Consent.objects.get()
    assert (consent.channel, consent.state, consent.source) == ("text", "agreed", f"user:{cast['volunteer'].uid}")
    assert kinds() == ["people.consent"]


def test_a_child_joins_no_list_but_may_refuse(cast, make_person, now):
    person = make_person(is_child=True)
    with pytest.raises(ValidationError):
        changes.record_consent(actor=cast["lead"], person=person, channel="email", state="agreed", now=now)
    assert not Consent.objects.exists()
    changes.record_consent(actor=cast["lead"], person=person, channel="email", state="refused", now=now)
    assert Consent.objects.get().state == "refused"


def test_anyone_marks_do_not_contact_and_a_lead_lifts_it(cast, make_person, now):
    person = make_person()
    changes.set_do_not_contact(actor=cast["volunteer"], person=person, on=True, now=now)
    with pytest.raises(PermissionDenied):
        changes.set_do_not_contact(actor=cast["volunteer"], person=person, on=False, now=now)
    person.refresh_from_db()
    assert person.do_not_contact is True
    assert kinds() == ["people.fact"]
    changes.set_do_not_contact(actor=cast["lead"], person=person, on=False, now=now)
    person.refresh_from_db()
    assert person.do_not_contact is False
    assert [fact.value for fact in PersonFact.objects.order_by("id")] == ["yes", "no"]


def test_lifting_a_mark_lifts_it_from_every_merged_record(cast, make_person, now):
    person = make_person()
    marked = make_person("R. L. Abernathy", do_not_contact=True, canonical=person)
    changes.set_do_not_contact(actor=cast["lead"], person=person, on=False, now=now)
    marked.refresh_from_db()
    assert marked.do_not_contact is False


def test_a_bounce_marks_the_address_and_a_worse_one_more(make_person, now):
    make_person(email="ruth@example.org")
    later = now + timedelta(days=1)
    assert changes.mark_bounced(address="nobody@example.org", for_good=True, now=now) is None
    changes.mark_bounced(address="Ruth@Example.org ", for_good=False, now=now)
    changes.mark_bounced(address="ruth@example.org", for_good=False, now=later)
    assert list(Identifier.objects.values_list("bounced_at", "bounced_for_good")) == [(now, False)]
    changes.mark_bounced(address="ruth@example.org", for_good=True, now=later)
    changes.mark_bounced(address="ruth@example.org", for_good=False, now=later)
    assert list(Identifier.objects.values_list("bounced_at", "bounced_for_good")) == [(now, True)]
    assert kinds() == ["people.bounce", "people.bounce"]


def test_a_lead_says_that_an_address_is_tried_again(cast, make_person, now):
    make_person(email="ruth@example.org")
    identifier = changes.mark_bounced(address="ruth@example.org", for_good=True, now=now)
    with pytest.raises(PermissionDenied):
        changes.clear_bounce(actor=cast["volunteer"], identifier=identifier, now=now)
    identifier.refresh_from_db()
    assert identifier.bounced_for_good is True
    changes.clear_bounce(actor=cast["lead"], identifier=identifier, now=now)
    identifier.refresh_from_db()
    assert (identifier.bounced_at, identifier.bounced_for_good) == (None, False)


def test_people_at_one_door_are_one_household(cast, make_person, now):
    ruth, clement = make_person(), make_person("Clement Abernathy")
    for person, street in ((ruth, "12 Parsons Avenue"), (clement, "12 parsons ave.")):
        changes.join_household(
            actor=cast["volunteer"], person=person, street=street, city="", state_code="", zip_code="43211", now=now
        )
    home = Household.objects.get()
    assert (home.street, home.city, home.state_code) == ("12 Parsons Avenue", "Columbus", "OH")
    assert set(Person.objects.values_list("household_id", flat=True)) == {home.pk}
    changes.leave_household(actor=cast["volunteer"], person=ruth, now=now)
    assert Person.objects.get(pk=ruth.pk).household_id is None
    assert kinds() == ["people.household"] * 3


def test_no_household_without_a_door(cast, make_person, now):
    person = make_person()
    with pytest.raises(ValidationError):
        changes.join_household(
            actor=cast["lead"], person=person, street="Parsons", city="", state_code="", zip_code="43211", now=now
        )
    assert not Household.objects.exists()


def test_a_note_is_left_and_an_empty_one_is_not(cast, make_person, now):
    person = make_person()
    for text in ("  ", "x" * 4001):
        with pytest.raises(ValidationError):
            write_note(actor=cast["volunteer"], person=person, text=text, now=now)
    assert not Note.objects.exists()
    write_note(actor=cast["volunteer"], person=person, text=" Call after ten. ", now=now)
    assert Note.objects.get().text == "Call after ten."
    assert kinds() == ["people.note"]
