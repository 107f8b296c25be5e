"""How lines of the trail read. A room says the words for what it writes there, in `AppConfig.ready()`:

registry.say({"queue.changed": _("changed a queue")})

The words follow the person's name: "Theo Marsh changed a queue".
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hustings.foundation.core.records import Words

# (what is done, by whom, codes of it, when): may raise PermissionDenied, and then it is not done
Gate = Callable[[str, int | None, Mapping[str, Any], datetime], None]
_gates: list[Gate] = []
_words: dict[str, Words] = {}
_kinds: dict[str, Words] = {}


def say(words: Mapping[str, Words]) -> None:
    """By the line's `action`."""
    _words.update(words)


def say_kinds(kinds: Mapping[str, Words]) -> None:
    """What the trail is about where that is no record type: a queue, a rule, an invitation."""
    _kinds.update(kinds)


def kind_words(record_type: str) -> str:
    """In words; "" for none, or for a kind nobody spoke of."""
    return str(_kinds.get(record_type, ""))


def words_of(action: str) -> str:
    """In words; for an action nobody spoke of, its own name."""
    return str(_words.get(action) or action.replace(".", ": ").replace("_", " ").replace("-", " "))


def actions_said() -> list[tuple[str, str]]:
    """For a form: what can be asked for by name."""
    return sorted(((action, str(words)) for action, words in _words.items()), key=lambda pair: pair[1].casefold())


def gate(one: Gate) -> Gate:
    """Ask this before whatever the trail tells of is done, in its transaction: a room that can freeze things. Usable
    as a decorator."""
    if one not in _gates:
        _gates.append(one)
    return one


def ask_gates(action: str, *, actor_id: int | None, detail: Mapping[str, Any], now: datetime) -> None:
    """Whoever does something that may be frozen asks; what is written into the trail asks by itself. Raises
    PermissionDenied, whose words say why."""
    for one in _gates:
        one(action, actor_id, detail, now)
