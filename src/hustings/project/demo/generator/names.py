"""Names of invented people: composed from lists, never those of people the public knows."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from .grammar import WORDS, read_sections

# The heritage of a name in general, in a hundred; Spanish names are chosen by language and place, not here.
_HERITAGE = (("", 85), ("southasian", 4), ("eastasian", 5), ("african_arab", 5), ("native", 1))
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Name:
    first: str
    last: str

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"


def compose_name(rng: Random, *, age: str, gender: str, hispanic: bool) -> Name:
    """A name that fits; ``age`` is old, mid or young and ``gender`` f or m. Never one of the denied."""
    lists = name_lists()
    heritage = "hispanic" if hispanic else _heritage(rng)
    firsts = lists.get(f"{heritage}_{gender}") or lists[f"{age}_{gender}"]
    lasts = lists[f"{heritage}_last"] if heritage else lists["last"]
    for _ in range(_TRIES):
        name = Name(firsts[int(rng.random() * len(firsts))], lasts[int(rng.random() * len(lasts))])
        if name.full not in denied_names():
            return name
    raise ValueError("The name lists compose hardly anything but denied names.")


def _heritage(rng: Random) -> str:
    draw = rng.random() * 100
    for heritage, share in _HERITAGE:
        if draw < share:
            return heritage
        draw -= share
    return ""


@lru_cache(maxsize=1)
def name_lists() -> dict[str, list[str]]:
    """First and last names by list."""
    sections = read_sections((WORDS / "names.txt").read_text(encoding="utf-8"))
    return {key: " ".join(lines).split() for key, lines in sections.items() if key != "denied"}


@lru_cache(maxsize=1)
def denied_names() -> frozenset[str]:
    """Full names of well-known people, which are never written."""
    sections = read_sections((WORDS / "names.txt").read_text(encoding="utf-8"))
    return frozenset(sections["denied"])


@lru_cache(maxsize=8192)
def plain_letters(name: str) -> str:
    """A name as an address writes it: lower case, no accents, letters only."""
    folded = unicodedata.normalize("NFKD", name)
    return "".join(c for c in folded.lower() if "a" <= c <= "z")
