"""Where somebody votes is told from a whole address and an official source, or not at all."""

import threading
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hustings.foundation.geography.models import County, Zip
from hustings.foundation.geography.queries import forget
from hustings.service.answers.actions.polling import import_offices, take_feed
from hustings.service.answers.engine.streets import Residence, residence
from hustings.service.answers.engine.tests.test_vip import CIVIC, XML
from hustings.service.answers.models import ElectionOffice, PollingFeed, StreetSegment
from hustings.service.answers.queries.polling import polling_place

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
ELECTION = date(2028, 11, 7)
OFFICES = b"""state,county,name,phone,lookup_url
OH,Franklin,Franklin County Board of Elections,614-555-3100,https://vote.franklin.example.gov/
Ohio,,Secretary of State,,https://sos.example.gov/lookup
"""


@pytest.fixture
def ohio(cast):
    county = County.objects.create(fips="39049", name="Franklin", state_id="OH")
    Zip.objects.create(code="43206", city="Columbus", state_id="OH", county=county)
    forget()
    return cast["administrator"]


def home(line: str = "412 South Parsons Avenue", city: str = "Columbus", zip_code: str = "43206") -> Residence:
    return residence(line, city=city, state_code="OH", zip_code=zip_code)


def take(by, content: bytes = XML) -> PollingFeed:
    return take_feed(actor=by, content=content, state_code="OH", election=ELECTION, checked_at=NOW)


def told(where: Residence) -> str | None:
    found = polling_place(where, "", NOW)
    return found.name if found else None


def test_one_place_or_none(ohio):
    assert told(home()) is None
    take(ohio)
    found = polling_place(home(), "", NOW)
    assert (found.name, found.source, found.checked_at, found.election) == ("Reeb Hall", "State Board", NOW, ELECTION)
    for other in (
        home("413 South Parsons Avenue"),  # the other side of the street
        home("498 Parsons Avenue"),  # which Parsons Avenue?
        home("500 S Parsons Ave"),
        home(zip_code="43207"),
        home(city="Bexley"),
        home("5 Two"),  # its precinct votes at two places
    ):
        assert told(other) is None


def test_two_stretches_that_differ_tell_nothing(ohio):
    feed = take(ohio)
    row = StreetSegment.objects.get()
    StreetSegment.objects.create(
        feed=feed, place=feed.places.get(name="Annex"), street=row.street, city=row.city, zip=row.zip,
        low=410, high=420, side="both",
    )  # fmt: skip
    assert told(home()) is None
    assert told(home("400 S Parsons Ave")) == "Reeb Hall"


def test_a_newer_feed_takes_the_place_of_the_older_and_a_bad_one_does_not(ohio, cast):
    take(ohio)
    with pytest.raises(ValidationError, match="cannot be read"):
        take(ohio, b"<a/>")
    with pytest.raises(PermissionDenied):
        take(cast["lead"])
    assert (told(home()), PollingFeed.objects.count()) == ("Reeb Hall", 1)
    take(ohio, XML.replace(b"Reeb Hall", b"New Hall"))
    assert (told(home()), StreetSegment.objects.count()) == ("New Hall", 1)


def test_offices_are_taken_in_whole_or_not(ohio, cast):
    wrong = OFFICES + b"ZZ,,Nobody,1,\nOH,Nowhere,Nobody,1,\nOH,,,,\n"
    with pytest.raises(ValidationError) as refused:
        import_offices(actor=ohio, content=wrong, now=NOW)
    assert [one.split(":")[0] for one in refused.value.message_dict["file"]] == ["Row 4", "Row 5", "Row 6"]
    with pytest.raises(PermissionDenied):
        import_offices(actor=cast["lead"], content=OFFICES, now=NOW)
    assert ElectionOffice.objects.count() == 0
    for _again in range(2):
        assert import_offices(actor=ohio, content=OFFICES, now=NOW) == 2
    assert sorted(ElectionOffice.objects.values_list("kind", flat=True)) == ["county", "state"]


