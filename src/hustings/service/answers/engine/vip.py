"""Feeds of the Voting Information Project, versions 5 and 6: one XML document, or a ZIP of CSV files.

Read are the street segments, the precincts they lie in, and the places where those vote on election day. Early voting
sites and drop boxes are no polling places. What the specification says to ignore (a segment without its precinct, its
side of the street or its numbers) is ignored and counted.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from .streets import city_key, street_key

LARGEST = 2_000_000_000  # bytes of one file inside the ZIP
TABLES = {
    "street_segment": "StreetSegment",
    "precinct": "Precinct",
    "polling_location": "PollingLocation",
    "source": "Source",
}


class BadFeed(ValueError):
    """The file is no feed that can be read; the text says why. Nothing of it is kept."""


@dataclass(frozen=True)
class Place:
    id: str
    name: str
    address: str
    hours: str = ""
    directions: str = ""


@dataclass(frozen=True)
class Segment:
    """A stretch of a street, and where it votes. `low` 0 and `high` 0: every number."""

    street: str
    city: str
    zip: str
    low: int
    high: int
    side: str  # odd, even, both
    unit: str
    place: str


@dataclass
class Feed:
    source: str = ""
    made_at: str = ""
    places: dict[str, Place] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    ignored: int = 0


Row = Mapping[str, str]


def read(content: bytes) -> Feed:
    """A whole feed. Raises BadFeed."""
    if content[:2] == b"PK":
        return _feed(_csv_rows(content))
    if content.lstrip()[:1] == b"<":
        return _feed(_xml_rows(content))
    raise BadFeed("neither an XML document nor a ZIP of CSV files")


def _feed(rows: Iterator[tuple[str, Row]]) -> Feed:
    feed, precincts, segments = Feed(), {}, []
    for table, row in rows:
        if table == "polling_location":
            if "true" not in (row.get("is_drop_box", "").lower(), row.get("is_early_voting", "").lower()):
                feed.places[row.get("id", "")] = _place(row)
        elif table == "precinct":
            precincts[row.get("id", "")] = row.get("polling_location_ids", "").split()
        elif table == "street_segment":
            segments.append(row)
        elif table == "source":
            feed.source, feed.made_at = row.get("name", ""), row.get("date_time", "")
    if not segments or not feed.places:
        raise BadFeed("it names no street segments, or no polling places")
    for row in segments:
        found = _segment(row, precincts, feed.places)
        if found is None:
            feed.ignored += 1
        else:
            feed.segments.append(found)
    return feed


def _place(row: Row) -> Place:
    structured = [row.get(f"structured_{part}", "") for part in ("line_1", "city", "state", "zip")]
    address = row.get("address_line", "") or ", ".join(part for part in structured if part)
    return Place(row.get("id", ""), row.get("name", ""), address, row.get("hours", ""), row.get("directions", ""))


def _segment(row: Row, precincts: Mapping[str, list[str]], places: Mapping[str, Place]) -> Segment | None:
    voting = [one for one in precincts.get(row.get("precinct_id", ""), ()) if one in places]
    everything = row.get("includes_all_streets", "").lower() == "true"
    whole = everything or row.get("includes_all_addresses", "").lower() == "true"
    side = "both" if whole else row.get("odd_even_both", "").lower()
    name = "*" if everything or row.get("street_name") == "*" else _street(row)
    # Two places for one precinct: the feed does not say which, so neither do we.
    if len(voting) != 1 or side not in ("odd", "even", "both") or not name:
        return None
    try:
        low, high = (0, 0) if whole else (int(row["start_house_number"]), int(row["end_house_number"]))
    except (KeyError, ValueError):
        return None
    if low > high or row.get("house_number_prefix") or row.get("house_number_suffix"):
        return None
    unit = row.get("unit_number", "").upper()
    return Segment(name, city_key(row.get("city", "")), row.get("zip", "")[:5], low, high, side, unit, voting[0])


def _street(row: Row) -> str:
    names = ("street_direction", "street_name", "street_suffix", "address_direction")
    return street_key(*(row.get(name, "") for name in names)) if row.get("street_name") else ""


def _csv_rows(content: bytes) -> Iterator[tuple[str, Row]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as problem:
        raise BadFeed("the ZIP cannot be opened") from problem
    with archive:
        for info in archive.infolist():
            table = info.filename.rsplit("/", 1)[-1].rpartition(".")[0].lower()
            if table not in TABLES:
                continue
            if info.file_size > LARGEST:
                raise BadFeed(f"{info.filename} is too large")
            with archive.open(info) as file:
                lines = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
                for row in csv.DictReader(lines):
                    yield table, {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}


def _xml_rows(content: bytes) -> Iterator[tuple[str, Row]]:
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
        raise BadFeed("a document type is not read")
    names = {tag: table for table, tag in TABLES.items()}
    try:
        for _event, element in ElementTree.iterparse(io.BytesIO(content), events=("end",)):  # noqa: S314  no entities, above
            tag = element.tag.rpartition("}")[2]
            if tag in names:
                yield names[tag], _values(element)
                element.clear()
    except ElementTree.ParseError as problem:
        raise BadFeed(f"it is no well-formed XML ({problem})") from problem


def _values(element: ElementTree.Element) -> Row:
    """Its children by the names that the CSV files have; what repeats is joined."""
    found: dict[str, str] = {"id": element.get("id", "")}
    for child in element:
        tag = child.tag.rpartition("}")[2]
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in tag).lstrip("_")
        text = " ".join("".join(child.itertext()).split())
        if tag == "AddressStructured":
            for part in child:
                inner = part.tag.rpartition("}")[2].lower().replace("line1", "line_1")
                found[f"structured_{inner}"] = (part.text or "").strip()
        else:
            found[name] = f"{found[name]}, {text}" if found.get(name) else text
    return found
