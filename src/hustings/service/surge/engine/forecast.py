"""When does the backlog clear with the people now on?

The fluid model of a queue that is too long for chance to matter (G. F. Newell, "Applications of Queueing Theory", 2nd
ed. 1982, ch. 2): letters are a fluid that comes in at the rate a(t) and goes out at the rate g while there is any,

    W(t) = W(0) + sum of (a(s) - g) ds,     g = people now on x letters gone for a minute of somebody's work,

and the backlog clears where W first comes to nothing. a(t) is the rate of the last half hour, shaped by how the same
hours of the days before rose and fell. Around it, by the diffusion approximation (the same, ch. 3), arrivals and
answers are taken as Poisson: the spread of W(t) is the square root of the sum of (a + g) ds; eight times of ten the
truth lies within 1.2816 spreads. What does not come to nothing within two days does not clear.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEP = 10  # minutes
HORIZON = 48 * 60
SPREADS = 1.2816


@dataclass(frozen=True, slots=True)
class Forecast:
    """In minutes from now; None: not within two days. `curve` is what waits, each ten minutes, from now on."""

    clears: float | None
    earliest: float | None
    latest: float | None
    curve: tuple[float, ...]


def forecast(*, waiting: int, arrivals: Sequence[float], going: float) -> Forecast:
    """`arrivals`: letters a minute in each step of ten minutes from now, the last of them held on; `going`: letters
    that leave in a minute."""
    level, spread, curve = float(waiting), 0.0, [float(waiting)]
    times: dict[str, float | None] = dict.fromkeys(("clears", "earliest", "latest"))
    before = dict.fromkeys(times, float(waiting))
    if waiting <= 0:
        return Forecast(0.0, 0.0, 0.0, (0.0,))
    for number in range(HORIZON // STEP):
        coming = arrivals[min(number, len(arrivals) - 1)] if arrivals else 0.0
        level += (coming - going) * STEP
        spread += (coming + going) * STEP
        wide = SPREADS * math.sqrt(spread)
        for name, now in (("clears", level), ("earliest", level - wide), ("latest", level + wide)):
            if times[name] is None and now <= 0:
                times[name] = STEP * (number + before[name] / (before[name] - now))
            before[name] = now
        if level > 0 and times["clears"] is None:
            curve.append(level)
    if times["clears"] is not None:
        curve.append(0.0)
    return Forecast(times["clears"], times["earliest"], times["latest"], tuple(curve))


def people_needed(*, waiting: int, coming: float, each: float, minutes: float) -> int | None:
    """How many must be on for all of it to be gone in so many minutes, when each does `each` letters a minute; None
    where nobody has done any."""
    if each <= 0 or minutes <= 0:
        return None
    return math.ceil((waiting / minutes + coming) / each)
