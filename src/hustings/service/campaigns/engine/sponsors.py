"""Who may stand behind a mail campaign: what its letters say of where they were sent from. A guess, with its reason."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_SHARE = 0.3
# Where people write from, and where anybody's page may lie: they say nothing.
EVERYBODYS = frozenset(
    """gmail.com yahoo.com hotmail.com outlook.com aol.com icloud.com msn.com live.com comcast.net protonmail.com
    att.net verizon.net youtube.com youtu.be facebook.com twitter.com x.com instagram.com google.com bit.ly
    wikipedia.org apple.com microsoft.com nytimes.com""".split()
)
_LINK = re.compile(r"(?:https?://|www\.|@)([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_SENT_BY = re.compile(
    r"(?:(?i:(?:sent|delivered|submitted|sponsored|organi[sz]ed|paid for) (?:to you )?"
    r"(?:by|via|through|on behalf of|using)"
    r"|(?:a|this) (?:campaign|message|petition|letter) (?:of|from|by)|powered by|on behalf of"
    r"|enviad[oa] (?:por|a trav[ée]s de)|en nombre de))\s+(?:the\s+)?"
    r"((?:[A-Z][\w&’'-]*|of|for|the|and|de|del|la|los|y)(?:\s+(?:[A-Z][\w&’'-]*|of|for|the|and|in|de|del|la|los|y))*)"
)
_TAIL = re.compile(r"(?:\s+(?:of|for|the|and|in|de|del|la|los|y))+$")


@dataclass(frozen=True)
class Guess:
    """`name` as it is written, or the domain of its links; `by` "words" or "links"; in how many of `looked_at`."""

    name: str
    by: str
    letters: int
    looked_at: int


def guess_sponsor(letters: Sequence[str]) -> Guess | None:
    """The organisation that most of these letters name as their sender, else the site that most link to."""
    named, linked = Counter[str](), Counter[str]()
    for letter in letters:
        named.update({_TAIL.sub("", match) for match in _SENT_BY.findall(letter)} - {""})
        linked.update({_site(match) for match in _LINK.findall(letter)} - EVERYBODYS)
    for by, counts in (("words", named), ("links", linked)):
        best = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=None)
        if best and best[1] >= max(2, LEAST_SHARE * len(letters)):
            return Guess(best[0], by, best[1], len(letters))
    return None


def _site(domain: str) -> str:
    parts = domain.lower().removeprefix("www.").split(".")
    return ".".join(parts[-2:])
