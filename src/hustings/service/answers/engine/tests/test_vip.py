"""Feeds as the specification shapes them, in both forms; what it says to ignore is."""

import io
import zipfile

import pytest

from hustings.service.answers.engine import civic, vip
from hustings.service.answers.engine.streets import NoHouse, residence, street_key

XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<VipObject schemaVersion="6.0">
  <Source id="src1"><DateTime>2028-10-01T09:00:00</DateTime><Name>State Board</Name></Source>
  <PollingLocation id="p1"><Name>Reeb Hall</Name><AddressLine>280 Reeb Ave</AddressLine>
    <AddressLine>Columbus OH</AddressLine>
    <Hours><Text language="en">6:30 am to 7:30 pm</Text></Hours></PollingLocation>
  <PollingLocation id="p2"><IsEarlyVoting>true</IsEarlyVoting>
    <Name>Early</Name><AddressLine>1 Main</AddressLine></PollingLocation>
  <PollingLocation id="p3"><Name>Annex</Name>
    <AddressStructured><Line1>9 Oak St</Line1><City>Columbus</City>
    </AddressStructured></PollingLocation>
  <Precinct id="pr1"><PollingLocationIds>p1 p2</PollingLocationIds></Precinct>
  <Precinct id="pr2"><PollingLocationIds>p1 p3</PollingLocationIds></Precinct>
  <StreetSegment id="s1"><City>Columbus</City><OddEvenBoth>even</OddEvenBoth><PrecinctId>pr1</PrecinctId>
    <StartHouseNumber>400</StartHouseNumber><EndHouseNumber>498</EndHouseNumber><State>OH</State>
    <StreetDirection>S</StreetDirection><StreetName>Parsons</StreetName><StreetSuffix>Ave</StreetSuffix><Zip>43206</Zip></StreetSegment>
  <StreetSegment id="s2"><City>Columbus</City><OddEvenBoth>both</OddEvenBoth><PrecinctId>pr2</PrecinctId>
    <StartHouseNumber>1</StartHouseNumber><EndHouseNumber>9</EndHouseNumber><StreetName>Two</StreetName></StreetSegment>
  <StreetSegment id="s3"><City>Columbus</City><PrecinctId>pr1</PrecinctId>
    <StartHouseNumber>1</StartHouseNumber><EndHouseNumber>9</EndHouseNumber><StreetName>No side</StreetName>
  </StreetSegment>
</VipObject>"""


def zipped(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"feed/{name}.txt", text)
    return held.getvalue()


def test_xml_is_read_and_what_is_unclear_is_ignored():
    feed = vip.read(XML)
    assert (feed.source, feed.ignored, sorted(feed.places)) == ("State Board", 2, ["p1", "p3"])
    assert feed.places["p1"] == vip.Place("p1", "Reeb Hall", "280 Reeb Ave, Columbus OH", "6:30 am to 7:30 pm")
    assert feed.places["p3"].address == "9 Oak St, Columbus"
    assert feed.segments == [vip.Segment("S PARSONS AVE", "COLUMBUS", "43206", 400, 498, "even", "", "p1")]


def test_csv_says_the_same():
    segment = "id,city,odd_even_both,precinct_id,start_house_number,end_house_number,street_direction,street_name,"
    segment += "street_suffix,zip\ns1,Columbus,even,pr1,400,498,S,Parsons,Ave,43206-1234\n"
    feed = vip.read(
        zipped(
            street_segment=segment,
            precinct="id,polling_location_ids\npr1,p1\n",
            polling_location="id,name,address_line,hours\n"
            'p1,Reeb Hall,"280 Reeb Ave, Columbus OH",6:30 am to 7:30 pm\n',
            source="id,name\nsrc1,State Board\n",
        )
    )
    assert feed.segments == vip.read(XML).segments
    assert feed.places["p1"] == vip.read(XML).places["p1"]


@pytest.mark.parametrize(
    "content",
    [b"", b"id,name", b"PK\x03\x04broken", b"<VipObject>", b"<a/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><a>&a;</a>"],
)
def test_what_is_no_feed_is_refused(content):
    with pytest.raises(vip.BadFeed):
        vip.read(content)


def test_streets_compare_as_people_write_them():
    assert street_key("East Capitol Street, N.E.") == street_key("E Capitol", "St", "NE") == "E CAPITOL ST NE"
    home = residence("412 south Parsons Avenue, Apt 3b", city="Columbus", state_code="OH", zip_code="43206-1234")
    assert (home.number, home.street, home.unit, home.zip) == (412, "S PARSONS AVE", "3B", "43206")


@pytest.mark.parametrize("line", ["", "43206", "PO Box 12", "12 P.O. Box 4", "Parsons Ave", "Main and Oak", "412"])
def test_without_a_house_nobody_is_told(line):
    with pytest.raises(NoHouse):
        residence(line, city="Columbus", state_code="OH", zip_code="43206")


CIVIC = b"""{"normalizedInput": {"state": "OH"}, "pollingLocations": [{"name": "Reeb Hall",
 "pollingHours": "6:30-19:30",
 "address": {"line1": "280 Reeb Ave", "city": "Columbus", "state": "OH", "zip": "43207"},
 "sources": [{"name": "Voting Information Project", "official": true}]}]}"""


def test_civic_answers_are_read_where_they_are_official_and_sure():
    told = civic.read(CIVIC, state_code="OH")
    assert (told.place.address, told.source) == ("280 Reeb Ave, Columbus, OH, 43207", "Voting Information Project")
    for content in (
        CIVIC.replace(b"true", b"false"),
        CIVIC.replace(b'"pollingLocations": [', b'"pollingLocations": [{}, '),
        b"{}",
        b"[]",
        b"no json",
    ):
        assert civic.read(content, state_code="OH") is None
    assert civic.read(CIVIC, state_code="IA") is None
