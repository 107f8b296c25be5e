"""A mailbox of the campaign's that is itself a mailing list (a group at a provider)."""

import pytest

from hustings.foundation.channels.models import Mailbox, Outcome
from hustings.service.desk.models import Inquiry

from .mail import HELP, deliver, mail

pytestmark = pytest.mark.django_db
GROUP = {"List_Id": "<help.campaign.example>", "List_Post": f"<mailto:{HELP}>", "Precedence": "list"}


def test_a_letter_through_our_own_group_is_a_letter_and_through_anothers_is_list_mail() -> None:
    Mailbox.objects.get_or_create(address=HELP, defaults={"name": "Help", "is_default": True})
    theirs = {"List_Id": "<talk.example.org>", "List_Post": "<mailto:talk@example.org>", "Precedence": "list"}
    rows = deliver(mail("ours", **GROUP), mail("theirs", **theirs))
    for row in rows:
        row.refresh_from_db()
    assert [row.outcome for row in rows] == [Outcome.STORED, Outcome.LIST]
    assert Inquiry.objects.count() == 1


def test_a_group_that_is_no_mailbox_of_ours_is_list_mail() -> None:
    Mailbox.objects.create(address="other@campaign.example", name="Other", is_default=True)
    (row,) = deliver(mail("one", **GROUP))
    row.refresh_from_db()
    assert (row.outcome, Inquiry.objects.count()) == (Outcome.LIST, 0)
