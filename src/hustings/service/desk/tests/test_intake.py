"""More letters on an inquiry of the same batch: it is opened as it would be had they come a batch later."""

from datetime import timedelta

import pytest

from hustings.foundation.core import bulk
from hustings.service.desk.actions.intake import (
    IncomingOnInquiry,
    NewInquiry,
    add_to_new,
    hold_threads,
    open_inquiries,
    record_incoming,
)
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.routing import Routing

from .cast import NOW, make_person

HOUR = timedelta(hours=1)
CRISIS = "crisis"


@pytest.mark.parametrize(
    "letters",
    [
        [(HOUR, "and another thing", False, None)],
        [(-HOUR, "an older one", True, None)],
        [(HOUR, "later", False, None), (HOUR, "as late", False, None), (-HOUR, "earlier", False, None)],
        [(3 * HOUR, "I cannot go on", False, CRISIS), (2 * HOUR, "before", True, CRISIS)],
        [(100 * HOUR, "long after", False, CRISIS)],
    ],
)
def test_it_is_opened_as_later_letters_would_leave_it(cast, letters):
    person = make_person()
    crisis = Routing(cast.crisis.pk, 0, 15)
    (ids,) = bulk.take_ids(desk_inquiry=2)

    def new(number: int) -> NewInquiry:
        return NewInquiry(
            id=number,
            person_id=person.pk,
            routing=Routing(cast.help.pk, 2, 240, "ballot"),
            channel="mail",
            opened_at=NOW,
            due_at=NOW + 4 * HOUR,
            message_id=10,
            subject="My ballot",
            snippet="Where is it",
        )

    natures = ("", "thanks", "election_incident")

    def more(number: int) -> list[IncomingOnInquiry]:
        return [
            IncomingOnInquiry(
                number, 11 + place, NOW + after, words, attached, crisis if grave else None, goes_first=attached,
                topics=("guns", "border")[:place], nature=natures[place % 3], urgency=place % 3,
            )
            for place, (after, words, attached, grave) in enumerate(letters)
        ]  # fmt: skip

    at_once = new(ids[0])
    add_to_new(at_once, more(ids[0]))
    open_inquiries([at_once, new(ids[1])], now=NOW)
    held = hold_threads([ids[1]])
    record_incoming(more(ids[1]), held, now=NOW)
    first, second = Inquiry.objects.order_by("pk").values()
    for own in ("id", "uid"):
        assert first.pop(own) != second.pop(own)
    assert first == second
    assert first["messages"] == 1 + len(letters)
