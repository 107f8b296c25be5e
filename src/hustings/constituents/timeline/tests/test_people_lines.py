"""What happens to a person becomes a line in the same transaction, and reads as a sentence."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from hustings.constituents.people.actions import changes
from hustings.constituents.people.actions.merges import merge_people, undo_merge
from hustings.constituents.people.actions.notes import write_note
from hustings.constituents.people.models import Identifier, Person
from hustings.constituents.people.queries import members
from hustings.constituents.timeline import queries
from hustings.foundation.access.actions import make_user
from hustings.foundation.access.models import Role, User
from hustings.foundation.geography.models import State, Zip
from hustings.foundation.geography.queries import forget

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)


@pytest.fixture
def lead(db: None):
    Zip.objects.create(code="43211", city="Columbus", state=State.objects.create(code="OH", name="Ohio", fips="39"))
    forget()
    yield make_user(actor=None, email="theo@example.org", name="Theo Marsh", role=Role.LEAD, now=NOW)
    forget()


@pytest.fixture
def other(lead: User) -> User:
    return make_user(actor=None, email="dana@example.org", name="Dana Kessler", role=Role.LEAD, now=NOW)


@pytest.fixture
def ruth(lead: User) -> Person:
    person = Person.objects.create(name="Ruth Abernathy")
    Identifier.objects.create(person=person, kind="email", value="ruth@example.org")
    return person


def read(user: User, person: Person) -> list[tuple[str, str, str, str]]:
    lines = queries.page_of(user, members(person.pk)).lines
    return [(line.reads.who, line.reads.title, line.reads.aside, line.tone) for line in lines]


def everything(lead: User, ruth: Person) -> None:
    changes.change_fact(actor=lead, person=ruth, field="language", value="es", now=NOW)
    changes.change_fact(actor=None, person=ruth, field="street", value="1 Elm St", source="form", now=NOW)
    changes.record_consent(actor=None, person=ruth, channel="email", state="refused", source="form", now=NOW)
    changes.record_consent(actor=lead, person=ruth, channel="text", state="agreed", now=NOW)
    changes.set_do_not_contact(actor=lead, person=ruth, on=True, now=NOW)
    changes.mark_bounced(address="ruth@example.org", for_good=True, now=NOW)
    changes.join_household(
        actor=lead, person=ruth, street="12 Parsons Ave", city="", state_code="", zip_code="43211", now=NOW
    )
    changes.leave_household(actor=lead, person=ruth, now=NOW)
    write_note(actor=lead, person=ruth, text="Call after ten", now=NOW)
    old = Person.objects.create(name="R. Abernathy")
    undo_merge(actor=lead, merge=merge_people(actor=lead, person=old, into=ruth, now=NOW), now=NOW)


def test_each_line_reads_as_a_sentence(lead, other, ruth):
    everything(lead, ruth)
    assert read(other, ruth) == [
        ("", "No longer one with R. Abernathy", "by Theo Marsh", "fact"),
        ("", "Found to be one with R. Abernathy", "by Theo Marsh", "fact"),
        ("Theo Marsh", "left a note for the team", "", "nt"),
        ("", "Lives there no longer", "by Theo Marsh", "fact"),
        ("", "Lives at 12 Parsons Ave", "by Theo Marsh", "fact"),
        ("", "Mail to ruth@example.org fails for good", "", "stop"),
        ("", "Marked “do not contact”", "by Theo Marsh", "stop"),
        ("", "Agreed to texts", "by Theo Marsh", "fact"),
        ("", "Unsubscribed from email", "by Web form", "stop"),
        ("", "Street: 1 Elm St", "Web form", "fact"),
        ("", "Language: Spanish", "by Theo Marsh", "fact"),
    ]
    mine = read(lead, ruth)
    assert mine[2][0] == "You"
    assert mine[-1] == ("", "Language: Spanish", "by you", "fact")


def test_the_questions_do_not_grow_with_the_lines(lead, ruth, django_assert_max_num_queries):
    everything(lead, ruth)
    with django_assert_max_num_queries(24) as first:
        read(lead, ruth)
    for number in range(3):
        changes.change_fact(actor=lead, person=ruth, field="street", value=f"{number} Elm St", now=NOW)
        write_note(actor=lead, person=ruth, text=f"Note {number}", now=NOW)
        changes.record_consent(actor=lead, person=ruth, channel="post", state="agreed", now=NOW)
    with django_assert_max_num_queries(len(first)):
        read(lead, ruth)


def test_a_merged_records_lines_are_the_persons(lead, ruth):
    old = Person.objects.create(name="R. Abernathy")
    write_note(actor=lead, person=old, text="Wrote in March", now=NOW)
    merge_people(actor=lead, person=old, into=ruth, now=NOW)
    assert [title for _who, title, _aside, _tone in read(lead, ruth)] == [
        "Found to be one with R. Abernathy",
        "left a note for the team",
    ]


def test_the_page_shows_the_timeline_and_its_tabs(lead, ruth):
    everything(lead, ruth)
    client = Client()
    client.force_login(lead)
    text = client.get(ruth.get_absolute_url()).content.decode()
    assert "Call after ten" in text
    assert "Today" in text or "October" in text
    notes = client.get(f"{ruth.get_absolute_url()}?show=notes").content.decode()
    assert "Call after ten" in notes
    assert "Marked “do not contact”" not in notes.split('id="tl"')[1]
    assert "Nothing of this kind" in client.get(f"{ruth.get_absolute_url()}?show=letters").content.decode()
    assert client.get(f"{ruth.get_absolute_url()}?show=nonsense&before=nonsense").status_code == 200
