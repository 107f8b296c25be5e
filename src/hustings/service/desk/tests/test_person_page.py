"""What the desk puts on a person's page: their conversations."""

from datetime import timedelta

import pytest
from django.test import Client

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry, make_person


@pytest.fixture(name="ruth")
def _ruth(cast: Cast) -> Person:
    return make_person()


def shown(user: User, person: Person) -> str:
    page = Client()
    page.force_login(user)
    return " ".join(page.get(person.get_absolute_url()).content.decode().split())


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
