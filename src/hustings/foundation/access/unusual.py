"""What is unusual reading: plain Python, by medians, so that one wild hour does not become the measure.

Somebody's hour is unusual when it is far above what colleagues with the same roles read in an hour, or far above their
own usual and above their colleagues' middle; never below a floor. The campaign's fixed number holds beside that for
everyone who leads nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

FLOOR = 15  # records in an hour that are never unusual
SPREADS = 6.0  # how many spreads above the middle are far
ENOUGH_OWN, ENOUGH_COLLEAGUES = 5, 10  # hours before a middle says anything
TO_SIGMA = 1.4826  # a median absolute deviation, as a standard deviation


@dataclass(frozen=True, slots=True)
class Usual:
    """The middle of some hours, and from how many records on an hour is far from it."""

    middle: float
    far: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an hour is unusual, with the numbers it was told by."""

    people: int
    reason: str  # limit, colleagues, own
    own: float | None = None
    colleagues: float | None = None
    limit: int | None = None


def usual_of(hours: Sequence[int], enough: int) -> Usual | None:
    """None while there are too few hours to tell."""
    if len(hours) < enough:
        return None
    middle = median(hours)
    spread = max(TO_SIGMA * median(abs(hour - middle) for hour in hours), 0.15 * middle, 1.0)
    return Usual(middle, middle + SPREADS * spread)


def judge(people: int, *, own: Sequence[int], colleagues: Sequence[int], limit: int | None) -> Verdict | None:
    """None when the hour is nothing to speak of. `limit` None: no fixed number holds."""
    mine, theirs = usual_of(own, ENOUGH_OWN), usual_of(colleagues, ENOUGH_COLLEAGUES)
    reason = ""
    if limit is not None and people >= limit:
        reason = "limit"
    elif people >= FLOOR and theirs and people > theirs.far:
        reason = "colleagues"
    elif people >= FLOOR and mine and people > mine.far and (theirs is None or people > theirs.middle):
        reason = "own"
    if not reason:
        return None
    return Verdict(people, reason, mine.middle if mine else None, theirs.middle if theirs else None, limit)
