"""The bus: rooms tell those above what happened, without knowing who listens.

An announcement is a frozen dataclass in the past tense that holds ids. `inside` listeners run at once, in the
announcer's transaction (keep my rows true: if they fail, everything is undone). `after` listeners run once the
transaction has committed (react); one that fails is logged and stops nobody else. What must not be lost is a job
row written by an inside listener.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

Event = TypeVar("Event")
Listener = Callable[[Any], None]

log = logging.getLogger(__name__)
_inside: dict[type, list[Listener]] = defaultdict(list)
_after: dict[type, list[Listener]] = defaultdict(list)


def inside(event_type: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Decorator: call the function in the announcer's transaction."""

    def register(listener: Callable[[Event], None]) -> Callable[[Event], None]:
        _inside[event_type].append(listener)
        return listener

    return register


def after(event_type: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Decorator: call the function once the announcer's transaction has committed."""

    def register(listener: Callable[[Event], None]) -> Callable[[Event], None]:
        _after[event_type].append(listener)
        return listener

    return register


def announce(event: object) -> None:
    """Tell the rooms above. Must be called inside the transaction that made it true."""
    for listener in _inside[type(event)]:
        listener(event)
    for listener in _after[type(event)]:
        transaction.on_commit(partial(_call, listener, event))


def _call(listener: Listener, event: object) -> None:
    try:
        listener(event)
    except Exception:
        log.exception("a listener failed after commit: %s on %s", listener, type(event).__name__)
