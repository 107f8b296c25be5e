"""Where somebody votes: from an official source for the whole address, or whom to ask. Never from a ZIP."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from django.conf import settings
from django.db.models import Q

from hustings.foundation.geography.queries import place_of_zip

from ..engine import civic
from ..engine.streets import Residence
from ..models import ElectionOffice, OfficeKind, PollingFeed, PollingPlace, StreetSegment
from .polls import next_election

log = logging.getLogger(__name__)
WAIT = 4.0  # seconds for a source elsewhere
LARGEST = 500_000


@dataclass(frozen=True)
class FoundPlace:
    """A polling place, who says so officially, and when that was last checked."""

    name: str
    address: str
    hours: str
    directions: str
    source: str
    checked_at: datetime
    election: date


Source = Callable[[Residence, str, date, datetime], FoundPlace | None]


def polling_place(home: Residence, line: str, now: datetime) -> FoundPlace | None:
    """The first source that knows exactly one place for this address; None where none does, or two do. `line` is the
    address in one line, for sources that ask elsewhere."""
    election = next_election(now.date())
    return next((found for source in SOURCES if (found := source(home, line, election, now)) is not None), None)


def from_feed(home: Residence, line: str, election: date, now: datetime) -> FoundPlace | None:
    """From the feed that was taken in for this state and day."""
    feed = PollingFeed.objects.filter(state_id=home.state_code, election=election).first()
    if feed is None:
        return None
    parity = "odd" if home.number % 2 else "even"
    rows = StreetSegment.objects.filter(feed=feed, street__in=(home.street, "*"), side__in=("both", parity))
    rows = rows.filter(Q(high=0) | Q(low__lte=home.number, high__gte=home.number), unit__in=("", home.unit))
    # A segment with a ZIP is of that ZIP; one without is of its city.
    rows = rows.filter(Q(zip=home.zip, city="") | Q(zip=home.zip, city=home.city) | Q(zip="", city=home.city))
    found = list(rows.values_list("street", "unit", "place_id"))
    # The surer one: a unit before its house, a street before the whole city.
    best = [place for street, unit, place in found if unit] or [place for street, _u, place in found if street != "*"]
    places = set(best or [place for _street, _unit, place in found])
    if len(places) != 1:
        return None
    place = PollingPlace.objects.get(pk=places.pop())
    return FoundPlace(
        place.name, place.address, place.hours, place.directions, feed.source, feed.checked_at, feed.election
    )


def from_civic(home: Residence, line: str, election: date, now: datetime) -> FoundPlace | None:
    """From a service that speaks as Google's Civic Information API does, where the campaign has set one."""
    if not settings.HUSTINGS_CIVIC_URL:
        return None
    asked = {"address": line, "officialOnly": "true"}
    if settings.HUSTINGS_CIVIC_KEY:
        asked["key"] = settings.HUSTINGS_CIVIC_KEY
    try:
        with urlopen(f"{settings.HUSTINGS_CIVIC_URL}?{urlencode(asked)}", timeout=WAIT) as answer:  # noqa: S310  set by the campaign
            content = answer.read(LARGEST)
    except (URLError, TimeoutError, OSError) as problem:
        log.warning("the service for polling places did not answer: %s", type(problem).__name__)
        return None
    told = civic.read(content, state_code=home.state_code)
    if told is None:
        return None
    place = told.place
    return FoundPlace(place.name, place.address, place.hours, place.directions, told.source, now, election)


SOURCES: list[Source] = [from_feed, from_civic]


def offices_for(state_code: str, zip_code: str) -> list[ElectionOffice]:
    """Whom to ask: the office of the ZIP's main county first (a ZIP may lie in several), then the state's."""
    place = place_of_zip(zip_code)
    found: list[ElectionOffice] = []
    if place is not None and place.state_code == state_code:
        found += ElectionOffice.objects.filter(state_id=state_code, county_id=place.county_fips or None)
    found += ElectionOffice.objects.filter(state_id=state_code, kind=OfficeKind.STATE)
    return list(dict.fromkeys(found))
