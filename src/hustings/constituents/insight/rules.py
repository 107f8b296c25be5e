"""Who is a person, and what counts of what one network does; what of somebody's words may be kept."""

import math
import re
from functools import lru_cache

# Programs say so themselves, nearly all: those that read for search engines, previews, watching and tools.
BOTS = re.compile(
    r"bot\b|bot[/_ -]|crawl|spider|slurp|fetch|preview|monitor|scan|archiv|feed|curl|wget|python|java/|go-http|okhttp|"
    r"libwww|httpclient|headless|phantom|lighthouse|facebookexternalhit|whatsapp|telegram|embedly|validator|uptime|probe",
    re.IGNORECASE,
)
READS_OF_ONE = 3  # of one network, of one subject, in a day: a household; an office counts as three of them
VOTES_OF_ONE = 2
LEAST = 10  # people: a smaller number is not shown


@lru_cache(maxsize=4096)
def is_bot(agent: str) -> bool:
    """Whether a program asks. A browser says more than a name."""
    return len(agent) < 20 or BOTS.search(agent) is not None


def plain_words(typed: str) -> str:
    """A search as it may be kept: small letters, no addresses, no run of digits long enough to be somebody's."""
    words = re.sub(r"\S+@\S+|https?://\S+|www\.\S+", " ", typed.casefold())
    words = re.sub(r"\+?\d[\d\s().-]{4,}\d|\d{5,}", " ", words)
    words = re.sub(r"[^\w\s'’-]", " ", words)
    return " ".join(words.split())[:120].strip()


def withhold(counts: dict[str, int], *, least: int = LEAST) -> dict[str, int]:
    """Of the parts of one whole those that may be shown. Left out are numbers under `least`, and, where what is left
    out together is still under `least` or is one part alone, the next smallest as well: the whole less the parts shown
    then says nothing of a few people."""
    shown = {key: count for key, count in counts.items() if count >= least}
    hidden = [count for key, count in counts.items() if 0 < count < least]
    while shown and hidden and (sum(hidden) < least or len(hidden) == 1):
        smallest = min(shown, key=lambda key: (shown[key], key))
        hidden.append(shown.pop(smallest))
    return shown


STEPS = 8  # to a doubling: a step is 9 per cent, so that a median read off the scale is within half of that


def step_of(minutes: float) -> int:
    """The step of a wait on a scale that is fine for short waits and coarse for long ones."""
    return round(STEPS * math.log2(max(minutes, 0.0) + 1))


def minutes_of(step: int) -> float:
    """The minutes in the middle of a step."""
    return float(2 ** (step / STEPS) - 1)
