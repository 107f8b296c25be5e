"""Answers of the Google Civic Information API and of what speaks like it (voterInfoQuery)."""

import json
from dataclasses import dataclass
from typing import Any

from .vip import Place


@dataclass(frozen=True)
class Told:
    """What an official source told of one address."""

    place: Place
    source: str


def read(content: bytes, *, state_code: str) -> Told | None:
    """The polling place of an answer; None where it names none or several, names no official source, or is about
    another state than was asked."""
    try:
        told = json.loads(content)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    places = [one for one in _list(told.get("pollingLocations")) if isinstance(one, dict)]
    heard = _dict(told.get("normalizedInput")).get("state", "")
    if len(places) != 1 or (heard and heard != state_code):
        return None
    sources = [one for one in _list(places[0].get("sources")) if isinstance(one, dict) and one.get("official")]
    address = _dict(places[0].get("address"))
    lines = [str(address.get(part, "")) for part in ("line1", "line2", "line3", "city", "state", "zip")]
    whole = ", ".join(line for line in lines if line)
    name = str(places[0].get("name") or address.get("locationName") or "")
    if not sources or not address.get("line1"):
        return None
    place = Place("", name, whole, str(places[0].get("pollingHours", "")), str(places[0].get("notes", "")))
    return Told(place, str(sources[0].get("name", "")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
