"""The tree and its stored form.

{"all": [{"field": "priority", "is": "is", "value": "1"}, {"any": [{"on": "person", "field": "state", …}, …]}]}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RECORD, PERSON = "record", "person"
DEEPEST = 5
Value = str | list[str]


class BadCondition(ValueError):
    """A stored tree that cannot be; its text says where."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question. `on`: a field of the record itself, or of the person it is about."""

    field: str
    op: str
    value: Value = ""
    on: str = RECORD


@dataclass(frozen=True, slots=True)
class Group:
    """All of these, or with `every` False at least one of them. Without parts it always holds."""

    parts: tuple["Leaf | Group", ...] = ()
    every: bool = True


def tree_from(told: Any, *, depth: int = 0) -> Group:
    """A tree out of its stored form; nothing at all is a group without parts. Raises BadCondition."""
    if not told:
        return Group()
    part = _part_from(told, depth)
    return part if isinstance(part, Group) else Group((part,))


def _part_from(told: Any, depth: int) -> Leaf | Group:
    if not isinstance(told, Mapping):
        raise BadCondition(f"{told!r} is no condition")
    if depth > DEEPEST:
        raise BadCondition("conditions stand in each other too deep")
    for word, every in (("all", True), ("any", False)):
        if word in told:
            parts = told[word]
            if not isinstance(parts, Sequence) or isinstance(parts, str):
                raise BadCondition(f"{word}: {parts!r} is no list of conditions")
            return Group(tuple(_part_from(part, depth + 1) for part in parts), every)
    value = told.get("value", "")
    if not isinstance(value, str | list):
        raise BadCondition(f"{value!r} is no value of a condition")
    if told.get("on", RECORD) not in (RECORD, PERSON) or not told.get("field") or not told.get("is"):
        raise BadCondition(f"{dict(told)!r} lacks its field or what is asked of it")
    return Leaf(str(told["field"]), str(told["is"]), value, str(told.get("on", RECORD)))


def told_of(part: Leaf | Group) -> dict[str, Any]:
    """The stored form: `tree_from` gives it back."""
    if isinstance(part, Group):
        return {"all" if part.every else "any": [told_of(each) for each in part.parts]}
    told: dict[str, Any] = {"field": part.field, "is": part.op}
    if part.value != "":
        told["value"] = part.value
    if part.on != RECORD:
        told["on"] = part.on
    return told


def leaves(part: Leaf | Group) -> Iterator[Leaf]:
    """Every question in it."""
    if isinstance(part, Leaf):
        yield part
        return
    for each in part.parts:
        yield from leaves(each)
