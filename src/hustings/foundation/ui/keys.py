"""The single keys of the house, in one place, so that no two rooms mean different things by one key.

    keys.register(Key("e", _("Done"), where=ROW))

Pressing a key presses the element with that `data-key` where the reader is: in the thread, or for the rows chosen in
the list. A key with `event` is sent on the document as `hustings:<event>` when no element takes it. A person can
switch single keys off (`request.user.single_keys`); Ctrl-K and Escape stay.
"""

from dataclasses import dataclass, field

from .words import Words

LIST, ROW, THREAD, ANYWHERE = "list", "row", "thread", "anywhere"


@dataclass(frozen=True)
class Key:
    """`keys` as they are pressed: "e", "g i" (one after the other), "$mod+Enter" (also in a field)."""

    keys: str
    label: Words
    where: str = ANYWHERE
    event: str = ""
    order: int = 100


@dataclass
class Registry:
    keys: dict[str, Key] = field(default_factory=dict)


registry = Registry()


def register(key: Key) -> None:
    """Add a key; ValueError when the same key already means something else."""
    if registry.keys.get(key.keys, key) != key:
        raise ValueError(f"The key {key.keys!r} already means {registry.keys[key.keys].label!r}")
    registry.keys[key.keys] = key


def all_keys() -> list[Key]:
    return sorted(registry.keys.values(), key=lambda key: (key.order, key.keys))
