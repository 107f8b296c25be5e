"""A street address as it is compared: what two people write differently and mean the same is one key."""

import re
from dataclasses import dataclass

_SUFFIXES = {
    "STREET": "ST", "AVENUE": "AVE", "AV": "AVE", "ROAD": "RD", "DRIVE": "DR", "LANE": "LN", "COURT": "CT",
    "BOULEVARD": "BLVD", "PLACE": "PL", "TERRACE": "TER", "CIRCLE": "CIR", "HIGHWAY": "HWY", "PARKWAY": "PKWY",
    "SQUARE": "SQ", "TRAIL": "TRL", "ALLEY": "ALY", "TURNPIKE": "TPKE",
}  # fmt: skip
_WAYS = {
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W",
    "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE", "SOUTHWEST": "SW",
}  # fmt: skip
_UNIT = re.compile(r"(?:\b(?:APT|APARTMENT|UNIT|STE|SUITE|LOT)\b\.?|#)\s*([\w-]+)\s*$", re.IGNORECASE)
_BOX = re.compile(r"\bP\.?\s*O\.?\s*BOX\b", re.IGNORECASE)
_LINE = re.compile(r"\s*(\d{1,6})(?:\s*[-/]\s*\d+|\s+1/2)?\s+(.+)")


class NoHouse(ValueError):
    """The line has no house number before a street: nobody can be told where to vote from it."""


@dataclass(frozen=True)
class Residence:
    """Where somebody lives. `street` is its key."""

    number: int
    street: str
    unit: str
    city: str
    state_code: str
    zip: str


def street_key(*parts: str) -> str:
    """ "E Capitol St NE" for "East Capitol Street, N.E.": upper case, the usual abbreviations, nothing else."""
    plain = re.sub(r"[^\w\s]", "", " ".join(parts)).upper()
    return " ".join(_SUFFIXES.get(word, _WAYS.get(word, word)) for word in plain.split())


def city_key(city: str) -> str:
    """A city as it is compared."""
    return " ".join(re.sub(r"[^\w\s]", " ", city).upper().split())


def residence(line: str, *, city: str, state_code: str, zip_code: str) -> Residence:
    """From what somebody typed. Raises NoHouse for a line without a house number and a street: a ZIP alone, a post
    office box or a corner says of nobody where they vote."""
    unit = _UNIT.search(line)
    rest = line[: unit.start()].rstrip(" ,") if unit else line
    found = _LINE.fullmatch(rest)
    if found is None or not re.search(r"[A-Za-z]", found[2]) or _BOX.search(line):
        raise NoHouse(line)
    return Residence(
        int(found[1]),
        street_key(found[2]),
        (unit[1] if unit else "").upper(),
        city_key(city),
        state_code,
        zip_code[:5],
    )
