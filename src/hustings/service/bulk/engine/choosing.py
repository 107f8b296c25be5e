"""Of many letters, those that are answered: at most one of each person, and of each address.

Letters are of one writer when their persons or their addresses are the same, also by way of a third: who wrote from two
addresses, and whoever shares one of them, get one letter together. The newest of them is answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A letter that could be answered. `key` names it, `person` and `address` its writer; the greatest `newest` of a
    writer's is answered. `holds`: a letter that is in somebody's hand, which keeps all of its writer's back."""

    key: int
    person: int
    address: str
    newest: int = 0
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """`answered` are the letters to answer; `covered` says of the others of a writer with which one; `held` are those
    of writers of whom one letter is in somebody's hand, but for that one itself."""

    answered: tuple[int, ...]
    covered: Mapping[int, int]
    held: frozenset[int]


def choose(candidates: Iterable[Candidate]) -> Chosen:
    """Deterministic: the order in which the letters are given does not matter."""
    rows = sorted(candidates, key=lambda one: (one.newest, one.key))
    answered: list[int] = []
    covered: dict[int, int] = {}
    held: set[int] = set()
    for writer in _writers(rows):
        if any(one.holds for one in writer):
            held |= {one.key for one in writer if not one.holds}
            continue
        newest = writer[-1]
        answered.append(newest.key)
        covered |= {one.key: newest.key for one in writer[:-1]}
    return Chosen(tuple(sorted(answered)), covered, frozenset(held))


def _writers(rows: list[Candidate]) -> list[list[Candidate]]:
    """The letters of each writer, oldest first."""
    above: dict[tuple[str, object], tuple[str, object]] = {}

    def top(node: tuple[str, object]) -> tuple[str, object]:
        above.setdefault(node, node)
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for one in rows:
        person, address = top(("person", one.person)), top(("address", one.address)) if one.address else None
        if address is not None and person != address:
            above[address] = person
    found: dict[tuple[str, object], list[Candidate]] = {}
    for one in rows:
        found.setdefault(top(("person", one.person)), []).append(one)
    return list(found.values())
