"""Several letters of one writer: which are answered with the one that leaves, and which are not."""

import pytest

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import Outgoing, OutgoingState
from hustings.service.bulk.actions import halting
from hustings.service.bulk.models import Claim, Copy, CopyState, Why
from hustings.service.correspondence.models import Reply
from hustings.service.correspondence.tests.replying import NOW, Cast, cast, person
from hustings.service.desk.models import Event, Inquiry, Status

from .many import MINUTE, all_leave, approved, drafted, wrote

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def three(us: Cast) -> list[Inquiry]:
    """Three letters of one writer, the last of which is answered."""
    who = person("Ada Case", "ada@b.example")
    return [wrote(us, who, "ada@b.example", at=NOW + n * MINUTE) for n in range(3)]


@pytest.mark.parametrize(
    ("why", "became"),
    [
        (Why.CRISIS, {"is_crisis": True}),
        (Why.SEALED, {"is_sealed": True}),
        (Why.KEPT_OUT, {"nature": "threat"}),
        (Why.KEPT_OUT, {"tags": ["press"]}),
        (Why.SNOOZED, {"status": "snoozed"}),
        (Why.CLOSED, {"status": "closed"}),
    ],
)
def test_one_that_only_a_person_may_answer_is_not_answered_along(us: Cast, why: str, became: dict[str, object]) -> None:
    rows = three(us)
    bulk = approved(us, drafted(us, rows))
    Inquiry.objects.filter(pk=rows[0].pk).update(**became)
    before = Inquiry.objects.get(pk=rows[0].pk)
    all_leave(bulk)
    assert Reply.objects.get().inquiry == rows[2]
    copies = Copy.objects.order_by("pk")
    assert [one.why or one.state for one in copies] == [why, CopyState.COVERED, CopyState.LEAVING]
    after = Inquiry.objects.get(pk=rows[0].pk)
    assert (after.status, after.answered_at, after.assignee_id) == (before.status, None, None)
    assert list(Event.objects.filter(kind="answered_with").values_list("inquiry_id", flat=True)) == [rows[1].pk]


def test_those_answered_with_one_that_was_refused_wait_again_and_say_why(us: Cast) -> None:
    rows = three(us)
    all_leave(approved(us, drafted(us, rows)))
    row = Outgoing.objects.get()
    Outgoing.objects.filter(pk=row.pk).update(state=OutgoingState.ATTEMPTING)
    outbox._settle_attempt(row.pk, OutgoingState.FAILED, "550 no such mailbox", NOW + MINUTE)
    assert halting.put_back_taken(now=NOW + MINUTE) == 1
    copies = Copy.objects.order_by("pk")
    assert [one.why or one.state for one in copies] == [Why.REFUSED, Why.REFUSED, CopyState.REFUSED]
    assert set(Inquiry.objects.values_list("status", flat=True)) == {Status.OPEN}
    assert not Inquiry.objects.filter(pk__in=[rows[0].pk, rows[1].pk], answered_at__isnull=False).exists()
    assert Claim.objects.count() == 0
    assert halting.put_back_taken(now=NOW + MINUTE) == 0


def test_one_answered_along_that_another_was_given_waits_with_them(us: Cast) -> None:
    rows = three(us)
    bulk = approved(us, drafted(us, rows))
    all_leave(bulk)
    Inquiry.objects.filter(pk=rows[0].pk).update(assignee=us.colleague)
    halting.stop(actor=us.lead, bulk=bulk, now=NOW)
    halting.put_back_taken(now=NOW)
    found = Inquiry.objects.get(pk=rows[0].pk)
    assert (found.status, found.answered_at, found.assignee) == (Status.OPEN, None, us.colleague)
