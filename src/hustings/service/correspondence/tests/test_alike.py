"""What asks much the same: near in words, waiting, and only what the reader may see."""

import pytest

from hustings.service.correspondence.actions.beginning import begin_letter
from hustings.service.correspondence.queries.alike import asked_alike
from hustings.service.desk.models import Inquiry, Status

from .replying import NOW, Cast, cast, inquiry, letter, person

pytestmark = pytest.mark.django_db
ASKED = "The school where we always voted is shut. Which polling place is mine now, the church or the annex?"
NEAR = "They have shut the school. Is my polling place the annex, or do I vote at the church?"
FAR = "Please send a receipt for the twenty dollars that I gave in March, my tax adviser needs it."


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def asks(us: Cast, text: str, name: str, **fields: object) -> Inquiry:
    us.person = person(name, f"{name.split()[0].lower()}@example.org")
    queue = fields.pop("queue", None)
    made = inquiry(us, queue=queue, **fields)  # type: ignore[arg-type]
    letter(made, text=text)
    Inquiry.objects.filter(pk=made.pk).update(subject="A question")
    return made


def test_the_nearest_come_and_what_is_about_something_else_does_not(us: Cast) -> None:
    of = asks(us, ASKED, "Marlon Teague")
    near = asks(us, NEAR, "Bea Okafor")
    same = asks(us, ASKED, "Wes Prior")
    asks(us, FAR, "Gil Moss")
    found = asked_alike(us.lead, of)
    assert [one.inquiry for one in found] == [same, near]
    assert found[0].nearness > found[1].nearness >= 0.2
    assert [one.inquiry for one in asked_alike(us.lead, of, limit=1)] == [same]


def test_what_the_reader_may_not_see_or_nobody_waits_for_is_left_out(us: Cast) -> None:
    of = asks(us, ASKED, "Marlon Teague")
    asks(us, NEAR, "Ann Press", queue=us.press_queue)
    asks(us, NEAR, "Sid Sealed", is_sealed=True)
    asks(us, NEAR, "Cleo Closed", status=Status.CLOSED, closed_at=NOW)
    assert asked_alike(us.lead, of) == []
    assert [one.inquiry.person.name for one in asked_alike(us.administrator, of)] == ["Ann Press"]


def test_of_a_person_who_asks_twice_the_other_letter_is_no_news(us: Cast) -> None:
    of = asks(us, ASKED, "Marlon Teague")
    letter(inquiry(us), text=NEAR)
    assert asked_alike(us.lead, of) == []


def test_where_nothing_was_asked_nothing_is_alike(us: Cast) -> None:
    asks(us, ASKED, "Marlon Teague")
    of = begin_letter(actor=us.lead, person=person("Ida Ray", "ida@example.org"), queue=us.queue, subject="School",
                      now=NOW)  # fmt: skip
    assert asked_alike(us.lead, of) == []
