"""What the desk puts on a person's page: the telephone, and their conversations."""

from datetime import timedelta

import pytest
from django.test import Client

from hustings.constituents.people.models import Consent, Identifier, Person
from hustings.foundation.access.models import User
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry, make_person


@pytest.fixture(name="ruth")
def _ruth(cast: Cast) -> Person:
    person = make_person()
    Identifier.objects.create(person=person, kind="phone", value="+16145550142")
    return person


def shown(user: User, person: Person) -> str:
    page = Client()
    page.force_login(user)
    return " ".join(page.get(person.get_absolute_url()).content.decode().split())


def test_a_number_is_called_by_a_link(cast: Cast, ruth: Person) -> None:
    page = shown(cast.dana, ruth)
    assert 'href="tel:+16145550142"' in page
    assert "No call:" not in page


def test_no_number_is_said(cast: Cast) -> None:
    page = shown(cast.dana, make_person())
    assert "No call: No telephone number is known." in page
    assert "tel:" not in page


def test_who_wants_no_contact_is_not_called_even_about_an_open_question(cast: Cast, ruth: Person) -> None:
    make_inquiry(cast.help, person=ruth)
    Person.objects.filter(pk=ruth.pk).update(do_not_contact=True)
    page = shown(cast.dana, ruth)
    assert "No call: Marked “do not contact”." in page
    assert "tel:" not in page


def test_who_wants_no_calls_is_called_back_only_about_what_they_asked(cast: Cast, ruth: Person) -> None:
    Consent.objects.create(person=ruth, channel="phone", state="refused", source="form", at=NOW)
    asked = make_inquiry(cast.help, person=ruth, status="closed", closed_at=NOW)
    page = shown(cast.dana, ruth)
    assert "No call: They asked not to be called, and have no open question." in page
    assert "tel:" not in page
    asked.status = "open"
    asked.save()
    assert 'href="tel:+16145550142"' in shown(cast.dana, ruth)


def test_their_conversations_as_far_as_the_reader_sees_them(cast: Cast, ruth: Person) -> None:
    old = NOW - timedelta(days=9)
    make_inquiry(cast.help, person=ruth, subject="Still waits", tags=["Ballot"], last_message_at=old)
    make_inquiry(cast.help, person=ruth, subject="Was answered", tags=["Ballot"], status="closed", closed_at=NOW)
    make_inquiry(cast.gifts, person=ruth, subject="About a gift")
    make_inquiry(cast.help, person=ruth, subject="A threat", is_sealed=True)
    page = shown(cast.june, ruth)
    assert page.index("Still waits") < page.index("Was answered")
    assert ("About a gift" in page, "A threat" in page) == (False, False)
    topics = page.partition("What they write about")[2].partition("</section>")[0]
    assert '<span>Ballot</span><i data-u="100"></i><b>2</b>' in topics
    assert "Donations" not in topics
    assert "About a gift" in shown(cast.ada, ruth)
    assert 'id="conversations"' not in shown(cast.ada, make_person())
