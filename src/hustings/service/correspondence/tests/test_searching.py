from datetime import timedelta

import pytest

from hustings.foundation.core.partitions import ensure, month_of
from hustings.service.correspondence.actions import sealing
from hustings.service.correspondence.queries import searching
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.lists import page_of
from hustings.service.desk.queries.states import ListState

from .replying import NOW, Cast, cast, inquiry, letter, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def us() -> Cast:
    return cast()


def shown(us: Cast, who: str, words: str) -> list[Inquiry]:
    return page_of(getattr(us, who), ListState(view="all", q=words), NOW).rows


def test_letters_of_every_age_are_found_the_newest_first(us: Cast) -> None:
    ages = (timedelta(days=1), timedelta(days=45), timedelta(days=20 * 365))
    ensure("correspondence_messagebody", {month_of(NOW), month_of(NOW - timedelta(days=45))})
    found = []
    for age in ages:
        found.append(inquiry(us))
        letter(found[-1], at=NOW - age, text="The clinic is closing.")
    other = inquiry(us)
    letter(other, text="The library is closing.")
    assert searching.inquiry_ids(us.administrator, "clinic") == [row.pk for row in found]
    assert len(searching.message_ids("closing", most=2)) == 2


def test_a_letter_is_found_where_it_is_read_now(us: Cast) -> None:
    goes, stays = inquiry(us), inquiry(us)
    letter(goes, text="The clinic is closing.")
    Inquiry.objects.filter(pk=goes.pk).update(status="merged", merged_into=stays)
    assert searching.inquiry_ids(us.volunteer, "clinic") == [stays.pk]
    assert shown(us, "volunteer", "clinic") == [stays]


def test_who_may_not_see_a_conversation_does_not_find_it(us: Cast) -> None:
    mine, theirs = inquiry(us), inquiry(us, queue=us.press_queue)
    for row in (mine, theirs):
        letter(row, text="The clinic is closing.")
    assert shown(us, "volunteer", "clinic") == [mine]
    assert set(shown(us, "administrator", "clinic")) == {mine, theirs}
    assert page_of(us.volunteer, ListState(view="all", q="clinic"), NOW).count == 1
    assert shown(us, "volunteer", "library") == []
    stranger = user("Stranger")
    assert page_of(stranger, ListState(view="all", q="clinic"), NOW).rows == []


def test_sealed_letters_are_found_by_security_leads_alone(us: Cast) -> None:
    sealed, read_under = inquiry(us), inquiry(us)
    letter(sealed, text="The clinic is closing.")
    sealing.seal(actor=None, inquiry=sealed, evidence="a threat", now=NOW)
    Inquiry.objects.filter(pk=sealed.pk).update(status="merged", merged_into=read_under)
    assert searching.inquiry_ids(us.administrator, "clinic") == []
    assert searching.inquiry_ids(us.security, "clinic") == [read_under.pk]


def test_people_are_found_by_part_of_their_name_as_it_is_written(us: Cast) -> None:
    of = inquiry(us)
    name = us.person.name
    assert shown(us, "volunteer", name[:4].upper()) == [of]
    assert shown(us, "volunteer", name[1:5]) == [of]
    for pattern in (".*", "R.th", "(", f"{name}|x"):
        assert shown(us, "volunteer", pattern) == []
