"""The few letters that are looked at before many leave: as different from each other as can be."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ODD = re.compile(r"[\d@{}<>|_/\\]")


@dataclass(frozen=True, slots=True)
class Sample:
    key: int
    language: str
    state: str
    text: int  # which of the article's texts it gets
    name: str


def most_different(samples: Iterable[Sample], most: int) -> list[int]:
    """The keys of at most `most`, each adding as many things not seen yet as any; in the order they were found."""
    left = list(samples)
    told = {one.key: features(one) for one in left}
    seen: set[str] = set()
    found: list[int] = []
    while left and len(found) < most:
        best = max(left, key=lambda one: (len(told[one.key] - seen), -one.key))
        seen |= told[best.key]
        found.append(best.key)
        left.remove(best)
    return found


def features(one: Sample) -> frozenset[str]:
    """What is particular about it."""
    return frozenset([f"language {one.language}", f"state {one.state}", f"text {one.text}", *oddities(one.name)])


def oddities(name: str) -> Sequence[str]:
    """What may look wrong in a greeting."""
    words = name.split()
    found = []
    if not words:
        found.append("no name")
    elif len(words) == 1:
        found.append("one word")
    elif len(words) > 3:
        found.append("many words")
    if len(name) > 30:
        found.append("long")
    if any(len(word) == 1 or (len(word) == 2 and word.endswith(".")) for word in words):
        found.append("initial")
    if name and (name.isupper() or name.islower()):
        found.append("one case")
    if _ODD.search(name):
        found.append("signs")
    if any(mark in name for mark in "'’-"):
        found.append("joined")
    if any(ord(letter) > 127 for letter in unicodedata.normalize("NFC", name)):
        found.append("accents")
    return found