def test_a_service_elsewhere_is_asked_where_one_is_set(ohio, settings):
    asked: list[str] = []

    class Civic(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CIVIC)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Civic)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.HUSTINGS_CIVIC_URL = f"http://127.0.0.1:{server.server_port}/voterinfo"
    try:
        found = polling_place(home(), "412 S Parsons Ave, Columbus, OH 43206", NOW)
    finally:
        server.shutdown()
        server.server_close()
    assert (found.name, found.source, found.checked_at) == ("Reeb Hall", "Voting Information Project", NOW)
    assert asked == ["/voterinfo?address=412+S+Parsons+Ave%2C+Columbus%2C+OH+43206&officialOnly=true"]
    assert told(home()) is None  # it answers no more


@pytest.mark.parametrize("where", ["/help/polling-place/", "/es/ayuda/lugar-de-votacion/"])
def test_the_public_page(ohio, where, monkeypatch):
    monkeypatch.setattr("hustings.service.answers.public.polling.read_clock", lambda: NOW)
    anyone, given = Client(), {"street": "412 S Parsons Ave", "city": "Columbus", "state": "OH", "zip": "43206"}
    assert anyone.get(where).status_code == 200
    import_offices(actor=ohio, content=OFFICES, now=NOW)
    answer = anyone.post(where, given)
    page = answer.content.decode()
    assert ("Reeb Hall" in page, "614-555-3100" in page, "sos.example.gov/lookup" in page) == (False, True, True)
    take(ohio)
    answer = anyone.post(where, given)
    assert ("Reeb Hall" in answer.content.decode(), "State Board" in answer.content.decode()) == (True, True)
    assert (answer.cookies, answer.status_code) == ({}, 200)
    for wrong in ({"street": "43206"}, {"street": ""}, {"zip": "432"}, {"state": ""}):
        answer = anyone.post(where, given | wrong)
        assert (answer.status_code, "Reeb Hall" in answer.content.decode()) == (422, False)


def test_the_pages_inside(ohio, cast):
    def client(role: str) -> Client:
        made = Client()
        made.force_login(cast[role])
        return made

    given = {"state_code": "OH", "election": "2028-11-07", "checked_at": "2026-01-02T09:30"}
    for role, status in (("volunteer", 403), ("lead", 200), ("administrator", 200)):
        assert client(role).get("/answers/places/").status_code == status
    for path, extra in (("feed", given), ("offices", {})):
        content = XML if path == "feed" else OFFICES
        for role, status in (("volunteer", 403), ("lead", 403), ("administrator", 302)):
            file = SimpleUploadedFile("file", content)
            assert client(role).post(f"/answers/places/{path}/", {**extra, "file": file}).status_code == status
    assert (PollingFeed.objects.count(), ElectionOffice.objects.count()) == (1, 2)
    bad = SimpleUploadedFile("file", b"nothing")
    assert client("administrator").post("/answers/places/feed/", {**given, "file": bad}).status_code == 422


def test_a_file_of_every_county_is_a_handful_of_statements(ohio, django_assert_max_num_queries):
    County.objects.bulk_create(
        County(fips=f"39{n:03}", name=f"Made {n} County", state_id="OH") for n in range(600, 800)
    )
    rows = ["state,county,name,phone,lookup_url", *(f"OH,made {n},Office {n},614-555-0{n}," for n in range(600, 800))]
    rows += ["OH,39600,Office again,614-555-9999,", "OH,,State office,614-555-1000,"]
    for _again in range(2):
        with django_assert_max_num_queries(8):
            assert import_offices(actor=ohio, content="\n".join(rows).encode(), now=NOW) == 201
    assert ElectionOffice.objects.count() == 201
    assert ElectionOffice.objects.get(county_id="39600").name == "Office again"
    with pytest.raises(ValidationError, match="Row 2: it holds a character"):
        import_offices(actor=ohio, content=b"state,county,name,phone,lookup_url\nOH,,a\x00b,1,\n", now=NOW)
