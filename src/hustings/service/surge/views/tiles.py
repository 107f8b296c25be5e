"""The country as tiles: a state's waiting letters, shaded by how long its answers take or by how many wait."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..queries.numbers import Tile

TILES = {
    "AK": (0, 0), "ME": (10, 0), "VT": (9, 1), "NH": (10, 1), "WA": (0, 2), "ID": (1, 2), "MT": (2, 2),
    "ND": (3, 2), "MN": (4, 2), "WI": (5, 2), "MI": (6, 2), "NY": (8, 2), "MA": (9, 2), "RI": (10, 2),
    "OR": (0, 3), "NV": (1, 3), "WY": (2, 3), "SD": (3, 3), "IA": (4, 3), "IL": (5, 3), "IN": (6, 3),
    "OH": (7, 3), "PA": (8, 3), "NJ": (9, 3), "CT": (10, 3), "CA": (0, 4), "UT": (1, 4), "CO": (2, 4),
    "NE": (3, 4), "MO": (4, 4), "KY": (5, 4), "WV": (6, 4), "VA": (7, 4), "MD": (8, 4), "DE": (9, 4),
    "AZ": (1, 5), "NM": (2, 5), "KS": (3, 5), "AR": (4, 5), "TN": (5, 5), "NC": (6, 5), "SC": (7, 5),
    "DC": (8, 5), "OK": (3, 6), "LA": (4, 6), "MS": (5, 6), "AL": (6, 6), "GA": (7, 6), "HI": (0, 7),
    "TX": (3, 7), "FL": (8, 7),
}  # fmt: skip
WIDTH, HEIGHT, ACROSS, DOWN = 36, 40, 39, 43
SHADES = (20, 40, 60, 90)  # minutes to the middle answer


@dataclass(frozen=True)
class Square:
    code: str
    x: int
    y: int
    shade: int  # 1 to 5
    waiting: int
    incidents: int


def squares(tiles: Mapping[str, Tile], *, by: str) -> list[Square]:
    """Every state and the district, in its place."""
    most = max((tile.waiting for tile in tiles.values()), default=0) or 1
    found = []
    for code, (across, down) in TILES.items():
        tile = tiles.get(code)
        waiting = tile.waiting if tile else 0
        if by == "waiting":
            shade = 1 + (waiting > 0.1 * most) + (waiting > 0.35 * most)
        else:
            minutes = tile.minutes if tile and tile.minutes is not None else 0
            shade = 1 + sum(minutes >= limit for limit in SHADES)
        incidents = tile.incidents if tile else 0
        found.append(Square(code, across * ACROSS, down * DOWN, shade, waiting, incidents))
    return found
