"""Reading places. What changes only with a new census is kept in the process."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .models import State, Zip


@dataclass(frozen=True, slots=True)
class Place:
    zip: str
    city: str
    state_code: str
    county_fips: str
    county_name: str


def place_of_zip(code: str) -> Place | None:
    """The main city, county and state of a five-digit ZIP; None for one that is not known."""
    return places_of_zips([code]).get(code)


def places_of_zips(codes: Iterable[str]) -> dict[str, Place]:
    """The same for many, by ZIP; unknown ones are left out."""
    places = _all_places()
    return {code: places[code] for code in codes if code in places}


def state_name(code: str) -> str:
    """ "Ohio" for "OH"; the code itself when it is not known."""
    return _states()[0].get(code, code)


def state_code_of(text: str) -> str:
    """The code of a state given by code or name, in any case; empty when it is none."""
    return _states()[1].get(_folded(text), "")


def states() -> list[tuple[str, str]]:
    """(code, name) of every state and territory, by name."""
    return sorted(_states()[0].items(), key=lambda pair: pair[1])


def forget() -> None:
    """Read anew at the next call: after a load."""
    _all_places.cache_clear()
    _states.cache_clear()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.replace(".", " ").split()).casefold()


@lru_cache(maxsize=1)
def _states() -> tuple[dict[str, str], dict[str, str]]:
    rows = list(State.objects.values_list("code", "name"))
    names = {_folded(name): code for code, name in rows} | {code.casefold(): code for code, _ in rows}
    return dict(rows), names


@lru_cache(maxsize=1)
def _all_places() -> dict[str, Place]:
    rows = Zip.objects.values_list("code", "city", "state_id", "county_id", "county__name")
    return {
        code: Place(code, city, state, fips or "", county or "") for code, city, state, fips, county in rows.iterator()
    }
