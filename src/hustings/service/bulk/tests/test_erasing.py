"""Erasing somebody leaves no address of theirs, and nothing of theirs leaves any more; the counts stay."""

import pytest

from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import CaughtMail
from hustings.foundation.retention import registry
from hustings.service.bulk.actions import halting, leaving
from hustings.service.bulk.models import Claim, Copy, CopyState, Why
from hustings.service.correspondence.tests.replying import NOW, Cast, cast

from .many import MINUTE, approved, drafted, writers

pytestmark = pytest.mark.django_db


@pytest.fixture(name="us")
def _us(settings) -> Cast:  # type: ignore[no-untyped-def]
    settings.HUSTINGS_SMTP_URL = "caught://"
    return cast()


def erase(person_id: int) -> None:
    """Every part, in the order in which an erasure goes through them."""
    subject = registry.subject_of_person(person_id)
    for part in registry.ordered():
        if part.of is not None:
            ids = list(part.rows().filter(part.of(subject)).values_list("pk", flat=True))
            part.erase(ids, NOW)
            assert not part.rows().filter(part.of(subject)).exists(), part.name


@pytest.mark.parametrize("in_outbox", [False, True], ids=["ready", "in the outbox"])
def test_of_the_erased_nothing_leaves(us: Cast, in_outbox: bool) -> None:
    rows = writers(us, 2)
    bulk = approved(us, drafted(us, rows, pace=60 if not in_outbox else 1200))
    if in_outbox:
        leaving.leave_due(NOW + MINUTE)
    erase(rows[1].person_id)
    leaving.leave_due(NOW + MINUTE)
    leaving.leave_due(NOW + 2 * MINUTE)
    halting.put_back_taken(now=NOW + 2 * MINUTE)
    while outbox.send_due(NOW + 5 * MINUTE):
        pass
    assert [one.envelope_to for one in CaughtMail.objects.all()] == ["w0@b.example"]
    copy = Copy.objects.get(bulk=bulk, inquiry=rows[1])
    assert (copy.address, copy.why) == ("", Why.ERASED)
    assert copy.state == (CopyState.TAKEN_BACK if in_outbox else CopyState.LEFT_OUT)
    assert not Claim.objects.filter(copy=copy).exists()
