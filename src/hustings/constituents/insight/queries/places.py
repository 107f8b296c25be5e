"""From where: the region of an address, by files that the campaign supplies, and of what a person said.

HUSTINGS_GEOIP     a database in MaxMind's format (GeoLite2 City or any like it); without one an address has no region
HUSTINGS_MARKETS   a CSV with the columns county_fips and market: which media market a county is in; or, as such lists
                   are found, STATEFP, COUNTYFP and TVDMA. Nielsen's list is licensed, so none is in the box
"""

import csv
import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb

from hustings.foundation.geography.queries import place_of_zip

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Region:
    state_code: str = ""
    county_fips: str = ""
    market: str = ""
    zip: str = ""


NOWHERE = Region()


@lru_cache(maxsize=1)
def _database() -> Any:
    path = os.environ.get("HUSTINGS_GEOIP", "")
    if not path:
        return None
    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.error("HUSTINGS_GEOIP cannot be read, readers have no region: %s", error)
        return None


@lru_cache(maxsize=1)
def markets() -> dict[str, str]:
    """The media market of each county the campaign's file names."""
    path = os.environ.get("HUSTINGS_MARKETS", "")
    if not path:
        return {}
    try:
        with Path(path).open(newline="", encoding="utf-8") as file:
            return dict(_market_of(row) for row in csv.DictReader(file))
    except (OSError, KeyError, UnicodeDecodeError) as error:
        log.error("HUSTINGS_MARKETS cannot be read, counties have no market: %s", error)
        return {}


def _market_of(row: dict[str, str]) -> tuple[str, str]:
    if "TVDMA" in row:
        fips = row["STATEFP"].strip().zfill(2) + row["COUNTYFP"].strip().zfill(3)
        return fips, row["TVDMA"].strip().removesuffix(" DMA")[:60]
    return row["county_fips"].strip().zfill(5), row["market"].strip()[:60]


def forget() -> None:
    """Read the files anew at the next call."""
    _database.cache_clear()
    markets.cache_clear()
    region_of_address.cache_clear()


@lru_cache(maxsize=8192)
def region_of_zip(code: str) -> Region:
    """State, county and market of a ZIP; NOWHERE when it is not known."""
    place = place_of_zip(code) if code else None
    if place is None:
        return NOWHERE
    return Region(place.state_code, place.county_fips, markets().get(place.county_fips, ""), place.zip)


@lru_cache(maxsize=8192)
def region_of_address(address: str) -> Region:
    """What the campaign's file says of a network address in the United States. The address is kept nowhere but in
    this process's memory, among the last few thousand asked for."""
    database = _database()
    if database is None:
        return NOWHERE
    try:
        found = database.get(address)
    except ValueError:
        return NOWHERE
    if not isinstance(found, dict) or (found.get("country") or {}).get("iso_code") != "US":
        return NOWHERE
    code = str((found.get("postal") or {}).get("code") or "")
    if (region := region_of_zip(code)) is not NOWHERE:
        return region
    parts = found.get("subdivisions") or [{}]
    return Region(str(parts[0].get("iso_code") or "")[:2])
