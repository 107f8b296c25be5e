"""A letter that tells of something at the polls is on the board with the transaction that brings it in."""

import pytest

from hustings.constituents.insight.queries import letters
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.incidents.models import Incident

from .mail import HELP, NOW, deliver, inquiry_of, mail

pytestmark = pytest.mark.django_db

TOLD = "The scanner is broken at Lincoln Heights School, precinct 12B, and voters wait.\n\nAnn Lee\nColumbus, OH 43215"


@pytest.fixture(autouse=True)
def campaign():
    make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)


def test_it_is_reported_with_where_and_when_and_counted() -> None:
    told, other = deliver(mail(text=TOLD), mail("two", sender="bob@example.org"))
    incident = Incident.objects.get()
    inquiry = inquiry_of(told)
    assert (incident.inquiry, incident.kind, incident.source) == (inquiry, "machine", "rule")
    assert (incident.precinct, incident.place, incident.at) == ("12B", "Lincoln Heights School", NOW)
    assert (inquiry.nature, inquiry_of(other).nature) == ("election_incident", "")
    assert incident.what.startswith("The scanner is broken")
    rows = letters.opened(by=["nature", "channel"], since=NOW.replace(minute=0), until=NOW.replace(hour=13))
    assert sorted(rows) == [("", "mail", 1), ("election_incident", "mail", 1)]


def test_the_same_letter_again_is_not_reported_again() -> None:
    deliver(mail(text=TOLD))
    deliver(mail(text=TOLD))
    deliver(mail("more", text=f"Still broken. {TOLD}", answers=["one"]))
    assert Incident.objects.count() == 1


def test_a_threat_goes_to_the_security_leads_and_not_on_the_board() -> None:
    (row,) = deliver(
        mail(text="I am going to kill the candidate at the polling place, with a rifle, in front of the voters.")
    )
    assert inquiry_of(row).is_sealed
    assert Incident.objects.count() == 0
