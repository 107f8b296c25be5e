"""What the pages hold back the API holds back too (people a shift), and what the API hides the pages hide (tags)."""

import pytest
from django.test import Client

from hustings.foundation.access.models import Alert, AuditEntry, Role
from hustings.service.correspondence.tests.replying import Cast, cast, inquiry, person, user
from hustings.service.desk.models import Inquiry

from .visiting import browser

pytestmark = pytest.mark.django_db
LIST = "/api/v1/records/person/"


@pytest.fixture
def us() -> Cast:
    return cast()


def limited(us: Cast, most: int) -> Client:
    """A role that sees everyone, so many of them in a shift."""
    given = {"person": {"verbs": ["see", "export"], "rows": ["all"], "fields": {"*": "read"}}}
    Role.objects.create(slug=f"guest-{most}", name="Guest", grants={"records": given, "people_a_shift": most})
    return browser(user("Gus Guest", us.team, roles=[f"guest-{most}"]))


def test_people_told_by_the_api_count_as_people_opened(us: Cast) -> None:
    for number in range(5):
        person(f"Person {number}", f"p{number}@example.org")
    here = limited(us, 3)
    answer = here.get(f"{LIST}?limit=2")
    assert len(answer.json()["results"]) == 2
    assert AuditEntry.objects.filter(action="person.seen").count() == 2
    assert here.get(f"{LIST}?limit=2").status_code == 200  # the same two again
    refused = here.get(f"{LIST}?limit=5")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:hustings:problem:forbidden")
    assert "You have opened 3 people in eight hours" in refused.json()["detail"]
    assert "Person" not in refused.json()["detail"]
    assert AuditEntry.objects.filter(action="person.seen").count() == 2
    line = AuditEntry.objects.get(action="person.refused")  # one, however many were asked for
    assert (line.record_id, line.detail) == (None, {"refused": True, "people": 3})
    assert Alert.objects.get().numbers["reason"] == "shift"
    last = browser(us.administrator).get(f"{LIST}?sort=-name").json()["results"]
    for row, status in ((last[1], 200), (last[2], 403)):
        assert here.get(f"{LIST}{row['uid']}/").status_code == status
        assert here.get(f"/people/{row['uid']}/").status_code == status


FILES = [f"{LIST}export.csv", f"{LIST}export.json", "/people/people.csv", "/people/people.json"]


@pytest.mark.parametrize("address", FILES)
def test_people_in_a_file_count_as_people_opened(us: Cast, address: str) -> None:
    for number in range(3):
        person(f"Person {number}", f"p{number}@example.org")
    here = limited(us, 3)
    refused = here.get(address)  # there are four: refused before the first byte
    assert refused.status_code == 403
    assert b"Person" not in (b"".join(refused) if refused.streaming else refused.content)
    assert not AuditEntry.objects.filter(action__in=["person.seen", "exported"]).exists()
    assert AuditEntry.objects.get(action="person.refused").detail["people"] == 4
    us.person.delete()
    answer = here.get(address)
    assert answer.status_code == 200
    assert b"".join(answer).count(b"Person ") == 3
    assert AuditEntry.objects.filter(action="person.seen").count() == 3
    assert AuditEntry.objects.get(action="exported").detail["rows"] == 3


def test_who_has_no_limit_is_not_counted(us: Cast) -> None:
    browser(us.administrator).get(LIST)
    assert not AuditEntry.objects.filter(action="person.seen").exists()


def test_hidden_tags_are_nowhere_on_the_desk(us: Cast) -> None:
    one = inquiry(us)
    Inquiry.objects.filter(pk=one.pk).update(tags=["Zqtagword"])
    inside = {"verbs": ["see", "export"], "rows": ["all"], "fields": {"*": "read", "tags": "hidden"}}
    Role.objects.create(slug="guest", name="Guest", grants={"records": {"inquiry": inside}})
    gus = browser(user("Gus Guest", us.team, roles=["guest"]))
    pages = [
        "/?view=all",
        "/desk/rows/?view=all",
        "/desk/filters/?view=all",
        f"/i/{one.uid}/?view=all",
        "/?view=all&format=csv",
        "/?view=all&format=json",
        f"/i/{one.uid}/tag/",
    ]
    shown = 0
    for page in pages:
        for of, sees in ((browser(us.administrator), True), (gus, False)):
            answer = of.get(page)
            body = (b"".join(answer) if answer.streaming else answer.content).decode()
            assert answer.status_code == 200 or not sees or page.endswith("/tag/"), (page, answer.status_code)
            assert sees or "Zqtagword" not in body, page
            shown += sees and "Zqtagword" in body
    assert shown >= 5
    assert gus.get("/?view=all&q=Zqtagword&format=json").json()["inquiries"] == []
    for page in ("/?view=all&tag=Zqtagword", "/?view=all&q=tag:Zqtagword"):
        assert gus.get(page).status_code == 403
