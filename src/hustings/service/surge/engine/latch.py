"""A rule with two thresholds and patience, so that it does not flutter: on when the number has been at or over the
higher one for so many minutes, off when it has been under the lower one for so many. In between nothing changes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Latch:
    """What the rule remembers between looks. `waits_to_fall`: somebody switched it off while the number was high, so
    the rule does nothing until it has once been low."""

    over_since: datetime | None = None
    under_since: datetime | None = None
    waits_to_fall: bool = False


def look(
    latch: Latch, *, is_on: bool, over: bool, under: bool, begin: int, end: int, now: datetime
) -> tuple[Latch, bool]:
    """One look at `now`: what is remembered from now on, and whether it should be on. `over` and `under` say on which
    side the numbers are, `begin` and `end` are minutes of patience."""
    latch = replace(
        latch,
        over_since=(latch.over_since or now) if over else None,
        under_since=(latch.under_since or now) if under else None,
        waits_to_fall=latch.waits_to_fall and not under,
    )
    if is_on:
        done = latch.under_since is not None and now - latch.under_since >= timedelta(minutes=end)
        return latch, not done
    due = latch.over_since is not None and now - latch.over_since >= timedelta(minutes=begin)
    return latch, due and not latch.waits_to_fall
