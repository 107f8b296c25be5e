"""What rises more than chance has it, among many things that are looked at together.

A cell (a topic in a county, say) had the counts b(1) … b(D) in the same half hour of each of the D days before, of
all letters B(1) … B(D); now it has x of T. If its share is what it was, p = (sum of b + 1/2) / (sum of B + 1), then
E = p T are expected: an election day raises every cell, and rising means more than the rest.

Counts of letters vary more than Poisson has it, so x is held against a negative binomial of mean E and variance
E + k E², k by the method of moments over the days before (never below what the uncertainty of E itself adds,
1 / (sum of b + 1/2); a Gamma mixture of Poissons, as J. F. Lawless, "Negative binomial and mixed Poisson regression",
Canadian Journal of Statistics 15, 1987). The p-value is the chance of x or more.

Many cells are tested at once, so those kept are told by Benjamini and Hochberg's step-up procedure ("Controlling the
false discovery rate", JRSS B 57, 1995): of all that is shown as rising, at most the share Q is expected to be chance.
Every cell that was looked at counts, also those with too few letters to be shown.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Q = 0.01
LEAST = 8  # letters: fewer are never shown, whatever the chance of them
_TINY = 1e-15
_POISSON = 1e-7  # below, nothing tells the two apart but the rounding of very large gammas

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Spike(Generic[Cell]):
    cell: Cell
    count: int
    expected: float
    p: float


def spikes(
    now: Mapping[Cell, int], total: int, before: Sequence[Mapping[Cell, int]], totals: Sequence[int], *, q: float = Q
) -> list[Spike[Cell]]:
    """Those cells that rise, the least likely first. `now` are counts of `total` letters, `before` and `totals` the
    same of the days before; one letter may count in several cells."""
    if not sum(totals):
        return []
    tested = [_tested(cell, count, total, before, totals) for cell, count in now.items() if count > 0]
    tested.sort(key=lambda one: (one.p, -one.count))
    last = max((place for place, one in enumerate(tested, start=1) if one.p <= q * place / len(tested)), default=0)
    return [one for one in tested[:last] if one.count >= LEAST]


def _tested(
    cell: Cell, count: int, total: int, before: Sequence[Mapping[Cell, int]], totals: Sequence[int]
) -> Spike[Cell]:
    counts = [day.get(cell, 0) for day in before]
    share = (sum(counts) + 0.5) / (sum(totals) + 1)
    expected = share * total
    means = [share * of_day for of_day in totals]
    squares = sum(mean * mean for mean in means)
    excess = sum((seen - mean) ** 2 - mean for seen, mean in zip(counts, means, strict=True)) / squares
    k = max(excess, 0.0) + 1 / (sum(counts) + 0.5)
    return Spike(cell, count, expected, tail(count, expected, k))


def tail(count: int, mean: float, k: float) -> float:
    """The chance of `count` or more under a negative binomial of this mean and variance mean + k mean²; k = 0 is
    Poisson."""
    if count <= 0:
        return 1.0
    if count <= mean:
        return 1.0 - min(_below(count, mean, k), 1.0)
    term = math.exp(_log_chance(count, mean, k))
    chance, here = 0.0, count
    while term > _TINY * chance and term > 0:
        chance += term
        term *= _next(here, mean, k)
        here += 1
    return min(chance, 1.0)


def _below(count: int, mean: float, k: float) -> float:
    term = math.exp(_log_chance(0, mean, k))
    chance = 0.0
    for here in range(count):
        chance += term
        term *= _next(here, mean, k)
    return chance


def _next(here: int, mean: float, k: float) -> float:
    """The chance of one more over the chance of `here`."""
    if k < _POISSON:
        return mean / (here + 1)
    size = 1 / k
    return (here + size) / (here + 1) * mean / (mean + size)


def _log_chance(count: int, mean: float, k: float) -> float:
    if k < _POISSON:
        return count * math.log(mean) - mean - math.lgamma(count + 1)
    size = 1 / k
    return (
        math.lgamma(count + size)
        - math.lgamma(size)
        - math.lgamma(count + 1)
        + size * math.log(size / (mean + size))
        + count * math.log(mean / (mean + size))
    )
