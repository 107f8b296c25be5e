"""A letter that tells of something at the polls is on the board with the transaction that brings it in."""

import pytest

from hustings.constituents.insight.queries import letters
from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.service.campaigns.models import Member
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


COPIED = (
    "Dear campaign, men with rifles are standing outside polling places and are filming voters. This is intimidation"
    " and nobody does anything about it. Our democracy depends on free elections, and on people who vote without fear."
    " Send lawyers to every county, speak about it at every rally, and do not rest until every vote is counted."
)


def test_of_a_mail_campaign_only_the_first_is_reported_and_what_somebody_added_to_it() -> None:
    def copy(name: str, more: str = "") -> bytes:
        return mail(name, sender=f"{name} <{name}@example.org>", text=f"{COPIED}{more}\n\n{name.title()} Lee")

    deliver(copy("amy"), copy("bea"), copy("cal"))
    assert [one.inquiry.person.name for one in Incident.objects.all()] == ["amy"]
    deliver(copy("dan"), copy("eve"))
    assert Incident.objects.count() == 1
    own = (
        "\n\nI was there myself: at Lincoln Heights School, precinct 12B, the scanner is broken and voters are waiting."
    )
    deliver(copy("fay", own), copy("gus"))
    assert [one.inquiry.person.name for one in Incident.objects.order_by("pk")] == ["amy", "fay"]
    assert Member.objects.count() == 7
